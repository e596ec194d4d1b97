"""A Gaussian for features of different scales, such as those of several layers."""

import numpy as np
from scipy import linalg
from sklearn.covariance import ledoit_wolf
from sklearn.preprocessing import StandardScaler

from pyod_ssad.densities._rows import require_spread
from pyod_ssad.densities.gaussian import mahalanobis


class ScaledGaussianDensity:
    """A Gaussian with Ledoit-Wolf shrinkage of standardised features.

    Attributes
    ----------
    location_ : ndarray of shape (d,)
        Mean of the training embeddings.
    scale_ : ndarray of shape (d,)
        Their standard deviation in every column; 1 where a column is constant.
    precision_ : ndarray of shape (d, d)
        Inverse of the shrunk covariance of ``(Z - location_) / scale_``.

    Notes
    -----
    The score is the Mahalanobis distance ``sqrt(u' P u)`` with
    ``u = (z - mean) / scale``. Without shrinkage the scale would cancel. The target of
    the shrinkage, a multiple of the identity [1]_, fits features that vary alike: of
    others, those that vary little are drowned.

    References
    ----------
    .. [1] O. Ledoit and M. Wolf, "A well-conditioned estimator for large-dimensional
       covariance matrices", J. Multivariate Analysis 88, 2004.
    """

    def __repr__(self):
        """Return what errors call it."""
        return "ScaledGaussianDensity()"

    def fit(self, Z, y=None):
        """Fit to embeddings ``(n, d)``; `y` is ignored.

        Raises
        ------
        ValueError
            If all embeddings are the same, so that there is nothing to scale by.
        """
        scaler = StandardScaler().fit(np.asarray(Z, dtype=np.float64))
        require_spread(scaler.var_.sum())
        self.location_, self.scale_ = scaler.mean_, scaler.scale_
        self.precision_ = _invert(*ledoit_wolf(self._standardise(Z)))
        return self

    def decision_function(self, Z):
        """Return the Mahalanobis distances ``(n,)`` of embeddings ``(n, d)``."""
        return mahalanobis(self._standardise(Z), self.precision_)

    def _standardise(self, Z):
        return (np.asarray(Z, dtype=np.float64) - self.location_) / self.scale_


def _invert(covariance, shrinkage):
    # What was shrunk is positive definite, and Cholesky's inverse ten times as fast.
    if shrinkage > 0:
        factor = linalg.cho_factor(covariance)
        return linalg.cho_solve(factor, np.eye(len(covariance)))
    return linalg.pinvh(covariance)
