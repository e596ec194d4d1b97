"""Conformal p-values, and warnings where scores of normal data cannot be trusted."""

import warnings
from importlib import import_module
from types import SimpleNamespace

import numpy as np
import pytest

from model_selection.calibration import (
    conformal_p_values,
    threshold_of,
    warn_if_moved,
    warn_if_too_few,
)


def test_p_values_follow_the_formula_with_ties():
    rng = np.random.default_rng(0)
    calibration = rng.integers(0, 8, 30).astype(float)
    scores = np.r_[rng.integers(-2, 11, 40), -np.inf, np.inf]
    want = [(1 + sum(c >= s for c in calibration)) / 31 for s in scores]
    np.testing.assert_allclose(conformal_p_values(calibration, scores), want, rtol=0)


def test_new_normal_data_are_flagged_as_often_as_asked():
    rng = np.random.default_rng(0)
    p = np.concatenate(
        [conformal_p_values(*rng.normal(size=(2, 19))) for _ in range(2000)]
    )
    for rate in (0.05, 0.1, 0.5):
        assert np.mean(p <= rate) == pytest.approx(rate, abs=0.01)


@pytest.mark.parametrize(
    ("calibration", "scores", "words"),
    [
        ([], [1.0], "empty"),
        ([1.0, np.nan], [1.0], "calibration_scores .* 1 NaN"),
        ([1.0], [np.nan, np.nan], "scores .* 2 NaN"),
        ([1.0], [[1.0]], r"shape \(1, 1\)"),
    ],
)
def test_bad_scores_are_named(calibration, scores, words):
    with pytest.raises(ValueError, match=words):
        conformal_p_values(calibration, scores)


@pytest.mark.parametrize(
    ("n", "contamination", "wanted"), [(98, 0.01, "99"), (8, 0.1, "9"), (3, 0.2, "4")]
)
def test_too_few_scores_for_a_rate_warn(n, contamination, wanted):
    with pytest.warns(UserWarning, match=f"Scores of {n} .* at least {wanted}:"):
        warn_if_too_few(n, contamination)
    assert conformal_p_values(np.zeros(n), [1.0])[0] > contamination


def test_enough_scores_and_threshold_objects_do_not_warn():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for n, contamination in ((99, 0.01), (9, 0.1), (4, 0.2), (1, object())):
            warn_if_too_few(n, contamination)


def test_most_new_scores_above_all_seen_warn():
    seen = np.arange(5.0)
    moved = np.r_[np.full(6, 4.5), np.zeros(4)]
    with pytest.warns(UserWarning, match="6 of 10 new samples .* calibrate"):
        warn_if_moved(seen, moved)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_if_moved(seen, moved[1:])
        warn_if_moved(seen, np.r_[np.full(5, 4.5), np.zeros(5)])
        warn_if_moved(seen, np.full(10, 4.0))


@pytest.mark.parametrize("name", ["IQR", "MTT", "ZSCORE", "KARCH", "FGD", "MAD"])
def test_thresholds_of_objects_are_in_the_units_of_scores(name):
    rng = np.random.default_rng(0)
    scores = 3 + 7 * rng.gamma(2, size=100)
    scores[:5] += 60
    module = import_module(f"pythresh.thresholds.{name.lower()}")
    fitted = getattr(module, name)().fit(scores)
    threshold = threshold_of(fitted, scores)
    np.testing.assert_array_equal(scores > threshold, fitted.labels_)
    new = np.linspace(scores.min() - 9, scores.max() + 9, 997)
    np.testing.assert_array_equal(new > threshold, fitted.predict(new))


@pytest.mark.parametrize(
    ("labels", "kept", "threshold"),
    [
        # Where the object says, but where its labels do not allow it.
        ((0, 0, 1), 0.75, 3.25),
        ((0, 0, 1), 0.1, 2.0),
        ((0, 0, 1), 7.0, 4.0),
        # Beyond all that was seen.
        ((0, 0, 0), 2.5, 8.5),
        ((1, 1, 1), -1.0, -2.0),
        # An object that keeps no threshold, or none of use.
        ((0, 0, 1), None, 2.0),
        ((0, 0, 0), np.inf, 4.0),
        # Labels that do not grow with the scores.
        ((1, 0, 0), None, 1.0),
        ((0, 1, 0), 0.5, 2.0),
    ],
)
def test_thresholds_agree_with_the_labels_of_an_object(labels, kept, threshold):
    scores = np.array([1.0, 2.0, 4.0])
    fitted = SimpleNamespace(labels_=np.array(labels), thresh_=kept)
    assert threshold_of(fitted, scores) == pytest.approx(threshold)
    if sorted(labels) == list(labels):
        np.testing.assert_array_equal(scores > threshold_of(fitted, scores), labels)
