"""What a selector answers: calibrated, combined, with p-values and warnings."""

import warnings

import numpy as np
import pytest
from pyod.models.ecod import ECOD
from pyod.models.knn import KNN
from pyod.models.ocsvm import OCSVM
from pyod.models.pca import PCA
from pythresh.thresholds.iqr import IQR
from sklearn.exceptions import NotFittedError
from sklearn.metrics import roc_auc_score
from sklearn.svm import OneClassSVM as SVM

from model_selection import (
    ModelSelector,
    SklearnDetector,
    calibrated_scores,
    conformal_p_values,
)
from tests.model_selection.fakes import Fixed, Passive, classical


@pytest.fixture
def moderate():
    """Training data, normal data held out, and new normal data."""
    rng = np.random.default_rng(3)
    return [rng.normal(size=(n, 20)) for n in (30, 999, 2000)]


class Scaled(KNN):
    """KNN in units of its own, heavy-tailed."""

    def decision_function(self, X):
        return np.exp(super().decision_function(X))

    def fit(self, X, y=None):
        super().fit(X)
        self.decision_scores_ = np.exp(self.decision_scores_)
        return self._process_decision_scores()


def test_calibrate_compares_with_data_that_were_not_trained_on(moderate):
    X, X_normal, X_new = moderate
    selector = ModelSelector([PCA(), KNN(), OCSVM()], Fixed((3, 2, 1))).fit(X)
    before = selector.decision_function(X_new)
    in_sample = selector.predict(X_new).mean()
    assert selector.calibrate(X_normal) is selector
    scores = selector.decision_function(X_normal)
    np.testing.assert_array_equal(selector.decision_scores_, scores)
    assert selector.threshold_ == np.percentile(scores, 90)
    np.testing.assert_array_equal(selector.labels_, scores > selector.threshold_)
    np.testing.assert_array_equal(selector.decision_function(X_new), before)
    assert in_sample > 0.2
    assert 0.05 < selector.predict(X_new).mean() < 0.15
    low, high = scores.min(), scores.max()
    want = ((before - low) / (high - low)).clip(0, 1)
    np.testing.assert_allclose(selector.predict_proba(X_new)[:, 1], want)


@pytest.mark.parametrize("combine", ["best", "mean"])
def test_p_values_bound_false_alarms_after_calibration(combine, moderate):
    X, X_normal, X_new = moderate
    group = [PCA(), OCSVM(), Scaled()]
    selector = ModelSelector(group, Fixed((3, 2, 1)), combine=combine).fit(X)
    p = selector.calibrate(X_normal).p_values(X_new)
    want = conformal_p_values(
        selector.decision_function(X_normal), selector.decision_function(X_new)
    )
    np.testing.assert_array_equal(p, want)
    for rate in (0.05, 0.1, 0.2):
        assert (p <= rate).mean() < rate + 0.05


def test_p_values_without_calibration_use_the_training_scores(selector, tabular):
    X_test = tabular[1]
    want = conformal_p_values(
        selector.best_detector_.decision_scores_, selector.decision_function(X_test)
    )
    np.testing.assert_array_equal(selector.p_values(X_test), want)


def methods(selector):
    """Return what says of new data that they have moved."""
    names = ("predict", "predict_proba", "predict_confidence", "p_values")
    return [getattr(selector, name) for name in names] + [
        lambda X: selector.predict_with_rejection(X, c_r=0.1)
    ]


@pytest.mark.parametrize("detector", [KNN(), OCSVM(), SVM()])
def test_threshold_objects_say_of_one_row_what_they_say_of_many(detector, tabular):
    X, X_test, _ = tabular
    made = ModelSelector([detector], contamination=IQR()).fit(X)
    adapted = SklearnDetector(SVM(), contamination=IQR()).fit(X)
    for clf in (made, adapted):
        scores = clf.decision_function(X_test)
        object_ = IQR().fit(clf.decision_scores_)
        labels = clf.predict(X_test)
        np.testing.assert_array_equal(labels, object_.predict(scores))
        np.testing.assert_array_equal(labels, scores > clf.threshold_)
        assert 0 < labels.sum() < 100
        np.testing.assert_array_equal(clf.labels_, object_.labels_)
        for row, label in zip(X_test[::9], labels[::9], strict=True):
            assert clf.predict(row[None]) == [label]
        both = clf.predict(X_test, return_confidence=True)
        one = clf.predict(X_test[:1], return_confidence=True)
        np.testing.assert_array_equal(one, [answer[:1] for answer in both])
        assert clf.predict_with_rejection(X_test[:1], c_r=0.1) in (-2, 0, 1)


