"""The second stage: a density, or any detector, on the embeddings."""

import numpy as np
from pyod.models.base import BaseDetector
from sklearn.base import clone
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


def build_density(density, seed=None):
    """Return an unfitted second stage.

    Parameters
    ----------
    density : "gaussian" or PyOD detector
        A detector is cloned, so that it can be shared between models.
    seed : int, optional (default=None)
        For a detector with a `random_state` that is None.

    Raises
    ------
    ValueError
        If it is neither. Scikit-learn's own outlier detectors are refused, since
        their scores are lower where more anomalous.
    """
    if isinstance(density, str) and density == "gaussian":
        return GaussianDensity()
    if not isinstance(density, BaseDetector):
        raise ValueError(
            "density must be 'gaussian' or a PyOD detector such as KNN(), got "
            f"{density!r}."
        )
    built = clone(density)
    if built.get_params().get("random_state", "no such argument") is None:
        built.set_params(random_state=seed)
    return built


def score(density, embeddings):
    """Return a fitted density's scores ``(n,)`` of embeddings, in float64."""
    return np.asarray(density.decision_function(embeddings), dtype=np.float64).ravel()
