"""PyOD's predictions, for images in every form."""

from pyod.models.base import BaseDetector


class PredictingImages(BaseDetector):
    """PyOD's methods that read X twice, or ask it for its shape.

    A list of images has no shape, and a generator can be read once only: so X is
    brought into one array before PyOD sees it. A subclass writes `_collect`.
    """

    def _collect(self, X):
        """Return images of any form in an array that `decision_function` takes."""
        raise NotImplementedError

    def predict_proba(self, X, method="linear", return_confidence=False):
        """Return the probability of being normal and of being anomalous.

        Parameters
        ----------
        X : images
            In any form that `fit` accepts.
        method : {"linear", "unify"}, optional (default="linear")
            How scores become probabilities; see `pyod.models.base.BaseDetector`.
        return_confidence : bool, optional (default=False)
            Whether to return the confidence too.

        Returns
        -------
        probabilities : ndarray of shape (n, 2)
        confidence : ndarray of shape (n,)
            Only with ``return_confidence=True``.
        """
        return super().predict_proba(self._collect(X), method, return_confidence)

    def predict_with_rejection(self, X, *arguments, **keywords):
        """Return labels, -2 where the confidence is too low.

        Parameters
        ----------
        X : images
            In any form that `fit` accepts.
        *arguments, **keywords
            See `pyod.models.base.BaseDetector.predict_with_rejection`.

        Returns
        -------
        labels : ndarray of shape (n,)
            -2, 0 or 1.
        stats : list of float
            Only with ``return_stats=True``.
        """
        return super().predict_with_rejection(self._collect(X), *arguments, **keywords)
