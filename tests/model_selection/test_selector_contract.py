"""ModelSelector as a PyOD detector: answers, parameters, input, labels, errors."""

import io
from contextlib import redirect_stderr, redirect_stdout

import joblib
import numpy as np
import pytest
from pyod.models.base import BaseDetector
from pyod.models.ecod import ECOD
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from model_selection import (
    ModelSelector,
)
from model_selection._fakes import CornerDetector, Untouchable, planted_data
from tests.model_selection.fakes import (
    Fixed,
    Passive,
    classical,
)


def test_answers_are_those_of_the_best(selector, tabular, fitted):
    X, X_test, _ = tabular
    best = fitted[selector.best_name_]
    np.testing.assert_allclose(selector.decision_scores_, best.decision_scores_)
    np.testing.assert_array_equal(selector.labels_, best.labels_)
    assert selector.threshold_ == pytest.approx(best.threshold_)
    np.testing.assert_array_equal(selector.predict(X_test), best.predict(X_test))
    for method in ("linear", "unify"):
        got = selector.predict_proba(X_test, method=method)
        np.testing.assert_allclose(got, best.predict_proba(X_test, method=method))
    got = selector.predict_confidence(X_test)
    np.testing.assert_allclose(got, best.predict_confidence(X_test))
    probability, confidence = selector.predict_proba(X_test, return_confidence=True)
    np.testing.assert_allclose(confidence, got)
    np.testing.assert_allclose(probability, best.predict_proba(X_test))
    got = selector.predict_with_rejection(X_test, c_r=0.1)
    np.testing.assert_array_equal(got, best.predict_with_rejection(X_test, c_r=0.1))
    with pytest.raises(ValueError, match="not a valid probability"):
        selector.predict_proba(X_test, method="neither")


def test_its_own_contamination_sets_the_threshold(tabular, fitted):
    X, X_test, _ = tabular
    group = [KNN(contamination=0.02)]
    selector = ModelSelector(group, "hits", contamination=0.25).fit(X)
    scores = fitted["knn"].decision_scores_
    assert selector.threshold_ == pytest.approx(np.percentile(scores, 75))
    assert selector.labels_.sum() == 30
    want = fitted["knn"].decision_function(X_test) > np.percentile(scores, 75)
    np.testing.assert_array_equal(selector.predict(X_test), want)
    with pytest.raises(ValueError, match="contamination"):
        ModelSelector(group, contamination=0.7)


class MeanThreshold:
    """As one of pythresh, in units of (s - min) / (max - min): above the mean."""

    def __init__(self):
        self.kept = {}

    def fit(self, scores):
        self.kept["mean"] = np.mean(scores)
        self.thresh_ = (np.mean(scores) - min(scores)) / np.ptp(scores)
        self.labels_ = (scores >= np.mean(scores)).astype(int)


def test_a_threshold_object_is_fitted_in_copy():
    shared = MeanThreshold()
    selector = ModelSelector([Passive((0, 1, 5))], "mc", contamination=shared)
    selector.fit(np.ones(3))
    assert selector.threshold_ == pytest.approx(2.0)
    np.testing.assert_array_equal(selector.labels_, [0, 0, 1])
    assert vars(shared) == {"kept": {}}


@pytest.mark.parametrize(
    "labels",
    [lambda: None, Untouchable, lambda: [1], lambda: np.array([-1, 0, 1])],
    ids=["none", "untouchable", "short", "foreign"],
)
def test_labels_change_nothing(labels, tabular, selector):
    X, X_test, _ = tabular
    again = ModelSelector(classical(), "mc").fit(X, labels(), X_unlabeled=X_test)
    np.testing.assert_array_equal(again.criterion_values_, selector.criterion_values_)
    assert again.predict_proba(X_test).shape == (100, 2)


def test_labels_do_not_reach_the_detectors():
    selector = ModelSelector([Passive()], "hits").fit(np.ones(3), [0, 1, 1])
    assert selector.best_detector_.saw_y_ is None


@pytest.mark.parametrize(
    "X", [np.ones((3, 8, 8, 1)), ["a.png", "b.png", "c.png"], np.ones((3, 8, 8))]
)
def test_images_and_paths_pass_through_untouched(X):
    X_unlabeled = X[:]
    selector = ModelSelector([Passive()], "mc").fit(X, X_unlabeled=X_unlabeled)
    assert selector.best_detector_.fitted_on_ is X
    assert selector.best_detector_.scored_ is X_unlabeled
    np.testing.assert_array_equal(selector.decision_function(X), [0, 1, 2])
    assert selector.best_detector_.scored_ is X
    np.testing.assert_array_equal(selector.predict(X), [0, 0, 1])


def test_lists_and_generators_have_all_answers():
    selector = ModelSelector([Passive()], "mc").fit(["a", "b", "c"])
    methods = ("predict", "predict_proba", "predict_confidence")
    for method in methods:
        want = getattr(selector, method)(np.ones(3))
        for X in (["a", "b", "c"], (c for c in "abc")):
            np.testing.assert_array_equal(getattr(selector, method)(X), want)
    np.testing.assert_array_equal(selector.predict_proba(["a"])[:, 1], [0, 0.5, 1])
    np.testing.assert_array_equal(
        selector.predict_with_rejection((c for c in "abc"), c_r=0.1), [0, 0, 1]
    )


