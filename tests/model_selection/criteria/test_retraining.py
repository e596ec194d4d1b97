"""Criteria that make new images or models: pseudo-AUC and stability."""

import numpy as np
import pytest
from pyod.models.iforest import IForest
from pyod.models.knn import KNN

from model_selection import PseudoAUC, Stability, cantelli_bound, score_stability
from model_selection._fakes import CornerDetector, OtherCorner, planted_data
from tests.model_selection.criteria.slow import slow_tau


def test_only_pseudo_anomalies_of_other_classes_count():
    """The one augments to what it knows; the other to normal rows."""

    class Harmless(OtherCorner):
        def augment(self, X, random_state=None):
            return X.copy()

    X, X_test = planted_data()
    group = [CornerDetector().fit(X), Harmless().fit(X)]
    first, second = PseudoAUC().evaluate(group, X, X_test)
    assert first == pytest.approx(0.5, abs=0.2)
    assert second == 1.0


def test_the_bound_is_taken_where_asked():
    X, X_test = planted_data()
    group = [CornerDetector().fit(X), OtherCorner(noise_column=2).fit(X)]
    got = PseudoAUC(bound=True).evaluate(group, X, X_test, random_state=4)
    for value, detector, other in zip(got, group, group[::-1], strict=True):
        made = detector.decision_function(other.augment(X, random_state=4))
        assert value == cantelli_bound(detector.decision_scores_, made)


def test_one_family_is_too_few():
    X, X_test = planted_data()
    group = [CornerDetector().fit(X), CornerDetector().fit(X)]
    with pytest.raises(TypeError, match="at least two, such as CutPasteSSAD"):
        PseudoAUC().evaluate(group, X, X_test)


def test_stability_is_a_mean_of_correlations():
    rng = np.random.default_rng(0)
    scores, repeated = rng.normal(size=20), rng.normal(size=(20, 3))
    want = np.mean([slow_tau(scores, column) for column in repeated.T])
    assert score_stability(scores, repeated) == pytest.approx(want, rel=1e-12)
    with pytest.raises(ValueError, match="one row for each of 20 samples"):
        score_stability(scores, repeated[:19])


def test_a_noisy_model_is_less_stable():
    rng = np.random.default_rng(0)
    X = rng.normal(size=(150, 4))
    few, many = (IForest(n_estimators=n, random_state=0).fit(X) for n in (2, 200))
    criterion = Stability(n_repeats=3)
    noisy, stable = criterion.evaluate([few, many], X, X)
    assert stable > noisy + 0.1
    assert few.random_state == 0, "the models stay as they are"


def test_repetitions_differ_from_one_another():
    X = np.random.default_rng(0).normal(size=(60, 3))
    values = [Stability(n).evaluate([KNN().fit(X)], X, X)[0] for n in (1, 2)]
    assert values[0] != values[1]
