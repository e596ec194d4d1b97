"""Mean distance: hand-made cases."""

import pytest

from model_selection import Base, mean_distance
from tests.model_selection.criteria.slow import all_distances, slow_mean


def test_slow_transcription_agrees(sets):
    trn, aug, test = sets
    assert mean_distance(trn, aug) == pytest.approx(slow_mean(all_distances(trn, aug)))
    seen = [*trn, *aug]
    want = slow_mean(all_distances(seen, test))
    assert Base().value(*sets) == pytest.approx(want)
