"""AutoSSAD: what it builds, picks and tells, and that no label has a say."""

import warnings

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer
from sklearn.metrics import roc_auc_score

import pyod_ssad
import pyod_ssad.auto.auto_ssad as module
from model_selection import ModelSelector, evidence
from model_selection._fakes import Untouchable
from pyod_ssad import AutoSSAD, load
from pyod_ssad.auto.zoo import SPENDINGS, Spending, make_image_zoo
from pyod_ssad.backbones.small_cnn import SmallCNN
from pyod_ssad.datasets import load_textures

SCRATCH = ("cutpaste_union", "cutdiff")


def network():
    """Stand in for a pretrained network."""
    return SmallCNN()


@pytest.fixture(scope="module")
def data():
    return load_textures(
        "brick", size=32, n_train=30, n_test_normal=12, n_per_kind=12, kinds=["stain"]
    )


@pytest.fixture(autouse=True)
def fast(monkeypatch):
    """Few updates and few densities, whatever the budget."""
    for budget, steps in (("quick", 2), ("normal", 3), ("thorough", 4)):
        few = Spending(steps, SCRATCH[:1], SCRATCH, ("position_gaussian", "dense"))
        monkeypatch.setitem(SPENDINGS, budget, few)


def fit(data, **options):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clf = AutoSSAD("quick", **{"backbone": network, **options})
        return clf.fit(data.X_train, X_unlabeled=data.X_test)


