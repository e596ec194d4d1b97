"""Maximum mean discrepancy: a transcription, hand-made cases."""

import math

import numpy as np
import pytest

from model_selection import MMD, squared_mmd
from tests.model_selection.criteria.slow import slow_mean, slow_rbf_mmd


def test_collapsed_embeddings_have_no_discrepancy():
    same = np.ones((4, 3))
    assert squared_mmd(same, same, kernel="rbf") == 0.0
    assert squared_mmd(same, same) == 0.0


def test_rbf_bandwidth_survives_a_zero_median():
    """Five of six points coincide: 10 of 15 distances are 0."""
    A, B = np.zeros((5, 1)), np.array([[6.0]])
    want = 2 - 2 * math.exp(-36.0 / (2 * 2**2))  # mean distance: 5 * 6 / 15 = 2
    assert squared_mmd(A, B, kernel="rbf") == pytest.approx(want)


def test_unknown_kernel_is_named(sets):
    with pytest.raises(ValueError, match="'rbf'.*got 'cubic'"):
        squared_mmd(sets[0], sets[1], kernel="cubic")


def slow_linear_mmd(A, B):
    gaps = zip(np.transpose(A), np.transpose(B), strict=True)
    return sum((slow_mean(a) - slow_mean(b)) ** 2 for a, b in gaps)


def test_the_default_is_the_linear_kernel(sets):
    trn, aug, test = sets
    assert squared_mmd(trn, aug) == pytest.approx(slow_linear_mmd(trn, aug))
    want = slow_linear_mmd([*trn, *aug], test)
    assert MMD().value(*sets) == pytest.approx(want)


def test_the_median_kernel_agrees_with_its_transcription(sets):
    trn, aug, test = sets
    assert squared_mmd(trn, aug, kernel="rbf") == pytest.approx(slow_rbf_mmd(trn, aug))
    want = slow_rbf_mmd([*trn, *aug], test)
    assert MMD(kernel="rbf").value(*sets) == pytest.approx(want)