class Counting(Passive):
    """Counts how often it scores."""

    def decision_function(self, X):
        self.count_ = getattr(self, "count_", 0) + 1
        return super().decision_function(X)


def test_an_answer_scores_the_data_once():
    selector = ModelSelector([Counting()], "mc").fit(np.ones(3))
    for answer in (
        lambda X: selector.predict(X, return_confidence=True),
        lambda X: selector.predict_proba(X, return_confidence=True),
        lambda X: selector.predict_with_rejection(X, c_r=0.1),
        selector.p_values,
    ):
        selector.best_detector_.count_ = 0
        answer(np.ones(3))
        assert selector.best_detector_.count_ == 1


def test_transform_exists_only_where_the_best_has_it(selector, tabular):
    X, X_test = planted_data()
    corners = ModelSelector([CornerDetector()]).fit(X, X_unlabeled=X_test)
    want = corners.best_detector_.transform(X_test)
    np.testing.assert_array_equal(corners.transform(X_test), want)
    assert not hasattr(corners, "anomaly_map")
    assert not hasattr(selector, "transform")
    with pytest.raises(AttributeError, match="transform"):
        selector.transform(tabular[1])


def test_anomaly_map_is_the_best_ones():
    class Mapping(Passive):
        def anomaly_map(self, X):
            return X * 2

    selector = ModelSelector([Mapping()], "mc").fit(np.ones((3, 2, 2)))
    np.testing.assert_array_equal(
        selector.anomaly_map(np.ones((1, 2, 2))), np.full((1, 2, 2), 2.0)
    )


@pytest.mark.parametrize(
    "method", ["decision_function", "predict", "predict_proba", "predict_confidence"]
)
def test_unfitted_selector_says_so(method):
    selector = ModelSelector([KNN()])
    with pytest.raises(NotFittedError):
        getattr(selector, method)(np.ones((2, 2)))
    assert not hasattr(selector, "transform")


def test_parameters_are_stored_and_set():
    group = [KNN(), LOF()]
    selector = ModelSelector(group, criterion="mc", n_jobs=2, random_state=5)
    assert isinstance(selector, BaseDetector)
    params = selector.get_params(deep=False)
    assert params == {
        "detectors": group,
        "criterion": "mc",
        "prefit": False,
        "n_jobs": 2,
        "contamination": 0.1,
        "random_state": 5,
        "verbose": 0,
        "combine": "best",
        "top_k": 3,
        "aggregate": "mean",
    }
    assert selector.set_params(criterion="sel").criterion == "sel"


def test_clone_unfits_a_group_and_keeps_a_prefit_one(fitted, tabular):
    original = ModelSelector(classical(), Fixed((1, 2)), contamination=0.3)
    copied = clone(original)
    assert copied.contamination == 0.3
    assert copied.criterion is not original.criterion
    assert copied.criterion.values == (1, 2)
    assert copied.detectors["knn"] is not original.detectors["knn"]
    X, X_test, _ = tabular
    prefit = clone(ModelSelector(fitted, "mc", prefit=True))
    assert prefit.fit(X, X_unlabeled=X_test).best_detector_ in fitted.values()


def test_refitting_and_reloading_give_the_same(selector, tabular, tmp_path):
    X, X_test, _ = tabular
    again = clone(selector).fit(X, X_unlabeled=X_test)
    np.testing.assert_array_equal(again.criterion_values_, selector.criterion_values_)
    joblib.dump(selector, tmp_path / "selector.joblib")
    loaded = joblib.load(tmp_path / "selector.joblib")
    np.testing.assert_array_equal(
        loaded.decision_function(X_test), selector.decision_function(X_test)
    )
    np.testing.assert_array_equal(loaded.predict(X_test), selector.predict(X_test))


def test_global_random_state_is_left_alone(tabular):
    np.random.seed(11)  # noqa: NPY002
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    ModelSelector([KNN(), ECOD()], "mc", random_state=3).fit(tabular[0])
    np.testing.assert_array_equal(np.random.get_state()[1], before)  # noqa: NPY002


@pytest.mark.parametrize(
    ("verbose", "on_stdout", "on_stderr"),
    [(0, False, False), (1, False, True), (2, True, False)],
)
def test_verbosity(verbose, on_stdout, on_stderr):
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        ModelSelector({"one": Passive()}, "mc", verbose=verbose).fit(np.ones(3))
    assert ("one: fitted in" in out.getvalue()) == on_stdout
    assert ("1/1" in err.getvalue()) == on_stderr


@pytest.mark.parametrize(
    ("detectors", "error", "words"),
    [
        ([], ValueError, "empty"),
        ({}, ValueError, "empty"),
        (KNN(), TypeError, "got KNN; put a single detector into a list"),
        ("knn", TypeError, "got str"),
    ],
)
def test_bad_groups_are_named(detectors, error, words):
    with pytest.raises(error, match=words):
        ModelSelector(detectors, "mc").fit(np.ones((3, 2)))


def test_unknown_criterion_is_named():
    with pytest.raises(ValueError, match="unknown criterion 'best'"):
        ModelSelector([KNN()], "best").fit(np.ones((3, 2)))
