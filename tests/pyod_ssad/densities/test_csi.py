"""CSI's score against a slow transcription."""

import numpy as np
import pytest
from numpy.testing import assert_allclose

from pyod_ssad.densities import CSIDensity, _rows

K, D = 3, 5


def representations(n, seed=0, logit=2.0):
    rng = np.random.default_rng(seed)
    z = rng.normal(size=(n, K, D)) + 0.5
    logits = logit + rng.uniform(-1, 1, size=(n, K))
    return z, logits


def stack(z, logits):
    return np.concatenate([z, logits[..., None]], axis=2).reshape(len(z), -1)


def transcribe(z, logits, new_z, new_logits, rows):
    """The published score."""
    scores = []
    for x, confidence in zip(new_z, new_logits, strict=True):
        total = 0.0
        for k in range(K):
            w = len(z) / sum(np.sqrt(known[k] @ known[k]) for known in z)
            v = len(z) / sum(logits[:, k])
            products = [x[k] @ z[m, k] / np.sqrt(z[m, k] @ z[m, k]) for m in rows]
            total += w * max(products) + v * confidence[k]
        scores.append(-total / K)
    return scores


@pytest.mark.parametrize(
    ("bank_size", "rows"), [(1000, range(20)), (3, [0, 10, 19]), (1, [0])]
)
def test_the_score(bank_size, rows):
    train, new = representations(20), representations(6, seed=1)
    density = CSIDensity(K, bank_size).fit(stack(*train))
    assert density.bank_.shape == (K, len(rows), D)
    expected = transcribe(*train, *new, rows)
    assert_allclose(density.decision_function(stack(*new)), expected)


def test_the_score_is_cosine_times_length_and_logit():
    train, (z, logits) = representations(20), representations(1, seed=1)
    density = CSIDensity(K).fit(stack(*train))
    once, twice = (density.decision_function(stack(c * z, c * logits)) for c in (1, 2))
    assert_allclose(twice, 2 * once)


@pytest.mark.parametrize("logit", [-3.0, 0.0])
def test_a_recognised_shift_is_normal_whatever_the_sign_of_the_logits(logit):
    z, logits = representations(20, logit=logit)
    density = CSIDensity(K).fit(stack(z, logits))
    assert_allclose(density.shift_weights_, 1 / np.abs(logits).mean(axis=0))
    surer = density.decision_function(stack(z, logits + 1))
    assert (surer < density.decision_function(stack(z, logits)) - 0.1).all()


def test_logits_of_zero_do_not_count():
    z, logits = representations(20)
    density = CSIDensity(K).fit(stack(z, 0 * logits))
    scores = density.decision_function(stack(z, logits))
    assert_allclose(scores, density.decision_function(stack(z, 0 * logits)))
    assert np.isfinite(scores).all()


def test_chunks_change_nothing(monkeypatch):
    R = stack(*representations(20)).astype(np.float32)
    density = CSIDensity(K).fit(R)
    expected = density.decision_function(R)
    monkeypatch.setattr(_rows, "ENTRIES", 200)
    assert_allclose(density.decision_function(R), expected)
