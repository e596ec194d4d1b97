"""SSD's score: the distance to the nearest of some clusters."""

import numpy as np
from sklearn.cluster import KMeans

from pyod_ssad.densities._rows import LEAST_VARIANCE, require_spread, total_variance
from pyod_ssad.densities.gaussian import GaussianDensity

FEWEST_MEMBERS = 3
"""Two members lie on a line, and Ledoit and Wolf's formula does not shrink it: all that
differs from them in other directions would be near."""


class ClusterMahalanobis:
    """The squared Mahalanobis distance to the nearest cluster.

    Parameters
    ----------
    n_clusters : int, optional (default=1)
    random_state : int, optional (default=0)
        Seed of k-means.

    Attributes
    ----------
    clusters_ : list of GaussianDensity
        One for each cluster of at least three members that are not all the same;
        the members of others are given to the nearest of these, and if there is none,
        all embeddings are one cluster.

    Notes
    -----
    The score is ``min_c (z - mean_c)' P_c (z - mean_c)`` over the clusters of k-means
    [1]_. With one cluster it is the square of `GaussianDensity`.

    The paper scales each feature to variance 1 and inverts the biased covariance by
    the pseudo-inverse. The scaling cancels where the covariance has full rank, and
    where it has not, as with fewer samples than features, what differs from the
    training embeddings in a new direction has distance 0 in it. Here the covariance is
    shrunk after Ledoit and Wolf instead, and features are not scaled.

    References
    ----------
    .. [1] V. Sehwag, M. Chiang and P. Mittal, "SSD: A unified framework for
       self-supervised outlier detection", ICLR 2021.
    """

    def __init__(self, n_clusters=1, random_state=0):
        self.n_clusters = n_clusters
        self.random_state = random_state

    def __repr__(self):
        """Return what errors call it."""
        return f"ClusterMahalanobis(n_clusters={self.n_clusters})"

    def fit(self, Z, y=None):
        """Fit to embeddings ``(n, d)``; `y` is ignored.

        Raises
        ------
        ValueError
            If all embeddings are the same, or fewer than clusters.
        """
        Z = np.asarray(Z, dtype=np.float64)
        require_spread(total_variance(Z))
        labels = self._assign(Z)
        self.clusters_ = [
            GaussianDensity().fit(Z[labels == c]) for c in np.unique(labels)
        ]
        return self

    def decision_function(self, Z):
        """Return the squared distances ``(n,)`` of embeddings ``(n, d)``."""
        distances = [cluster.decision_function(Z) for cluster in self.clusters_]
        return np.square(np.min(distances, axis=0))

    def _assign(self, Z):
        """Return the cluster of each embedding, none of them too small."""
        if self.n_clusters == 1:
            return np.zeros(len(Z), dtype=int)
        if len(Z) < self.n_clusters:
            raise ValueError(
                f"Got {len(Z)} embeddings for n_clusters={self.n_clusters}; wanted at "
                "least as many. Use fewer clusters, or more images."
            )
        means = KMeans(self.n_clusters, n_init=10, random_state=self.random_state)
        labels = means.fit_predict(Z)
        kept = [c for c in range(self.n_clusters) if _is_cluster(Z[labels == c])]
        if not kept:
            return np.zeros(len(Z), dtype=int)
        return np.array(kept)[means.transform(Z)[:, kept].argmin(axis=1)]


def _is_cluster(members):
    return len(members) >= FEWEST_MEMBERS and total_variance(members) > LEAST_VARIANCE
