"""ModelSelector finds the right model, over classical and planted groups."""

import joblib
import numpy as np
import pandas as pd
import pytest
from pyod.models.ecod import ECOD
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from pyod.models.pca import PCA
from sklearn.metrics import roc_auc_score

from model_selection import (
    ModelSelector,
    dsv_loss,
    embed,
    hits_hubness,
    model_centrality,
    select_agreement,
)
from model_selection._fakes import CornerDetector, planted_data
from tests.model_selection.fakes import (
    Breaking,
    Fixed,
    Passive,
    classical,
)

CONSENSUS = {"mc": model_centrality, "sel": select_agreement, "hits": hits_hubness}


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
    assert selector.best_name_ == "CornerDetector(aligned=True, noise_column=1)"
    want = [dsv_loss(*embed(d, X, X_test)) for d in selector.detectors_]
    np.testing.assert_array_equal(selector.criterion_values_, want)
    np.testing.assert_array_equal(selector.ranking_, np.argsort(want))


def test_results_are_ready_for_pandas(selector):
    table = pd.DataFrame(selector.results_)
    assert list(table.columns) == ["name", "params", "value", "rank", "fit_seconds"]
    assert list(table["name"]) == list(classical())
    assert table["params"][1]["n_neighbors"] == 30
    np.testing.assert_array_equal(table["value"], selector.criterion_values_)
    assert sorted(table["rank"]) == [1, 2, 3, 4, 5, 6]
    assert table["rank"].dtype == int
    assert selector.results_["name"].dtype == object
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
        ModelSelector([CornerDetector()], "dsv").fit(X)


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


def test_unsigned_values_have_losses_below_zero():
    got = Fixed(greater_is_better=True).losses(np.array([0, 3], dtype=np.uint8))
    np.testing.assert_array_equal(got, [0.0, -3.0])


def test_many_equals_keep_their_order():
    """Sorts that are not stable keep the order of up to 16 values."""
    values = np.tile([2.0, 1.0, 2.0, 3.0], 25)
    selector = ModelSelector([Passive()] * 100, Fixed(values)).fit(np.ones(3))
    want = [i for level in (3, 2, 1) for i in np.flatnonzero(values == level)]
    assert list(selector.ranking_) == want


@pytest.mark.parametrize("worst", [np.nan, np.inf])
def test_no_finite_value_is_an_error(worst):
    criterion = Fixed([worst, worst], greater_is_better=False)
    with pytest.raises(
        ValueError, match="'fixed' has no finite value for any of the 2"
    ):
        ModelSelector([Passive(), Passive()], criterion).fit(np.ones(3))


def test_rounding_does_not_decide_between_equals():
    values = [0.1 + 0.2, 0.3, np.nextafter(0.3, 1)]
    assert values[0] > values[1] < values[2]
    for greater in (True, False):
        selector = ModelSelector([Passive()] * 3, Fixed(values, greater))
        assert list(selector.fit(np.ones(3)).results_["rank"]) == [1, 1, 1]
        assert selector.best_index_ == 0


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


def test_random_state_seeds_the_augmentation():
    X, X_test = planted_data()

    def values(random_state):
        selector = ModelSelector([CornerDetector()], random_state=random_state)
        return selector.fit(X, X_unlabeled=X_test).criterion_values_[0]

    def want(seed):
        triple = embed(CornerDetector().fit(X), X, X_test, random_state=seed)
        return dsv_loss(*triple)

    assert values(5) == want(5) != values(6)
    for seed in range(5):
        drawn = np.random.RandomState(seed).randint(2**31 - 1)
        assert values(np.random.RandomState(seed)) == want(drawn)


def test_selector_within_a_selector(tabular):
    X, X_test, _ = tabular
    inner = ModelSelector([KNN(), LOF()], "mc")
    outer = ModelSelector([inner, ECOD(), PCA()], "mc").fit(X, X_unlabeled=X_test)
    scores = [d.decision_function(X_test) for d in outer.detectors_]
    want = model_centrality(np.column_stack(scores))
    np.testing.assert_array_equal(outer.criterion_values_, want)
    np.testing.assert_array_equal(inner.get_params()["detectors"], inner.detectors)
