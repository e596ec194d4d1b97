"""scikit-learn's outlier detectors, and pipelines, as PyOD detectors."""

import numpy as np
from pyod.models.base import BaseDetector
from sklearn.base import clone
from sklearn.pipeline import Pipeline
from sklearn.utils.validation import check_is_fitted

from model_selection._scored import ScoredOnce


class SklearnDetector(ScoredOnce):
    """An outlier detector of scikit-learn, or a pipeline, with PyOD's conventions.

    `ModelSelector` makes one of each such member by itself.

    Parameters
    ----------
    estimator : object
        Such as ``IsolationForest()`` or ``LocalOutlierFactor(novelty=True)``, or a
        pipeline that ends in such a one or in a PyOD detector. It is cloned.
    contamination : float in (0, 0.5], optional (default=0.1)
        Share of outliers behind ``threshold_``, in place of the estimator's own.

    Attributes
    ----------
    estimator_ : object
        Fitted.
    decision_scores_ : ndarray of shape (n_train,)
        Scores of the training data, larger where more anomalous. Those of PyOD's
        detectors and of `LocalOutlierFactor`, which leaves each sample out of its own
        neighbours, are their own; of others they are in-sample.
    threshold_, labels_
        See `pyod.models.base.BaseDetector`.

    Notes
    -----
    scikit-learn's ``decision_function`` is larger where *less* anomalous, so its sign
    is turned. It stays as it is where a PyOD detector ends a pipeline.

    Examples
    --------
    >>> import numpy as np
    >>> from sklearn.svm import OneClassSVM
    >>> clf = SklearnDetector(OneClassSVM()).fit(np.random.RandomState(0).randn(50, 2))
    >>> near, far = clf.decision_function([[0.0, 0.0], [9.0, 9.0]])
    >>> bool(near < far)
    True
    """

    def __init__(self, estimator, contamination=0.1):
        super().__init__(contamination=contamination)
        self.estimator = estimator

    @property
    def _wrapped(self):
        return self.estimator

    def fit(self, X, y=None):
        """Fit a clone of the estimator; labels are ignored."""
        estimator = clone(self.estimator)
        estimator.fit(X)
        return self._adopt(estimator, X)

    @classmethod
    def of_fitted(cls, estimator, X, contamination=0.1):
        """Adapt an estimator that is fitted already.

        Parameters
        ----------
        estimator : object
            Fitted; it is used as it is.
        X : array-like or sequence
            Data whose scores become ``decision_scores_`` where the estimator keeps
            none of its training data.
        contamination : float in (0, 0.5], optional (default=0.1)
            As in the class.

        Returns
        -------
        SklearnDetector
            Fitted.

        Raises
        ------
        sklearn.exceptions.NotFittedError
            If the estimator is not fitted.
        """
        check_is_fitted(estimator)
        return cls(estimator, contamination)._adopt(estimator, X)

    def decision_function(self, X):
        """Return anomaly scores ``(n_samples,)``, larger where more anomalous."""
        check_is_fitted(self, "estimator_")
        return _scores(self.estimator_, X)

    def _adopt(self, estimator, X):
        """Take over a fitted estimator and threshold its scores."""
        self.estimator_ = estimator
        self._set_n_classes(None)
        self.decision_scores_ = _own_scores(estimator, X)
        return self._process_decision_scores()


def training_scores(detector, X):
    """Return a fitted detector's scores of its training data.

    Parameters
    ----------
    detector : object
        Fitted.
    X : array-like or sequence
        What to score where the detector keeps no ``decision_scores_``.

    Returns
    -------
    ndarray of shape (n_samples,)
        Float64.

    Raises
    ------
    ValueError
        If they hold NaN.
    """
    kept = getattr(detector, "decision_scores_", None)
    scores = detector.decision_function(X) if kept is None else kept
    scores = np.array(scores, dtype=np.float64).ravel()
    if np.isnan(scores).any():
        raise ValueError(
            f"decision_scores_ of {type(detector).__name__} hold "
            f"{np.isnan(scores).sum()} NaN among {len(scores)}; wanted one number a "
            "training sample; check its training data, or leave it out"
        )
    return scores


def innermost(estimator):
    """Return what gives the scores: the last step of a pipeline, what a search fits."""
    while True:
        if isinstance(estimator, Pipeline):
            estimator = estimator.steps[-1][1]
        elif isinstance(estimator, BaseDetector) or not hasattr(estimator, "estimator"):
            return estimator
        else:
            estimator = getattr(estimator, "best_estimator_", estimator.estimator)


def _scores(estimator, X):
    """Return scores in PyOD's sign."""
    scores = np.asarray(estimator.decision_function(X), dtype=np.float64).ravel()
    return scores if _keeps_scores(innermost(estimator)) else -scores


def _keeps_scores(last):
    """Say whether a fitted detector follows PyOD's conventions."""
    return hasattr(last, "decision_scores_")


def _own_scores(estimator, X):
    """Return scores of the training data, out of sample where the estimator has them.

    Those of a `LocalOutlierFactor` are moved by its offset, as its decisions are.
    """
    last = innermost(estimator)
    if hasattr(last, "negative_outlier_factor_"):
        return np.asarray(last.offset_ - last.negative_outlier_factor_, dtype=float)
    if _keeps_scores(last):
        return training_scores(last, None)
    return _scores(estimator, X)
