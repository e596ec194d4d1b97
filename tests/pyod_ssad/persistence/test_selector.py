"""Selectors in files."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from pyod.models.copod import COPOD
from pyod.models.ecod import ECOD
from pyod.models.knn import KNN

import pyod_ssad
from model_selection import ConsensusCriterion, ModelSelector, OnPixels, make_criterion
from model_selection.criteria import DSV
from pyod_ssad import CutOutSSAD, CutPasteSSAD
from pyod_ssad.checks._subject import TINY
from tests.pyod_ssad.persistence import own

FAST = {**TINY, "backbone": own.thin_cnn, "random_state": 0}
X = own.X


class Spread(ConsensusCriterion):
    """A criterion of a user."""

    name = "spread_of_scores"
    greater_is_better = True

    def values(self, scores):
        return np.std(scores, axis=0)


def spread(scores):
    """Judge as a user's function may."""
    return np.std(scores, axis=0)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "selector"


def zoo():
    return {
        0.05: CutPasteSSAD(0.05, **FAST),
        "CutOut": CutOutSSAD((0.1, 0.2), **FAST),
        "KNN": CutOutSSAD(0.1, density=KNN(n_neighbors=3), **FAST),
    }


def save_and_load(selector, path):
    selector.save(path)
    return pyod_ssad.load(path, custom=[own.thin_cnn, Spread, spread])


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(
    "criterion",
    [
        "mc",
        ["dsv", "hits"],
        DSV(cap=0.4),
        Spread(),
        make_criterion(spread, greater_is_better=True),
    ],
    ids=["name", "several", "object", "own", "function"],
)
@pytest.mark.parametrize("combine", ["best", "mean"])
def test_a_selector_answers_as_before(criterion, combine, path):
    selector = ModelSelector(zoo(), criterion=criterion, combine=combine)
    selector.fit(X, X_unlabeled=X[::-1])
    loaded = save_and_load(selector, path)
    assert type(loaded) is ModelSelector
    for method in ("decision_function", "predict", "predict_proba", "p_values"):
        assert_array_equal(getattr(loaded, method)(X), getattr(selector, method)(X))
    for name in ("decision_scores_", "criterion_values_", "ranking_"):
        assert_array_equal(getattr(loaded, name), getattr(selector, name))
    assert loaded.threshold_ == selector.threshold_
    assert loaded.best_name_ == selector.best_name_
    assert loaded.best_detector_ is loaded.detectors_[loaded.best_index_]
    assert list(loaded.detectors) == [0.05, "CutOut", "KNN"]
    assert type(loaded.criterion) is type(criterion)
    assert set(vars(loaded)) == set(vars(selector))


@pytest.mark.filterwarnings("ignore")
def test_all_members_answer_as_before(path):
    selector = ModelSelector(zoo(), criterion="mc").fit(X)
    loaded = save_and_load(selector, path)
    assert repr(loaded.results_.keys()) == repr(selector.results_.keys())
    assert loaded.results_["name"].tolist() == selector.results_["name"].tolist()
    assert repr(loaded.results_["params"]) == repr(selector.results_["params"])
    assert_array_equal(loaded.results_["fit_seconds"], selector.results_["fit_seconds"])
    for got, wanted in zip(loaded.detectors_, selector.detectors_, strict=True):
        assert_array_equal(got.decision_function(X), wanted.decision_function(X))


@pytest.mark.filterwarnings("ignore")
def test_prefit_detectors_are_stored_once(path):
    members = [CutOutSSAD(a, **FAST).fit(X) for a in (0.1, 0.2)]
    selector = ModelSelector(members, criterion="mc", prefit=True).fit(X)
    loaded = save_and_load(selector, path)
    assert loaded.detectors[0] is loaded.detectors_[0]
    alone = path.with_name("alone")
    members[0].save(alone)
    assert path.stat().st_size < 2.5 * alone.stat().st_size


def test_tables_whose_state_is_plain(path):
    T = np.random.default_rng(0).normal(size=(40, 3))
    selector = ModelSelector([ECOD(), COPOD()], criterion="mc").fit(T)
    loaded = save_and_load(selector, path)
    assert_array_equal(
        loaded.decision_function(T[:9]), selector.decision_function(T[:9])
    )


@pytest.mark.filterwarnings("ignore")
def test_tables_beside_images(path):
    zoo = {"images": CutOutSSAD(0.1, **FAST), "tables": ECOD()}
    selector = ModelSelector(zoo, criterion="mc", combine="mean").fit(X)
    loaded = save_and_load(selector, path)
    assert type(loaded.named_detectors_["tables"]) is OnPixels
    assert_array_equal(loaded.decision_function(X), selector.decision_function(X))


def test_tables_whose_state_is_not_plain_are_named(path):
    T = np.random.default_rng(0).normal(size=(40, 3))
    selector = ModelSelector([ECOD(), KNN()], criterion="mc").fit(T)
    with pytest.raises(TypeError, match=r"detectors_\.1\..*Neighbors.*joblib\.dump"):
        selector.save(path)
    assert not path.exists()
