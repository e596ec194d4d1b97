"""Spread of distances: memory, hand-made cases."""

import tracemalloc

import numpy as np
import pytest

from model_selection import STD, distance_std
from tests.model_selection.criteria.slow import all_distances, slow_std


def test_memory_stays_far_below_all_pairs():
    """All differences would take 3000 * 3000 * 16 * 8 bytes, over 1 GB."""
    Z = np.random.default_rng(0).normal(size=(3000, 16))
    tracemalloc.start()
    distance_std(Z, Z)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 150e6


def test_slow_transcription_agrees(sets):
    trn, aug, test = sets
    assert distance_std(trn, aug) == pytest.approx(slow_std(all_distances(trn, aug)))
    want = slow_std(all_distances([*trn, *aug], test))
    assert STD().value(*sets) == pytest.approx(want)
