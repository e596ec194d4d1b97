"""Discordance, separability and DSV: theory, transcriptions, hand-made cases."""

import math

import numpy as np
import pytest

from model_selection import (
    DSV,
    Discordance,
    Separability,
    discordance,
    dsv_loss,
    separability,
)
from tests.model_selection.criteria.slow import (
    all_distances,
    slow_discordance,
    slow_mean,
    slow_separability,
)


def test_cap_and_scale_act_on_separability(sets):
    dis, sep = slow_discordance(*sets), slow_separability(*sets)
    assert 0.1 < sep < 0.6
    assert dsv_loss(*sets, cap=0.1) == pytest.approx(dis - 0.1 / dis)
    got = dsv_loss(*sets, cap=9.0, separability_scale=3.0)
    assert got == pytest.approx(dis - 3 * sep / dis)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_perfect_alignment_follows_theory(share):
    """With one point a kind, separability is sqrt(share * (1 - share))."""
    n = 20
    test = np.zeros((n, 2))
    test[: int(share * n), 0] = 3.0
    got = separability([[0.0, 0.0]], [[3.0, 0.0]], test)
    assert got == pytest.approx(math.sqrt(share * (1 - share)))


def test_hand_made_discordance_off_the_line():
    """Test point over the middle: (5 + 5) / 2 over 6."""
    assert discordance([[-3.0, 0.0]], [[3.0, 0.0]], [[0.0, 4.0]]) == pytest.approx(
        5 / 6
    )


def test_invisible_augmentation_is_the_worst_not_nan():
    point, test = np.ones((3, 2)), np.zeros((4, 2))
    assert discordance(point, point, test) == np.inf
    assert separability(point, point, test) == 0.0
    assert dsv_loss(point, point, test) == np.inf
    assert dsv_loss(point, point, point) == np.inf


def test_identical_sets_give_finite_values(sets):
    """An augmentation that changes nothing is bad but no error."""
    trn, _, test = sets
    between = slow_mean(all_distances(trn, trn))
    want = slow_mean(all_distances(trn, test)) / between
    assert discordance(trn, trn, test) == pytest.approx(want)
    assert np.isfinite(dsv_loss(trn, trn, test))


def test_augmented_at_the_training_mean_has_no_direction():
    got = separability([[-1.0], [1.0]], [[0.0]], [[0.0], [5.0]])
    assert got == 0.0


def test_float32_input_is_computed_in_float64(sets):
    shifted = [z + 4096.0 for z in sets]
    single = [z.astype(np.float32) for z in shifted]
    exact = [z.astype(np.float64) for z in single]
    assert dsv_loss(*single) == dsv_loss(*exact)


def test_slow_transcriptions_agree(sets):
    dis, sep = slow_discordance(*sets), slow_separability(*sets)
    assert discordance(*sets) == pytest.approx(dis)
    assert Discordance().value(*sets) == pytest.approx(dis)
    assert separability(*sets) == pytest.approx(sep)
    assert Separability().value(*sets) == pytest.approx(sep)


@pytest.mark.parametrize("spread", [1.0, 9.0])
def test_the_defaults_are_a_cap_of_one_half_and_no_scale(spread, sets):
    """Below the cap the scale shows, beyond it the cap."""
    trn, aug, test = sets
    test = test.mean(axis=0) + spread * (test - test.mean(axis=0))
    dis, sep = slow_discordance(trn, aug, test), slow_separability(trn, aug, test)
    assert (sep < 0.5) == (spread == 1.0)
    want = dis - min(sep, 0.5) / dis
    assert dsv_loss(trn, aug, test) == pytest.approx(want)
    assert DSV().value(trn, aug, test) == pytest.approx(want)


def test_the_class_hands_cap_and_scale_on(sets):
    dis, sep = slow_discordance(*sets), slow_separability(*sets)
    assert DSV(cap=0.1).value(*sets) == pytest.approx(dis - 0.1 / dis)
    got = DSV(cap=9.0, separability_scale=3.0).value(*sets)
    assert got == pytest.approx(dis - 3 * sep / dis)
