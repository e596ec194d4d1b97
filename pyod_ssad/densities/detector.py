"""Any PyOD detector as the second stage."""

from sklearn.base import clone


class PyODDensity:
    """A PyOD detector, and the embeddings that it was fitted on.

    Parameters
    ----------
    detector : pyod.models.base.BaseDetector
        A clone of it is fitted.

    Attributes
    ----------
    detector_ : pyod.models.base.BaseDetector
        The fitted clone.
    embeddings_ : ndarray of shape (n, d)
        What it was fitted on: a file holds these and the parameters, and the detector
        is fitted anew, since its own state cannot be stored without pickle.
    """

    def __init__(self, detector):
        self.detector = detector

    def __repr__(self):
        """Return what errors call it."""
        return repr(self.detector)

    def fit(self, Z, y=None):
        """Fit to embeddings ``(n, d)``; `y` is ignored."""
        # Cloned here and not only once: a RandomState moves on in a fit.
        self.detector_ = clone(self.detector).fit(Z)
        self.embeddings_ = Z
        return self

    def decision_function(self, Z):
        """Return the detector's scores ``(n,)`` of embeddings ``(n, d)``."""
        return self.detector_.decision_function(Z)
