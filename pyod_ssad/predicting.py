"""PyOD's predictions, for images in every form."""

from pyod.models.base import BaseDetector

# model_selection is imported late: detectors are imported without it.


class PredictingImages(BaseDetector):
    """PyOD's predictions from scores that are made once.

    PyOD's own methods score X up to three times, and ask for its shape. A list of
    images has no shape, and a generator can be read once only. A subclass writes
    `decision_function`, which takes images in every form.
    """

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

        Warns
        -----
        UserWarning
            As in `predict`.
        """
        return self._ask("predict_proba", X, method, return_confidence)

    def predict_confidence(self, X):
        """Return how sure each prediction is, if other images had been trained on.

        Parameters
        ----------
        X : images
            In any form that `fit` accepts.

        Returns
        -------
        confidence : ndarray of shape (n,)
            In [0, 1]; see `pyod.models.base.BaseDetector.predict_confidence`.

        Warns
        -----
        UserWarning
            As in `predict`.
        """
        return self._ask("predict_confidence", X)

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

        Warns
        -----
        UserWarning
            As in `predict`.
        """
        return self._ask("predict_with_rejection", X, *arguments, **keywords)

    def _ask(self, method, X, *arguments, **keywords):
        """Return the answer of PyOD's method to the scores of X."""
        from model_selection._scored import new_scores, on_scores

        scores = new_scores(self, X)
        return getattr(on_scores(self), method)(scores, *arguments, **keywords)

    def _process_decision_scores(self):
        from model_selection._scored import threshold_scores

        threshold_scores(self, super()._process_decision_scores)
        return self
