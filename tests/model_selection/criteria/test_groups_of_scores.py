"""Criteria on the shape of each model's scores."""

import numpy as np
import pytest

from model_selection import EAG, expected_anomaly_gap, relative_top_median

RNG = np.random.default_rng(2)


def slow_gap(scores, lowest):
    """Each threshold by itself, as analysis of variance."""
    ordered, gaps = np.sort(scores), []
    for threshold in np.unique(scores)[:-1]:
        low, high = ordered[ordered <= threshold], ordered[ordered > threshold]
        if len(low) < np.ceil(lowest * len(scores)):
            continue
        w = len(low) / len(scores)
        between = w * (1 - w) * (low.mean() - high.mean()) ** 2
        gaps.append(between / (w * low.var() + (1 - w) * high.var()))
    return np.mean(gaps)


@pytest.mark.parametrize("lowest", [0.0, 0.5, 0.8])
def test_gap_agrees_with_a_slow_transcription(lowest):
    scores = np.round(RNG.gamma(2.0, size=(60, 3)), 1)
    want = [slow_gap(column, lowest) for column in scores.T]
    got = expected_anomaly_gap(scores, lowest=lowest)
    np.testing.assert_allclose(got, want, rtol=1e-9)


def test_gap_is_larger_where_a_few_stand_apart():
    normal = RNG.normal(size=90)
    apart, within = (np.r_[normal, RNG.normal(size=10) + s] for s in (8.0, 0.0))
    clear, unclear = EAG().evaluate_scores(np.column_stack([apart, within]))
    assert clear > 2 * unclear
    shifted = EAG().evaluate_scores(3 * np.column_stack([apart, within]) - 50)
    np.testing.assert_allclose(shifted, [clear, unclear], rtol=1e-9)


def test_gap_of_two_values_is_finite():
    scores = np.r_[np.zeros(9), 1.0][:, None]
    assert np.isfinite(expected_anomaly_gap(scores)).all()
    nothing_divides = np.r_[np.zeros(5), np.ones(5)][:, None]
    assert np.isnan(expected_anomaly_gap(nothing_divides)).all()


def test_top_median_by_hand():
    scores = np.column_stack([np.arange(1.0, 41.0), np.arange(40.0), np.ones(40)])
    # The top 5 % of 40 are 39 and 40 of the first, 38 and 39 of the second.
    want = [(39.5 - 20.5) / 20.5, (38.5 - 19.5) / 19.5, np.nan]
    np.testing.assert_allclose(relative_top_median(scores), want)
    np.testing.assert_allclose(
        relative_top_median(scores, top=0.5), [(30.5 - 20.5) / 20.5, 10 / 19.5, np.nan]
    )
    assert np.isnan(relative_top_median(scores[:, :1] - 30)).all()


def test_options_are_checked():
    with pytest.raises(ValueError, match=r"top must be a share in \(0, 1\], got 0"):
        relative_top_median([[1.0], [2.0]], top=0)
    with pytest.raises(ValueError, match=r"lowest must be a quantile .* got 1"):
        expected_anomaly_gap([[1.0], [2.0]], lowest=1)
