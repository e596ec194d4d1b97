"""The default second stage: a Gaussian."""

import numpy as np
from sklearn.covariance import LedoitWolf


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
        if not np.trace(estimator.covariance_) > 1e-20:
            raise ValueError(
                "All training embeddings are the same, so no density can be fitted. "
                "The images may be identical, or training collapsed: try a smaller "
                "lr, or fewer steps."
            )
        self.location_ = estimator.location_
        self.precision_ = estimator.precision_
        return self

    def decision_function(self, Z):
        """Return the Mahalanobis distances ``(n,)`` of embeddings ``(n, d)``."""
        centred = np.asarray(Z, dtype=np.float64) - self.location_
        squared = np.einsum("ij,ij->i", centred @ self.precision_, centred)
        return np.sqrt(np.maximum(squared, 0.0))
