"""ModelSelector as a PyOD detector, over groups of classical and planted detectors."""

import io
from contextlib import redirect_stderr, redirect_stdout

import joblib
import numpy as np
import pandas as pd
import pytest
from pyod.models.base import BaseDetector
from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from pyod.models.ocsvm import OCSVM
from pyod.models.pca import PCA
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.metrics import roc_auc_score

from model_selection import (
    Criterion,
    ModelSelector,
    dsv_loss,
    embed,
    hits_hubness,
    model_centrality,
    select_agreement,
)

from .fakes import Breaking, CornerDetector, Passive, Untouchable, planted_data

CONSENSUS = {"mc": model_centrality, "sel": select_agreement, "hits": hits_hubness}


class Fixed(Criterion):
    """Values decided beforehand."""

    name = "fixed"
    greater_is_better = True

    def __init__(self, values=(), greater_is_better=True):
        self.values = values
        self.greater_is_better = greater_is_better

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        return np.array(self.values, dtype=float)


def classical():
    return {
        "knn": KNN(),
        "lof": LOF(n_neighbors=30),
        "iforest": IForest(n_estimators=30, random_state=0),
        "ocsvm": OCSVM(gamma=0.01),
        "pca": PCA(n_components=2),
        "ecod": ECOD(),
    }


