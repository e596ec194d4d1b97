"""Checks of PyOD's contract, with values."""

import io
from contextlib import redirect_stdout

import numpy as np
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import roc_auc_score

from pyod_ssad.checks._asserting import require, require_raises


def check_threshold_and_labels(subject):
    """The threshold is the 90th percentile at a contamination of 0.1."""
    clf = subject.fitted
    scores = clf.decision_scores_
    assert_allclose(clf.threshold_, np.percentile(scores, 90), rtol=0)
    assert_array_equal(clf.labels_, (scores > clf.threshold_).astype(int))
    assert_allclose([clf._mu, clf._sigma], [scores.mean(), scores.std()], rtol=0)


def check_predict(subject):
    """Scores above the threshold are labelled 1."""
    clf, X = subject.fitted, subject.textures.X_test
    expected = (clf.decision_function(X) > clf.threshold_).astype(int)
    assert_array_equal(clf.predict(X), expected)


def check_probabilities_follow_the_scores(subject):
    """Both kinds of probabilities add up to 1 and ascend with the scores."""
    clf, X = subject.fitted, subject.textures.X_test
    order = np.argsort(clf.decision_function(X))
    for method in ("linear", "unify"):
        p = clf.predict_proba(X, method=method)
        require(p.shape == (len(X), 2), f"Got shape {p.shape}; wanted ({len(X)}, 2).")
        assert_allclose(p.sum(axis=1), 1)
        require(p.min() >= 0 and p.max() <= 1, "Probabilities leave [0, 1].")
        require((np.diff(p[order, 1]) >= 0).all(), "Probabilities do not ascend.")
    require_raises(ValueError, "something", clf.predict_proba, X, method="something")


def check_confidence(subject):
    """`predict` and `predict_proba` return the same confidence, within [0, 1]."""
    clf, X = subject.fitted, subject.textures.X_test
    labels, confidence = clf.predict(X, return_confidence=True)
    p, again = clf.predict_proba(X, return_confidence=True)
    assert_array_equal(labels, clf.predict(X))
    assert_array_equal(p, clf.predict_proba(X))
    assert_array_equal(confidence, again)
    require(confidence.shape == labels.shape, "One confidence an image is wanted.")
    require(confidence.min() >= 0 and confidence.max() <= 1, "It leaves [0, 1].")


def check_rejection(subject):
    """Rejection marks with -2 and keeps the other labels."""
    clf, X = subject.fitted, subject.textures.X_test
    labels = clf.predict(X)
    kept, stats = clf.predict_with_rejection(X, return_stats=True)
    require(set(np.unique(kept)) <= {-2, 0, 1}, f"Got labels {set(np.unique(kept))}.")
    assert_array_equal(kept[kept != -2], labels[kept != -2])
    require(0 <= stats[0] <= stats[1], f"Got rejection rates {stats[:2]}.")


def check_rank(subject):
    """A rank counts the training scores below a score."""
    clf, X = subject.fitted, subject.textures.X_test
    scores = clf.decision_function(X)
    expected = [(clf.decision_scores_ < score).sum() for score in scores]
    ranks = clf._predict_rank(X)
    assert_array_equal(ranks, expected)
    assert_allclose(clf._predict_rank(X, normalized=True), ranks / ranks.max())


def check_fit_predict(subject):
    """`fit_predict` returns the labels of `fit`."""
    X, clf = subject.tiny_images, subject.make_tiny()
    labels = clf.fit_predict(X, **clf._test_fit_params(X))
    assert_array_equal(labels, subject.fit_tiny().labels_)


def check_fit_predict_score(subject):
    """PyOD's `fit_predict_score` evaluates the training scores."""
    X, y, clf = subject.tiny_images, np.arange(12) % 2, subject.make_tiny()
    if clf._test_fit_params(X):
        return  # PyOD hands images and labels only to fit.
    roc = _fit_and_score(clf, X, y, "roc_auc_score")
    require(roc == roc_auc_score(y, clf.decision_scores_), f"Got a ROC AUC of {roc}.")
    precision = _fit_and_score(clf, X, y, "prc_n_score")
    top = np.argsort(-clf.decision_scores_)[:6]
    assert_allclose(precision, y[top].mean())
    require_raises(
        NotImplementedError, "", clf.fit_predict_score, X, y, scoring="something"
    )


def _fit_and_score(clf, X, y, scoring):
    with redirect_stdout(io.StringIO()):  # PyOD prints what it returns.
        return clf.fit_predict_score(X, y, scoring=scoring)


def check_parameters_are_stored_and_cloned(subject):
    """`get_params`, `set_params` and `clone` know every parameter as it was given."""
    clf = subject.make(contamination=0.2)
    copy = clone(clf)
    require(copy is not clf, "clone returned the detector itself.")
    same = repr(copy.get_params(deep=False)) == repr(clf.get_params(deep=False))
    require(same, "clone has changed parameters.")
    require(clf.get_params()["contamination"] == 0.2, "contamination was not stored.")
    require(clf.set_params(verbose=2).verbose == 2, "set_params has not set verbose.")
    annotated = set(vars(type(clf)).get("__annotations__", ()))
    # An underscore stands before parameters that are passed by name only.
    unknown = annotated - {"_"} - set(clf.get_params())
    require(
        not unknown,
        f"{sorted(unknown)} are annotated but no parameters: the class wants "
        "@dataclass(eq=False, repr=False).",
    )


def check_not_fitted(subject):
    """An unfitted detector says that it is not fitted."""
    clf = subject.make()
    for method in ("decision_function", "predict", "predict_proba", "transform"):
        require_raises(NotFittedError, "fit", getattr(clf, method), subject.tiny_images)
