"""The keeper goes back to the smallest smoothed sum of losses."""

import pytest
import torch
from torch import nn

from pyod_ssad.augmentations import CutDiff
from pyod_ssad.self_tuning.keeper import WINDOW, Keeper, _Smoothed
from pyod_ssad.self_tuning.lookahead import Hyperparameters
from tests.pyod_ssad.self_tuning.fakes import START


def test_smoothing_weighs_the_newest_by_a_tenth():
    smoothed = _Smoothed()
    smoothed.add(4.0)
    assert smoothed.value == pytest.approx(4.0)
    smoothed.add(1.0)
    assert smoothed.value == pytest.approx((0.09 * 4 + 0.1 * 1) / 0.19)


class TestKeeper:
    def keep(self, totals, patience=50):
        """Show a keeper a sum an iteration; the hyperparameter counts them."""
        network = nn.Linear(1, 1)
        hyperparameters = Hyperparameters(CutDiff(), START)
        keeper = Keeper(network, hyperparameters, patience)
        for i, total in enumerate(totals, start=1):
            network.weight.data.fill_(i)
            hyperparameters.free["aspect"].data.fill_(i)
            keeper.see(total / 4, 3 * total / 4)
            if keeper.is_exhausted:
                break
        seen = i
        keeper.restore()
        best = network.weight.item()
        assert hyperparameters.free["aspect"].item() == best
        return best, seen

    def test_keeps_the_smallest_smoothed_sum(self):
        totals = [2 - 0.05 * i for i in range(20)] + [4.0] * 20
        assert self.keep(totals) == (20, 40)

    def test_one_lucky_iteration_does_not_count(self):
        totals = [2 - 0.02 * i for i in range(30)]
        totals[24] = 1.0
        best, _ = self.keep(totals)
        assert best == 30

    def test_the_first_window_is_never_the_best(self):
        best, _ = self.keep([0.1] + [3.0] * 30)
        assert best == WINDOW

    def test_is_exhausted_after_patience_without_a_better_sum(self):
        totals = [2 - 0.05 * i for i in range(20)] + [4.0] * 50
        assert self.keep(totals, patience=7) == (20, 27)

    def test_nothing_seen_restores_nothing(self):
        network = nn.Linear(1, 1)
        before = network.weight.clone()
        Keeper(network, Hyperparameters(CutDiff(), START), 3).restore()
        assert torch.equal(network.weight, before)
