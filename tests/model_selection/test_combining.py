"""Scores on one scale: by an oracle, and where they lie beyond calibration."""

import math

import numpy as np
import pytest

from model_selection import calibrated_scores
from model_selection.combining import mean_calibrated

CALIBRATION = [4.0, 1.0, 2.0, 2.0, 9.0]


def slow(calibration, score):
    """Transcribe the Notes, one score at a time."""
    n, lowest, highest = len(calibration), min(calibration), max(calibration)
    median = float(np.median(calibration))

    def level(s):
        return -math.log((1 + sum(c >= s for c in calibration)) / (n + 1))

    if score > highest:
        return level(highest) + math.log((score - median) / (highest - median))
    if score < lowest:
        return -math.log((median - score) / (median - lowest))
    left = max(c for c in calibration if c <= score)
    right = min(c for c in calibration if c >= score)
    share = 0.0 if left == right else (score - left) / (right - left)
    return level(left) + share * (level(right) - level(left))


def test_oracle():
    scores = np.array([-50.0, 0.0, 1.0, 1.5, 2.0, 3.0, 4.0, 8.0, 9.0, 9.5, 1e6])
    want = [slow(CALIBRATION, score) for score in scores]
    np.testing.assert_allclose(calibrated_scores(CALIBRATION, scores), want, rtol=1e-12)
    np.testing.assert_allclose(
        calibrated_scores(CALIBRATION, [1.0, 9.0]), [0.0, np.log(3)]
    )


def test_no_ranking_is_lost():
    rng = np.random.default_rng(0)
    for calibration in (
        rng.normal(size=30),
        rng.pareto(1.0, 200),
        [3.0, 3.0],
        [0, 0, 1],
    ):
        scores = np.sort(
            np.r_[-(10.0 ** np.arange(1, 9)), rng.normal(size=50), 10.0**9]
        )
        assert (np.diff(calibrated_scores(calibration, scores)) > 0).all()
        beyond = np.linspace(np.max(calibration), np.max(calibration) + 1e6, 1000)
        assert (np.diff(calibrated_scores(calibration, beyond)) > 0).all()


def test_units_and_signs_of_the_scale_do_not_matter():
    rng = np.random.default_rng(1)
    own, new = rng.normal(size=40), 5 * rng.normal(size=40)
    want = calibrated_scores(own, new)
    np.testing.assert_allclose(calibrated_scores(7 * own - 3, 7 * new - 3), want)


def test_a_heavy_tail_does_not_drown_the_others():
    """A squared distance a million times beyond adds no more than 14."""
    own = np.random.default_rng(2).chisquare(8, size=100)
    far = calibrated_scores(own, [np.median(own) + 1e6 * np.ptp(own)])
    assert far < np.log(101 / 2) + np.log(1e6) + 1


@pytest.mark.parametrize(
    ("calibration", "scores", "want"),
    [
        ([3.0, 3.0], [2.0, 3.0, 4.0], [-math.log(2), 0.0, math.log(2)]),
        ([0, 0, 1], [-1.0, 0.0, 2.0], [-math.log(2), 0.0, math.log(2) + math.log(2)]),
        ([5.0], [5.0, 6.0], [0.0, math.log(2)]),
    ],
)
def test_few_or_equal_calibration_scores(calibration, scores, want):
    np.testing.assert_allclose(calibrated_scores(calibration, scores), want)


def test_the_mean_is_over_detectors():
    new = [[1.0, 9.0], [20.0, 30.0]]
    got = mean_calibrated([CALIBRATION, [10.0, 20.0, 30.0]], new)
    first = calibrated_scores(CALIBRATION, new[0])
    second = calibrated_scores([10.0, 20.0, 30.0], new[1])
    np.testing.assert_array_equal(got, (first + second) / 2)
