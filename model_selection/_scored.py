"""PyOD's answers from scores that are made once, whatever form the data have."""

import copy
import numbers

import numpy as np
from pyod.models.base import BaseDetector
from sklearn.utils.validation import check_is_fitted

from model_selection.calibration import (
    conformal_p_values,
    threshold_of,
    warn_if_moved,
)

FITTED = ("decision_scores_", "threshold_", "labels_", "_classes", "_mu", "_sigma")


class ScoredOnce(BaseDetector):
    """A detector that scores the data once for each answer.

    PyOD's own methods score them up to three times, which a generator does not allow,
    ask for their shape, which a list of paths does not have, and hand single scores to
    objects of pythresh, which these do not take.
    """

    def predict(self, X, return_confidence=False):
        """Say which samples are outliers.

        Parameters
        ----------
        X : array-like or sequence of length n_samples
            Data in any form that `decision_function` takes.
        return_confidence : bool, optional (default=False)
            If True, return `predict_confidence` as well.

        Returns
        -------
        labels : ndarray of shape (n_samples,)
            1 where the score is above ``threshold_``, else 0.
        confidence : ndarray of shape (n_samples,)
            Only if asked for.

        Warns
        -----
        UserWarning
            If most of ten or more samples score above all ``decision_scores_``.
        """
        return on_scores(self).predict(new_scores(self, X), return_confidence)

    def p_values(self, X):
        """Conformal p-values: how usual the score of each sample is for normal data.

        Parameters
        ----------
        X : array-like or sequence of length n_samples
            Data in any form that `decision_function` takes.

        Returns
        -------
        ndarray of shape (n_samples,)
            In [1 / (n + 1), 1] for n ``decision_scores_``; small where anomalous. See
            `conformal_p_values`.

        Warns
        -----
        UserWarning
            As `predict` does.

        Notes
        -----
        They are valid where the detectors have not learned from the samples behind
        ``decision_scores_``. Those of most of PyOD's own detectors, and of
        scikit-learn's, are scores of the very data that were fitted, so that p-values
        of new normal data are too small; `KNN` and `LOF` leave each sample out of its
        own neighbours. `ModelSelector.calibrate` sets others.
        """
        scores = new_scores(self, X)
        return conformal_p_values(self.decision_scores_, scores)

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

        Warns
        -----
        UserWarning
            As `predict` does.
        """
        scores = new_scores(self, X)
        return on_scores(self).predict_proba(scores, method, return_confidence)

    def predict_confidence(self, X):
        """Return the confidence of each prediction; see `pyod.models.base`."""
        return on_scores(self).predict_confidence(new_scores(self, X))

    def predict_with_rejection(
        self, X, T=32, return_stats=False, delta=0.1, c_fp=1, c_fn=1, c_r=-1
    ):
        """Return -2 where the confidence is too low; see `pyod.models.base`."""
        scores = new_scores(self, X)
        costs = {"c_fp": c_fp, "c_fn": c_fn, "c_r": c_r}
        return on_scores(self).predict_with_rejection(
            scores, T, return_stats, delta, **costs
        )

    def _process_decision_scores(self):
        threshold_scores(self, super()._process_decision_scores)
        return self


def new_scores(detector, X):
    """Return scores of new data; warn if they are unlike those that were seen."""
    check_is_fitted(detector, "decision_scores_")
    scores = detector.decision_function(X)
    warn_if_moved(detector.decision_scores_, scores)
    return scores


def threshold_scores(detector, process):
    """Threshold a detector's scores, in their own units.

    Parameters
    ----------
    detector : BaseDetector
        With ``decision_scores_``.
    process : callable
        PyOD's own ``_process_decision_scores`` of this detector.
    """
    if isinstance(detector.contamination, numbers.Real):
        process()
        return
    # PyOD fits a threshold object in place: detectors may share one.
    detector.contamination = copy.deepcopy(detector.contamination)
    process()
    scores = detector.decision_scores_
    detector.threshold_ = threshold_of(detector.contamination, scores)


def on_scores(detector):
    """Return what gives a fitted detector's answers from scores.

    Parameters
    ----------
    detector : BaseDetector
        Fitted, thresholded by `threshold_scores`.

    Returns
    -------
    BaseDetector
        It takes scores for samples. An object of pythresh is replaced by the share of
        outliers that it has found, as PyOD does for the confidence.
    """
    check_is_fitted(detector, "decision_scores_")
    answers, share = _OnScores(), detector.contamination
    vars(answers).update({name: getattr(detector, name) for name in FITTED})
    is_share = isinstance(share, numbers.Real)
    answers.contamination = share if is_share else float(np.mean(detector.labels_))
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
