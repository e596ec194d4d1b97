"""GOAD's score: is each transformed copy nearest to the centre of its transform?"""

import numpy as np
from scipy.special import log_softmax

from pyod_ssad.densities._rows import (
    require_spread,
    score_by_chunks,
    split_columns,
    total_variance,
)


class CentreDensity:
    """Minus the log-probability that each copy belongs to its own transform.

    Parameters
    ----------
    n_transforms : int
        M, how many transformed copies of a sample there are.
    eps : float, optional (default=0.0)
        Squared distances below it count as it.

    Attributes
    ----------
    centres_ : ndarray of shape (M, d)
        The mean training features of each transform.

    Notes
    -----
    Row i holds, transform after transform, the features ``f(T_t x_i)``, d each. The
    score is ``-sum_t log P(t | T_t x)`` with

    ``P(j | T_t x) = softmax_j(-max(||f(T_t x) - c_j||^2, eps))`` [1]_.

    The paper adds `eps` to the probabilities instead, so that one copy alone cannot
    decide; the authors' code, as here, bounds the distances, and has ``eps=0``. Their
    centres are collected while the weights still change; ours are those of the network
    that scores.

    References
    ----------
    .. [1] L. Bergman and Y. Hoshen, "Classification-based anomaly detection for
       general data", ICLR 2020.
    """

    def __init__(self, n_transforms, eps=0.0):
        self.n_transforms = n_transforms
        self.eps = eps

    def __repr__(self):
        """Return what errors call it."""
        return f"CentreDensity(n_transforms={self.n_transforms}, eps={self.eps})"

    def fit(self, R, y=None):
        """Fit to features ``(n, M * d)``; `y` is ignored.

        Raises
        ------
        ValueError
            If the columns are no multiple of M, or all rows are the same.
        """
        features = split_columns(R, self.n_transforms, "transforms")
        require_spread(total_variance(R))
        self.centres_ = features.mean(axis=0, dtype=np.float64)
        return self

    def decision_function(self, R):
        """Return the scores ``(n,)`` of features ``(n, M * d)``."""
        split_columns(R, self.n_transforms, "transforms")
        width = R.shape[1] + self.n_transforms**2
        return score_by_chunks(self._score, R, width)

    def _score(self, rows):
        features = rows.reshape(len(rows), *self.centres_.shape)
        distance = np.maximum(_squared_distances(features, self.centres_), self.eps)
        log_p = log_softmax(-distance, axis=2)
        return -np.trace(log_p, axis1=1, axis2=2)


def _squared_distances(features, centres):
    """Return ``||f_it - c_j||^2`` as ``(n, M, M)``."""
    # From the mean of the centres, so that what all share is not squared and lost.
    middle = centres.mean(axis=0)
    features, centres = features - middle, centres - middle
    lengths = np.square(features).sum(axis=2, keepdims=True)
    return lengths + np.square(centres).sum(axis=1) - 2 * features @ centres.T
