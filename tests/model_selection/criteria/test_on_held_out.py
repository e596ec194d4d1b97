"""Criteria on scores of unlabeled data beside those of held-out normal ones."""

import numpy as np
import pytest
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from scipy.stats import combine_pvalues
from sklearn.base import clone
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import KFold

from model_selection import (
    ModelSelector,
    cantelli_bound,
    evidence,
    held_out_scores,
    pseudo_discrepancy,
    unlabeled_auc,
)
from model_selection._fakes import CornerDetector, planted_group

RNG = np.random.default_rng(0)
OWN = RNG.gamma(2.0, size=60)
NEW = np.r_[RNG.gamma(2.0, size=30), RNG.gamma(9.0, size=20)]


def test_evidence_is_fishers_statistic():
    p_values = [(1 + sum(s <= OWN)) / 61 for s in NEW]
    fisher = combine_pvalues(p_values, method="fisher").statistic
    assert evidence(OWN, NEW) == pytest.approx(fisher / (2 * 50), rel=1e-12)


def test_evidence_is_about_one_for_normal_data_whatever_the_units():
    own, new = (RNG.normal(size=4000) for _ in range(2))
    assert evidence(own, new) == pytest.approx(1.0, abs=0.05)
    assert evidence(np.exp(own), np.exp(new)) == evidence(own, new)


def test_unlabeled_auc_is_the_area_of_the_curve():
    labels = np.r_[np.zeros(60), np.ones(50)]
    want = roc_auc_score(labels, np.r_[OWN, NEW])
    assert unlabeled_auc(OWN, NEW) == pytest.approx(want, rel=1e-12)


def test_unlabeled_auc_follows_the_auc_that_labels_would_give():
    """The share of anomalies is 0.2, and the held-out data are the very normal ones."""
    normal, anomalous = RNG.normal(size=(2, 800))
    anomalous = anomalous[:200] + 1.5
    auc = roc_auc_score(np.r_[np.zeros(800), np.ones(200)], np.r_[normal, anomalous])
    want = 0.8 / 2 + 0.2 * auc
    got = unlabeled_auc(normal, np.r_[normal, anomalous])
    assert got == pytest.approx(want, rel=1e-12)


@pytest.mark.parametrize("function", [evidence, unlabeled_auc, pseudo_discrepancy])
def test_what_is_wrong_with_scores_is_said(function):
    with pytest.raises(ValueError, match="1 NaN"):
        function([1.0, np.nan], [1.0])
    with pytest.raises(ValueError, match=r"empty|0 held_out_scores"):
        function([], [1.0])


@pytest.mark.parametrize("shift", [0.0, 0.3, 5.0])
def test_the_bound_is_below_the_auc(shift):
    normal, anomalous = RNG.normal(size=(2, 500)) + [[0.0], [shift]]
    labels = np.r_[np.zeros(500), np.ones(500)]
    assert cantelli_bound(normal, anomalous) <= roc_auc_score(
        labels, np.r_[normal, anomalous]
    )


def test_the_bound_takes_logarithms_of_positive_scores():
    # Log scores are 0, 2 and 1, 5, with means 1, 3 and variances 1, 4.
    got = cantelli_bound(np.exp([0.0, 2.0]), np.exp([1.0, 5.0]))
    assert got == pytest.approx(2**2 / (1 + 4 + 2**2))
    assert cantelli_bound([0.0, 2.0], [-3.0, 1.0]) == pytest.approx(-4 / (1 + 4 + 4))
    assert cantelli_bound([1.0], [1.0]) == 0.0


def test_pseudo_discrepancy_by_hand():
    assert pseudo_discrepancy([1.0, 3.0], [7.0, 9.0]) == 6**2 / (2 * 2)
    assert pseudo_discrepancy([1.0, 1.0], [1.0]) == 0.0
    assert pseudo_discrepancy([1.0], [2.0]) == np.inf


def test_npd_prefers_the_detector_that_sees_how_columns_hang_together():
    """On a line, rows with independent columns are anomalies to neighbours only."""
    line = np.repeat(RNG.normal(size=(200, 1)), 3, axis=1)
    X = line + RNG.normal(size=(200, 3)) / 50
    group = {"blind": MeanDistance(), "neighbours": KNN()}
    selector = ModelSelector(group, "npd").fit(X)
    assert selector.best_name_ == "neighbours"


class MeanDistance(KNN):
    """Sees the first column alone."""

    def fit(self, X, y=None):
        return super().fit(X[:, :1])

    def decision_function(self, X):
        return super().decision_function(X[:, :1])


def test_scores_of_tables_are_made_out_of_sample():
    X = RNG.normal(size=(43, 3))
    detector = LOF().fit(X)
    got = held_out_scores(detector, X, random_state=3)
    want = np.empty(43)
    for others, fold in KFold(5, shuffle=True, random_state=3).split(X):
        want[fold] = clone(detector).fit(X[others]).decision_function(X[fold])
    np.testing.assert_array_equal(got, want)


def test_scores_that_are_out_of_sample_are_kept():
    X = planted_group()[1][0]
    detector = CornerDetector().fit(X)
    assert held_out_scores(detector, X) is not detector.decision_scores_
    np.testing.assert_array_equal(
        held_out_scores(detector, X), detector.decision_scores_
    )


def test_memory_of_the_training_data_does_not_look_like_evidence():
    """One neighbour, itself included, is at 0 of each training row."""
    X, X_new = RNG.normal(size=(2, 100, 2))
    group = {"remembers": Remembering(), "knn": KNN()}
    selector = ModelSelector(group, "evidence").fit(X, X_unlabeled=X_new)
    np.testing.assert_allclose(selector.criterion_values_, 1.0, atol=0.25)


class Remembering(KNN):
    """Its scores of the training data are those that it has of any other."""

    def fit(self, X, y=None):
        super().fit(X)
        self.decision_scores_ = self.decision_function(X)
        self._process_decision_scores()
        return self

    def decision_function(self, X):
        return self.tree_.query(X, k=1)[0].ravel()
