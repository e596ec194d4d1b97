"""scikit-learn's outlier detectors and pipelines score in PyOD's sign."""

import warnings

import numpy as np
import pytest
from pyod.models.ecod import ECOD
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from sklearn.base import BaseEstimator, OutlierMixin, clone
from sklearn.covariance import EllipticEnvelope
from sklearn.ensemble import IsolationForest
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import SGDOneClassSVM
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import GridSearchCV
from sklearn.neighbors import LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import OneClassSVM

from model_selection import ModelSelector, SklearnDetector

FOREIGN = {
    "forest": IsolationForest(n_estimators=20, random_state=0),
    "lof": LocalOutlierFactor(novelty=True),
    "svm": OneClassSVM(gamma=0.01),
    "ellipse": EllipticEnvelope(random_state=0),
    "sgd": make_pipeline(StandardScaler(), SGDOneClassSVM(random_state=0)),
    "pipeline": make_pipeline(StandardScaler(), OneClassSVM(gamma=0.01)),
    "pyod pipeline": make_pipeline(StandardScaler(), KNN()),
}
FLOOR = {"sgd": 0.0}


@pytest.mark.parametrize("name", FOREIGN)
def test_scores_are_larger_where_more_anomalous(name, tabular):
    X, X_test, labels = tabular
    estimator = FOREIGN[name]
    adapted = SklearnDetector(estimator).fit(X)
    scores = adapted.decision_function(X_test)
    assert scores.shape == (100,) and adapted.decision_scores_.shape == (120,)
    sign = 1 if name == "pyod pipeline" else -1
    want = sign * clone(estimator).fit(X).decision_function(X_test)
    np.testing.assert_array_equal(scores, want)
    assert roc_auc_score(labels, scores) > FLOOR.get(name, 0.95)
    assert adapted.threshold_ == np.percentile(adapted.decision_scores_, 90)
    np.testing.assert_array_equal(
        adapted.predict(X_test), (scores > adapted.threshold_).astype(int)
    )
    assert not hasattr(estimator, "estimator_") and adapted.labels_.sum() == 12


def test_a_forest_has_the_scores_of_pyods_own_scale(tabular):
    X, X_test, _ = tabular
    adapted = SklearnDetector(FOREIGN["forest"]).fit(X)
    forest = clone(FOREIGN["forest"]).fit(X)
    np.testing.assert_array_equal(
        adapted.decision_scores_, -forest.decision_function(X)
    )


def test_local_outlier_factor_leaves_each_training_sample_out(tabular):
    X, X_test, _ = tabular
    adapted = SklearnDetector(LocalOutlierFactor(novelty=True)).fit(X)
    own = LOF().fit(X)
    offset = adapted.estimator_.offset_
    np.testing.assert_allclose(adapted.decision_scores_, own.decision_scores_ + offset)
    np.testing.assert_allclose(
        adapted.decision_function(X_test), own.decision_function(X_test) + offset
    )


def test_a_pipeline_keeps_the_scores_of_a_pyod_detector(tabular):
    X = tabular[0]
    adapted = SklearnDetector(FOREIGN["pyod pipeline"]).fit(X)
    want = KNN().fit(StandardScaler().fit_transform(X)).decision_scores_
    np.testing.assert_array_equal(adapted.decision_scores_, want)


def test_parameters_and_clones():
    adapted = SklearnDetector(OneClassSVM(gamma=0.5), contamination=0.2)
    assert adapted.get_params()["estimator__gamma"] == 0.5
    copied = clone(adapted.set_params(estimator__gamma=0.25))
    assert copied.estimator is not adapted.estimator
    assert copied.estimator.gamma == 0.25 and copied.contamination == 0.2
    with pytest.raises(NotFittedError):
        adapted.decision_function(np.ones((2, 2)))
    with pytest.raises(NotFittedError):
        SklearnDetector.of_fitted(OneClassSVM(), np.ones((2, 2)))


@pytest.mark.parametrize("search", [False, True])
def test_a_group_of_both_has_no_detector_upside_down(search, tabular):
    X, X_test, labels = tabular
    group = {**FOREIGN, "knn": KNN(), "ecod": ECOD()}
    del group["sgd"]
    if search:
        group["search"] = GridSearchCV(
            OneClassSVM(),
            {"gamma": [0.01]},
            cv=2,
            scoring=lambda estimator, X, y=None: 0.0,
        )
    selector = ModelSelector(group, "mc").fit(X, X_unlabeled=X_test)
    for detector in selector.detectors_:
        assert roc_auc_score(labels, detector.decision_function(X_test)) > 0.95
    assert (selector.criterion_values_ > 0.2).all()
    assert list(selector.named_detectors_) == list(group)


@pytest.mark.parametrize("name", ["forest", "lof", "pipeline", "pyod pipeline"])
def test_fitted_estimators_are_used_as_they_are(name, tabular):
    X, X_test, _ = tabular
    fitted = clone(FOREIGN[name]).fit(X)
    selector = ModelSelector({name: fitted}, prefit=True).fit(X, X_unlabeled=X_test)
    assert selector.best_detector_.estimator_ is fitted
    want = SklearnDetector(FOREIGN[name]).fit(X)
    np.testing.assert_array_equal(selector.decision_scores_, want.decision_scores_)
    np.testing.assert_array_equal(
        selector.decision_function(X_test), want.decision_function(X_test)
    )
    again = ModelSelector(selector.detectors_, prefit=True).fit(X, X_unlabeled=X_test)
    assert again.best_detector_ is selector.best_detector_


def test_without_training_data_a_fitted_forest_is_compared_with_the_unlabeled(tabular):
    X, X_test, _ = tabular
    forest = clone(FOREIGN["forest"]).fit(X)
    selector = ModelSelector([forest], prefit=True).fit(X_unlabeled=X_test)
    np.testing.assert_array_equal(
        selector.decision_scores_, -forest.decision_function(X_test)
    )


class DuckTyped:
    """Follows PyOD's conventions and inherits nothing."""

    def fit(self, X):
        self.mean_ = X.mean(axis=0)
        self.decision_scores_ = self.decision_function(X)

    def decision_function(self, X):
        return np.linalg.norm(X - self.mean_, axis=1)


class Forgetful(DuckTyped):
    """Keeps no scores of its training data."""

    def fit(self, X):
        self.mean_ = X.mean(axis=0)


class Tagged(OutlierMixin, BaseEstimator, DuckTyped):
    """Says that it detects outliers, and keeps PyOD's scores."""


@pytest.mark.parametrize("cls", [DuckTyped, Forgetful, Tagged])
def test_whatever_follows_pyod_is_taken_as_it_is(cls, tabular):
    X, X_test, _ = tabular
    given = cls()
    selector = ModelSelector({"duck": given}).fit(X, X_unlabeled=X_test)
    assert not hasattr(given, "mean_")
    far = np.linalg.norm(X_test - X.mean(axis=0), axis=1)
    np.testing.assert_allclose(selector.decision_function(X_test), far)
    want = np.linalg.norm(X - X.mean(axis=0), axis=1)
    np.testing.assert_allclose(selector.decision_scores_, want)
    given.fit(X)
    prefit = ModelSelector([given], prefit=True).fit(X_unlabeled=X_test)
    np.testing.assert_allclose(prefit.decision_function(X_test), far)


def test_an_adapted_detector_answers_for_lists():
    adapted = SklearnDetector(OneClassSVM()).fit(np.eye(4))
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert adapted.predict_proba([[0.0, 0, 0, 1]]).shape == (1, 2)
