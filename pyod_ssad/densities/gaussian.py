"""The default second stage: a Gaussian."""

import numpy as np
from sklearn.covariance import LedoitWolf

from pyod_ssad.densities._rows import require_spread


class GaussianDensity:
    """A Gaussian with Ledoit-Wolf shrinkage; scores are Mahalanobis distances.

    Attributes
    ----------
    location_ : ndarray of shape (d,)
        Mean of the training embeddings.
    precision_ : ndarray of shape (d, d)
        Inverse of the shrunk covariance.

    Notes
    -----
    The score is ``sqrt((z - mean)' P (z - mean))``, which orders samples as the
    negative log-likelihood does [1]_. Shrinkage keeps the precision finite when
    there are fewer samples than features [2]_.

    References
    ----------
    .. [1] C.-L. Li, K. Sohn, J. Yoon and T. Pfister, "CutPaste: Self-supervised
       learning for anomaly detection and localization", CVPR 2021, Eq. 2.
    .. [2] O. Ledoit and M. Wolf, "A well-conditioned estimator for large-dimensional
       covariance matrices", J. Multivariate Analysis 88, 2004.
    """

    def __repr__(self):
        """Return what errors call it."""
        return "GaussianDensity()"

    def fit(self, Z, y=None):
        """Fit to embeddings ``(n, d)``; `y` is ignored.

        Raises
        ------
        ValueError
            If all embeddings are the same, so that there is nothing to scale by.
        """
        Z = np.asarray(Z, dtype=np.float64)
        estimator = LedoitWolf().fit(Z)
        require_spread(np.trace(estimator.covariance_))
        self.location_ = estimator.location_
        self.precision_ = estimator.precision_
        return self

    def decision_function(self, Z):
        """Return the Mahalanobis distances ``(n,)`` of embeddings ``(n, d)``."""
        return mahalanobis(np.asarray(Z, np.float64) - self.location_, self.precision_)


def mahalanobis(centred, precision):
    """Return the lengths ``(n,)`` of centred rows in the metric of a precision."""
    squared = np.einsum("ij,ij->i", centred @ precision, centred)
    return np.sqrt(np.maximum(squared, 0.0))