@pytest.fixture(scope="module")
def tabular():
    """Training data, test data with a fifth of anomalies, and their labels."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], [80, 20])
    X_test = rng.normal(size=(100, 4)) + 4.0 * labels[:, None]
    return rng.normal(size=(120, 4)), X_test, labels


@pytest.fixture(scope="module")
def fitted(tabular):
    return {name: d.fit(tabular[0]) for name, d in classical().items()}


@pytest.fixture(scope="module")
def selector(tabular):
    X, X_test, _ = tabular
    return ModelSelector(classical(), "mc").fit(X, X_unlabeled=X_test)


@pytest.mark.parametrize("criterion", CONSENSUS)
def test_classical_group_is_judged_by_its_scores(criterion, tabular, fitted):
    X, X_test, labels = tabular
    selector = ModelSelector(classical(), criterion).fit(X, X_unlabeled=X_test)
    scores = np.column_stack([d.decision_function(X_test) for d in fitted.values()])
    want = CONSENSUS[criterion](scores)
    np.testing.assert_allclose(selector.criterion_values_, want, rtol=1e-9)
    assert selector.best_index_ == np.argmax(want)
    assert selector.best_name_ == list(fitted)[np.argmax(want)]
    best = fitted[selector.best_name_]
    got = selector.decision_function(X_test)
    np.testing.assert_allclose(got, best.decision_function(X_test), rtol=1e-9)
    assert roc_auc_score(labels, got) > 0.95


def test_planted_model_is_found_by_dsv():
    X, X_test = planted_data()
    group = [CornerDetector(False), CornerDetector(True), CornerDetector(False, 2)]
    selector = ModelSelector(group).fit(X, X_unlabeled=X_test)
    assert selector.best_index_ == 1
    assert selector.best_name_ == "CornerDetector[1]"
    want = [dsv_loss(*embed(d, X, X_test)) for d in selector.detectors_]
    np.testing.assert_array_equal(selector.criterion_values_, want)
    np.testing.assert_array_equal(selector.ranking_, np.argsort(want))


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


def test_results_are_ready_for_pandas(selector):
    table = pd.DataFrame(selector.results_)
    assert list(table.columns) == ["name", "params", "value", "rank", "fit_seconds"]
    assert list(table["name"]) == list(classical())
    assert table["params"][1]["n_neighbors"] == 30
    np.testing.assert_array_equal(table["value"], selector.criterion_values_)
    assert sorted(table["rank"]) == [1, 2, 3, 4, 5, 6]
    np.testing.assert_array_equal(
        table["rank"].to_numpy()[selector.ranking_], range(1, 7)
    )
    assert (table["fit_seconds"] > 0).all()


def test_prefit_detectors_are_used_as_they_are(tabular, fitted, selector):
    X, X_test, _ = tabular
    prefit = ModelSelector(fitted, "mc", prefit=True).fit(X, X_unlabeled=X_test)
    assert prefit.best_detector_ is fitted[prefit.best_name_]
    np.testing.assert_array_equal(prefit.criterion_values_, selector.criterion_values_)
    assert np.isnan(prefit.results_["fit_seconds"]).all()


def test_detectors_given_are_left_unfitted(tabular):
    group = classical()
    ModelSelector(group, "mc").fit(tabular[0])
    assert not any(hasattr(d, "decision_scores_") for d in group.values())


def test_unfitted_prefit_detectors_are_named(tabular, fitted):
    group = {"ready": fitted["knn"], "raw": KNN(), "rawer": ECOD()}
    with pytest.raises(ValueError, match="not fitted: raw, rawer;"):
        ModelSelector(group, "mc", prefit=True).fit(tabular[0])


def test_more_jobs_change_nothing(tabular, selector):
    X, X_test, _ = tabular
    parallel = ModelSelector(classical(), "mc", n_jobs=2).fit(X, X_unlabeled=X_test)
    np.testing.assert_array_equal(
        parallel.criterion_values_, selector.criterion_values_
    )
    assert parallel.best_name_ == selector.best_name_
    assert list(parallel.results_["name"]) == list(classical())


def test_threads_chosen_by_the_user_fit_the_group(tabular, selector):
    X, X_test, _ = tabular
    with joblib.parallel_config("threading", n_jobs=2):
        threaded = ModelSelector(classical(), "mc").fit(X, X_unlabeled=X_test)
    np.testing.assert_array_equal(
        threaded.criterion_values_, selector.criterion_values_
    )


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


def test_consensus_without_unlabeled_data_judges_on_training(tabular, fitted):
    X = tabular[0]
    got = ModelSelector(fitted, "mc", prefit=True).fit(X)
    want = model_centrality(
        np.column_stack([d.decision_function(X) for d in fitted.values()])
    )
    np.testing.assert_array_equal(got.criterion_values_, want)


def test_alignment_without_unlabeled_data_is_an_error():
    X, _ = planted_data()
    with pytest.raises(ValueError, match=r"'dsv'.*X_unlabeled=None; pass fit\("):
        ModelSelector([CornerDetector()]).fit(X)


def test_score_only_detectors_are_refused_before_any_is_fitted():
    group = {"broken": Breaking(), "plain": KNN()}
    with pytest.raises(TypeError, match="broken has no transform and no augment"):
        ModelSelector(group, "dsv").fit(np.ones((4, 2)), X_unlabeled=np.ones((4, 2)))


@pytest.mark.parametrize(
    ("values", "greater", "ranking", "ranks"),
    [
        ([1, 3, 2], True, [1, 2, 0], [3, 1, 2]),
        ([1, 3, 2], False, [0, 2, 1], [1, 3, 2]),
        ([np.nan, 1, 5], False, [1, 2, 0], [3, 1, 2]),
        ([np.nan, 1, 5], True, [2, 1, 0], [3, 2, 1]),
        ([2, 7, 7], True, [1, 2, 0], [3, 1, 1]),
        ([4, 4, 4], False, [0, 1, 2], [1, 1, 1]),
        ([np.inf, 9, np.nan], False, [1, 0, 2], [2, 1, 2]),
        ([-np.inf, np.nan, 0], False, [2, 0, 1], [2, 2, 1]),
    ],
)
def test_ranking(values, greater, ranking, ranks):
    criterion = Fixed(values, greater)
    selector = ModelSelector([Passive(), Passive(), Passive()], criterion)
    selector.fit(np.ones(3))
    assert list(selector.ranking_) == ranking
    assert selector.best_index_ == ranking[0]
    assert selector.best_detector_ is selector.detectors_[ranking[0]]
    assert list(selector.results_["rank"]) == ranks


@pytest.mark.parametrize("worst", [np.nan, np.inf])
def test_no_finite_value_is_an_error(worst):
    criterion = Fixed([worst, worst], greater_is_better=False)
    with pytest.raises(
        ValueError, match="'fixed' has no finite value for any of the 2"
    ):
        ModelSelector([Passive(), Passive()], criterion).fit(np.ones(3))


def test_constant_detector_never_wins():
    group = [Passive((1, 1, 1)), Passive((1, 2, 3)), Passive((3, 2, 1))]
    for criterion in CONSENSUS:
        selector = ModelSelector(group, criterion).fit(np.ones(3))
        assert np.isnan(selector.criterion_values_[0])
        assert selector.best_index_ == 1


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_failing_detector_is_named(n_jobs):
    group = {"good": Passive(), "doomed": Breaking()}
    selector = ModelSelector(group, "mc", n_jobs=n_jobs)
    with (
        joblib.parallel_config("threading"),
        pytest.raises(RuntimeError, match="doomed failed.*MemoryError: out of crayons"),
    ):
        selector.fit(np.ones(3))


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


class ProbableList(Passive):
    """Knows how to handle a list."""

    def predict_proba(self, X, method="linear", return_confidence=False):
        return np.column_stack([np.zeros(len(X)), np.ones(len(X))])


def test_list_input_reaches_the_best_ones_probabilities():
    selector = ModelSelector([ProbableList()], "mc").fit(["a", "b", "c"])
    np.testing.assert_array_equal(selector.predict_proba(["a", "b"]), [[0, 1], [0, 1]])


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
    "method", ["decision_function", "predict", "predict_proba", "transform"]
)
def test_unfitted_selector_says_so(method):
    with pytest.raises(NotFittedError):
        getattr(ModelSelector([KNN()]), method)(np.ones((2, 2)))


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


def test_random_state_seeds_the_augmentation():
    X, X_test = planted_data()

    def values(random_state):
        selector = ModelSelector([CornerDetector()], random_state=random_state)
        return selector.fit(X, X_unlabeled=X_test).criterion_values_[0]

    triple = embed(CornerDetector().fit(X), X, X_test, random_state=5)
    assert values(5) == dsv_loss(*triple)
    assert values(5) != values(6)
    assert values(np.random.RandomState(2)) == values(np.random.RandomState(2))


def test_selector_within_a_selector(tabular):
    X, X_test, _ = tabular
    inner = ModelSelector([KNN(), LOF()], "mc")
    outer = ModelSelector([inner, ECOD(), PCA()], "mc").fit(X, X_unlabeled=X_test)
    scores = [d.decision_function(X_test) for d in outer.detectors_]
    want = model_centrality(np.column_stack(scores))
    np.testing.assert_array_equal(outer.criterion_values_, want)
    np.testing.assert_array_equal(inner.get_params()["detectors"], inner.detectors)


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
