"""GOAD's score against a slow transcription."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from pyod_ssad.densities import CentreDensity, _rows

M, D = 3, 5
CENTRES = 2 * np.random.default_rng(0).normal(size=(M, D))


def features(n, seed=1):
    noise = np.random.default_rng(seed).normal(size=(n, M, D))
    return CENTRES + noise


def transcribe(train, new, eps):
    centres = [sum(x[t] for x in train) / len(train) for t in range(M)]
    scores = []
    for x in new:
        total = 0.0
        for t in range(M):
            d = [max(sum((x[t] - c) ** 2), eps) for c in centres]
            total += np.log(np.exp(-d[t]) / sum(np.exp(-e) for e in d))
        scores.append(-total)
    return scores


@pytest.mark.parametrize("eps", [0.0, 6.0])
def test_the_score(eps):
    train, new = features(20), features(6, seed=2)
    density = CentreDensity(M, eps).fit(train.reshape(20, -1))
    scores = density.decision_function(new.reshape(6, -1))
    assert_allclose(scores, transcribe(train, new, eps), rtol=1e-9, atol=1e-12)


def test_far_features_do_not_underflow():
    train = features(20)
    density = CentreDensity(M).fit(train.reshape(20, -1))
    # Each copy lies on the centre of the next transform, far from its own.
    moved = 100 * np.roll(density.centres_, 1, axis=0).reshape(1, -1)
    nearer = 50 * np.roll(density.centres_, 1, axis=0).reshape(1, -1)
    score, half = (density.decision_function(R)[0] for R in (moved, nearer))
    assert np.isfinite(score)
    assert score == pytest.approx(2 * half, rel=1e-2)


def test_what_all_features_share_cancels():
    train, new = features(20), features(6, seed=2)
    expected = CentreDensity(M).fit(train.reshape(20, -1))
    shifted = CentreDensity(M).fit((train + 1e7).reshape(20, -1))
    assert_allclose(
        shifted.decision_function((new + 1e7).reshape(6, -1)),
        expected.decision_function(new.reshape(6, -1)),
        rtol=1e-5,
        atol=1e-5,
    )


def test_chunks_change_nothing(monkeypatch):
    R = features(20).reshape(20, -1).astype(np.float32)
    expected = CentreDensity(M).fit(R).decision_function(R)
    monkeypatch.setattr(_rows, "ENTRIES", 100)
    assert_allclose(CentreDensity(M).fit(R).decision_function(R), expected)