def test_thresholds_are_those_of_pyod_for_threshold_objects(tabular):
    X, X_test, _ = tabular
    selector = ModelSelector([KNN()], contamination=IQR()).fit(X)
    knn = KNN(contamination=IQR()).fit(X)
    for name in ("predict", "predict_confidence"):
        want = getattr(knn, name)(X_test)
        np.testing.assert_array_equal(getattr(selector, name)(X_test), want)


def test_too_few_scores_are_warned_of_at_the_users_line(moderate):
    X, X_normal, _ = moderate
    selector = ModelSelector([KNN()], contamination=0.02)
    with pytest.warns(UserWarning, match="Scores of 30 normal samples") as got:
        selector.fit(X)
    with pytest.warns(UserWarning, match="Scores of 20 normal samples") as again:
        selector.calibrate(X_normal[:20])
    assert {w.filename for w in [*got, *again]} == {__file__}
    with (
        pytest.warns(UserWarning, match="Scores of 30 normal samples") as fitted,
        pytest.warns(FutureWarning),
    ):
        selector.fit_predict(X)
    assert {w.filename for w in fitted} == {__file__}
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        selector.calibrate(X_normal)


def test_moved_data_are_warned_of_at_the_users_line(moderate):
    X, _, X_new = moderate
    selector = ModelSelector([KNN()]).fit(X)
    for answer in methods(selector):
        with pytest.warns(UserWarning, match="2000 of 2000 new samples score") as got:
            answer(X_new + 50)
        assert got[0].filename == __file__
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            answer(X_new)


def test_the_best_are_averaged_on_one_scale(tabular):
    X, X_test, labels = tabular
    group = classical()
    values = (3, np.nan, 6, 5, 1, 2)
    selector = ModelSelector(group, Fixed(values), combine="mean").fit(X)
    assert list(selector.combined_) == [2, 3, 0]
    members = [selector.detectors_[i] for i in (2, 3, 0)]

    def mean(scores_of):
        return np.mean(
            [calibrated_scores(d.decision_scores_, scores_of(d)) for d in members],
            axis=0,
        )

    own = mean(lambda d: d.decision_scores_)
    np.testing.assert_allclose(selector.decision_scores_, own)
    assert selector.threshold_ == pytest.approx(np.percentile(own, 90))
    want = mean(lambda d: d.decision_function(X_test))
    got = selector.decision_function(X_test)
    np.testing.assert_allclose(got, want)
    np.testing.assert_array_equal(selector.predict(X_test), want > selector.threshold_)
    assert roc_auc_score(labels, got) > 0.95
    assert selector.best_name_ == "iforest"


@pytest.mark.parametrize(("top_k", "count"), [(1, 1), (2, 2), (9, 5), (None, 5)])
def test_top_k(top_k, count, tabular):
    values = (3, np.nan, 6, 5, 1, 2)
    selector = ModelSelector(
        classical(), Fixed(values), combine="mean", top_k=top_k
    ).fit(tabular[0])
    assert list(selector.combined_) == [2, 3, 0, 5, 4][:count]
    assert len(selector.member_scores_) == count


def test_the_mean_of_one_ranks_as_the_best(tabular):
    X, X_test, _ = tabular
    best = ModelSelector(classical()).fit(X)
    mean = ModelSelector(classical(), combine="mean", top_k=1).fit(X)
    far = np.r_[X_test, 100 * X_test]
    orders = [s.decision_function(far).argsort() for s in (best, mean)]
    np.testing.assert_array_equal(*orders)


def test_members_fitted_on_other_data_are_compared_with_the_data_given(tabular):
    X, X_test, _ = tabular
    group = [KNN().fit(X), KNN().fit(X[:50]), ECOD().fit(X)]
    selector = ModelSelector(group, prefit=True, combine="mean").fit(X_unlabeled=X_test)
    want = np.mean(
        [
            calibrated_scores(d.decision_scores_, d.decision_function(X_test))
            for d in group
        ],
        axis=0,
    )
    np.testing.assert_allclose(selector.decision_scores_, want)
    np.testing.assert_allclose(selector.decision_function(X_test), want)


def test_calibration_leaves_the_scale_of_the_mean(moderate):
    X, X_normal, X_new = moderate
    selector = ModelSelector([PCA(), KNN(), Scaled()], combine="mean").fit(X)
    before = selector.decision_function(X_new)
    selector.calibrate(X_normal)
    np.testing.assert_array_equal(selector.decision_function(X_new), before)
    np.testing.assert_array_equal(
        selector.decision_scores_, selector.decision_function(X_normal)
    )


def test_an_unfitted_selector_says_so():
    selector = ModelSelector([Passive()])
    for method in ("p_values", "calibrate", "predict_with_rejection"):
        with pytest.raises(NotFittedError):
            getattr(selector, method)(np.ones(3))
    for name in ("best_detector_", "best_estimator_", "best_name_", "named_detectors_"):
        assert not hasattr(selector, name)
