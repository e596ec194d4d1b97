"""PyOD's answers from scores that are made once, whatever form the data have."""

from pyod.models.base import BaseDetector
from sklearn.utils.validation import check_is_fitted

FITTED = ("decision_scores_", "threshold_", "labels_", "_classes", "_mu", "_sigma")


class ScoredOnce(BaseDetector):
    """A detector that scores the data once for each answer.

    PyOD's own methods score them up to three times, which a generator does not allow,
    and ask for their shape, which a list of paths does not have.
    """

    def predict(self, X, return_confidence=False):
        """Return 0 for normal and 1 for anomalous; see `pyod.models.base`."""
        return self._with_scores().predict(self.decision_function(X), return_confidence)

    def predict_proba(self, X, method="linear", return_confidence=False):
        """Return the probability of being normal and of being anomalous.

        Parameters
        ----------
        X : array-like or sequence of length n_samples
            Data in any form that `decision_function` takes.
        method : {"linear", "unify"}, optional (default="linear")
            How scores become probabilities; see `pyod.models.base.BaseDetector`.
        return_confidence : bool, optional (default=False)
            If True, return `predict_confidence` as well.

        Returns
        -------
        probability : ndarray of shape (n_samples, 2)
            Of normal samples and of outliers.
        confidence : ndarray of shape (n_samples,)
            Only if asked for.
        """
        answers = self._with_scores()
        return answers.predict_proba(
            self.decision_function(X), method, return_confidence
        )

    def predict_confidence(self, X):
        """Return the confidence of each prediction; see `pyod.models.base`."""
        return self._with_scores().predict_confidence(self.decision_function(X))

    def predict_with_rejection(
        self, X, T=32, return_stats=False, delta=0.1, c_fp=1, c_fn=1, c_r=-1
    ):
        """Return -2 where the confidence is too low; see `pyod.models.base`."""
        answers = self._with_scores()
        scores = self.decision_function(X)
        costs = {"c_fp": c_fp, "c_fn": c_fn, "c_r": c_r}
        return answers.predict_with_rejection(scores, T, return_stats, delta, **costs)

    def _with_scores(self):
        """Return what gives this detector's answers from scores."""
        check_is_fitted(self, "decision_scores_")
        answers = _OnScores(self.contamination)
        vars(answers).update({name: getattr(self, name) for name in FITTED})
        return answers


class _OnScores(BaseDetector):
    """A fitted detector whose samples are scores already."""

    def __init__(self, contamination=0.1):
        super().__init__(contamination=contamination)

    def fit(self, X, y=None):
        """Threshold scores."""
        self._set_n_classes(None)
        self.decision_scores_ = X
        return self._process_decision_scores()

    def decision_function(self, X):
        """Return the scores."""
        return X