@pytest.fixture(scope="module")
def fitted(data):
    few = Spending(2, SCRATCH[:1], SCRATCH, ("position_gaussian", "dense"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(SPENDINGS, "quick", few)
        return fit(data)


def test_it_answers_as_a_selector_over_the_same_zoo(data, fitted):
    shared = dict.fromkeys(("image_shape", "channels"))
    shared |= {"device": "cpu", "random_state": 0}
    zoo = make_image_zoo("quick", network, None, shared)
    assert list(zoo) == ["position_gaussian", "dense", "cutpaste_union"]
    selector = ModelSelector(zoo, ["evidence", "sel"], combine="mean")
    selector.fit(data.X_train, X_unlabeled=data.X_test)
    scores = fitted.decision_function(data.X_test)
    assert_array_equal(scores, selector.decision_function(data.X_test))
    assert fitted.threshold_ == selector.threshold_
    assert_array_equal(fitted.labels_, selector.labels_)
    assert_array_equal(fitted.predict(data.X_test), selector.predict(data.X_test))
    assert_array_equal(fitted.p_values(data.X_test), selector.p_values(data.X_test))
    maps = fitted.anomaly_map(data.X_test[:2])
    assert_array_equal(maps, fitted.best_detector_.anomaly_map(data.X_test[:2]))


def test_the_report_says_what_was_tried_and_why(data, fitted):
    report = fitted.report_
    assert report["criterion"] == ["evidence", "sel"]
    assert report["picked"] == fitted.best_name_
    assert report["combined"] == [fitted.names_[i] for i in fitted.combined_]
    values = [
        evidence(d.decision_scores_, d.decision_function(data.X_test))
        for d in fitted.detectors_
    ]
    zoo = report["zoo"]
    np.testing.assert_allclose(zoo["value_evidence"], values, rtol=1e-9)
    assert report["criteria"] == ["evidence+sel", "sel", "mc", "hits"]
    assert report["agreement"].shape == (4, 4)
    assert zoo["rank_evidence+sel"].tolist() == fitted.results_["rank"].tolist()
    assert report["why"].startswith(f"Of 3 detectors {fitted.best_name_} is the best")
    assert report["diagnostics"] == fitted.diagnostics_
    assert report["seconds"] >= np.nansum(report["zoo"]["fit_seconds"])


def test_labels_change_nothing(data, fitted):
    """Labels that raise when they are touched, and all is as without them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clf = AutoSSAD("quick", backbone=network)
        clf.fit(data.X_train, Untouchable(), X_unlabeled=data.X_test)
    assert clf.names_ == fitted.names_ and clf.best_name_ == fitted.best_name_
    assert clf.threshold_ == fitted.threshold_
    assert_array_equal(clf.criterion_values_, fitted.criterion_values_)
    scores = clf.decision_function(data.X_test)
    assert_array_equal(scores, fitted.decision_function(data.X_test))


@pytest.mark.parametrize(
    ("names", "criterion"),
    [
        (("pooled", "dense"), "evidence"),
        (("knn", "goad"), "evidence"),
        (("pooled", "cutdiff"), ["evidence", "sel"]),
        (("rotation", "cutdiff"), "sel"),
    ],
)
def test_auto_takes_what_was_measured_best_for_such_a_zoo(names, criterion):
    zoo = dict.fromkeys(names)
    assert AutoSSAD()._choose_criterion(zoo, [0]) == criterion
    assert AutoSSAD()._choose_criterion(zoo, None) == "sel"
    assert AutoSSAD(criterion="mc")._choose_criterion(zoo, [0]) == "mc"


def test_without_unlabeled_data_detectors_judge_one_another(data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clf = AutoSSAD("quick", backbone=network, combine="best").fit(data.X_train)
    assert clf.criterion_ == "sel"
    assert clf.report_["criteria"] == ["sel", "mc", "hits"]
    assert len(clf.combined_) == 1
    scores = clf.decision_function(data.X_test)
    assert_array_equal(scores, clf.best_detector_.decision_function(data.X_test))


def test_more_is_spent_where_there_is_more():
    for budget, steps in (("quick", 2), ("thorough", 4)):
        shared = {"random_state": 0}
        zoo = make_image_zoo(budget, None, None, shared)
        assert list(zoo) == list(SCRATCH)
        assert {d.steps for d in zoo.values()} == {steps}


def test_networks_are_trained_alone_where_weights_cannot_be_had(data, monkeypatch):
    def fail(name, weights):
        raise ConnectionError(f"weights={weights!r}: could not download {name}.")

    monkeypatch.setattr(module, "load_model", fail)
    with pytest.warns(UserWarning, match="could not download resnet18.*from scratch"):
        clf = AutoSSAD("quick").fit(data.X_train, X_unlabeled=data.X_test)
    assert clf.names_ == list(SCRATCH)


def test_tables_have_detectors_of_their_own():
    X, y = load_breast_cancer(return_X_y=True)
    benign = X[y == 1]
    new, y_new = np.r_[benign[250:], X[y == 0][:40]], np.r_[np.zeros(107), np.ones(40)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        clf = AutoSSAD("quick").fit(benign[:250], X_unlabeled=new)
        of_frames = AutoSSAD("quick").fit(
            pd.DataFrame(benign[:250]), X_unlabeled=pd.DataFrame(new)
        )
    assert_array_equal(of_frames.decision_scores_, clf.decision_scores_)
    assert clf.names_ == ["knn", "knn_1", "lof", "pca", "ecod", "iforest"]
    assert roc_auc_score(y_new, clf.decision_function(new)) > 0.9
    assert np.mean(clf.predict(benign[250:])) < 0.25


def test_stored_and_loaded(data, fitted, tmp_path):
    fitted.save(tmp_path / "model")
    loaded = load(tmp_path / "model", custom=[network])
    assert_array_equal(
        loaded.decision_function(data.X_test), fitted.decision_function(data.X_test)
    )
    assert loaded.report_["why"] == fitted.report_["why"]
    assert loaded.get_params() == fitted.get_params()


def test_what_is_wrong_is_said_before_anything_is_trained(data):
    for options, message in (
        ({"budget": "huge"}, "budget must be .*'huge'"),
        ({"mute": ("SSAD999",)}, r"unknown codes \['SSAD999'\]; known are SSAD001"),
        ({"combine": "median"}, "combine must be 'best' or 'mean', got 'median'"),
    ):
        clf = AutoSSAD(**{"backbone": network, **options})
        with pytest.raises(ValueError, match=message):
            clf.fit(data.X_train)
        assert not hasattr(clf, "detectors_")


def test_parameters_are_stored_and_cloned():
    clf = AutoSSAD("thorough", backbone=None, top_k=2, mute=("SSAD001",))
    assert clone(clf).get_params() == clf.get_params()
    assert "budget='thorough'" in repr(clf)
    assert pyod_ssad.AutoSSAD is AutoSSAD
