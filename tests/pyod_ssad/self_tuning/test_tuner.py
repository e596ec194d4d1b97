"""The loop of tuning: network and hyperparameters are updated in turn."""

import gc

import pytest
import torch
from torch import nn

from pyod_ssad.augmentations import CutDiff
from pyod_ssad.pretext.network import PretextNetwork
from pyod_ssad.self_tuning.keeper import WINDOW
from pyod_ssad.self_tuning.lookahead import (
    Hyperparameters,
    Step,
    look_ahead_and_validate,
)
from pyod_ssad.self_tuning.tuner import Tuner, _check_finite, _take
from tests.pyod_ssad.self_tuning.fakes import (
    START,
    batch_norm_network,
    float_batches,
    generator,
    make_loss,
    plan,
    uint8_batches,
)


class TestTuner:
    def run(self, network=None, **changes):
        network = network or batch_norm_network()
        hyperparameters = Hyperparameters(CutDiff(), START)
        tuner = Tuner(network, hyperparameters, make_loss, plan(**changes), generator())
        return tuner.run(*uint8_batches()), tuner

    @pytest.mark.parametrize("updates", [1, 3])
    def test_running_statistics_move_once_an_update(self, updates):
        network = batch_norm_network()
        self.run(network, iterations=1, updates=updates)
        assert int(network.encoder[1].num_batches_tracked) == updates

    def test_rows(self):
        rows, tuner = self.run()
        assert [row["iteration"] for row in rows] == list(range(1, 13))
        assert {k: rows[0][k] for k in START} == pytest.approx(START, rel=1e-5)
        assert rows[1]["patch_area"] != pytest.approx(START["patch_area"], rel=1e-3)
        for row in rows:
            assert row["loss"] > 0 and row["validation_loss"] > 0
        seconds = [row["seconds"] for row in rows]
        assert seconds == sorted(seconds) and 0 < seconds[-1] < 60
        assert not tuner.network.training

    def test_batches_are_drawn_from_the_own_generator(self):
        images, losses = uint8_batches(), []
        for seed in (1, 2):
            network = batch_norm_network()
            torch.manual_seed(seed)
            hyperparameters = Hyperparameters(CutDiff(), START)
            tuner = Tuner(network, hyperparameters, make_loss, plan(), generator())
            losses.append([row["loss"] for row in tuner.run(*images)])
        assert losses[0] == losses[1]

    def test_faint_gradients_move_little(self):
        _, tuner = self.run(iterations=0)
        free = tuner.hyperparameters.free
        before = {name: float(value.detach()) for name, value in free.items()}
        faint = {name: torch.tensor(1e-6) for name in free}
        tuner._update_hyperparameters(faint)
        for name, value in free.items():
            assert 0 < abs(float(value.detach()) - before[name]) < 0.01

    def test_network_learns(self):
        network = batch_norm_network()
        before = [p.clone() for p in network.parameters()]
        rows, _ = self.run(network, iterations=40, network_lr=0.2, updates=2)
        assert rows[-1]["loss"] < rows[0]["loss"]
        for old, new in zip(before, network.parameters(), strict=True):
            assert not torch.equal(old, new)

    def test_network_takes_the_step_that_was_looked_ahead(self):
        network = batch_norm_network()
        hyperparameters = Hyperparameters(CutDiff(), START)
        steps = []

        def look_ahead(*arguments):
            steps.append(look_ahead_and_validate(*arguments))
            return steps[-1]

        settings = plan(iterations=1)
        Tuner(
            network, hyperparameters, make_loss, settings, generator(), look_ahead
        ).run(*uint8_batches())
        for name, parameter in network.named_parameters():
            assert torch.equal(parameter, steps[0].parameters[name])
        before = dict(batch_norm_network().named_parameters())
        assert not torch.equal(network.head.weight, before["head.weight"])

    @pytest.mark.parametrize("order", ["first", "second"])
    def test_memory_does_not_grow(self, order):
        def count(iterations):
            result = self.run(iterations=iterations, order=order)
            gc.collect()
            n = sum(issubclass(type(o), torch.Tensor) for o in gc.get_objects())
            del result
            return n

        count(2)
        # Counting what was there before would take most of the time.
        gc.freeze()
        assert count(20) == count(12)
        gc.unfreeze()

    def test_a_diverging_network_is_an_error(self):
        with pytest.raises(FloatingPointError, match="network_lr"):
            self.run(network_lr=1e30, iterations=8)

    def test_tuning_stops_early(self):
        rows, _ = self.run(iterations=200, patience=5, hyperparameter_lr=1e-6)
        assert WINDOW <= len(rows) < 200

    def test_kept_is_what_the_losses_belong_to(self):
        network = batch_norm_network()
        hyperparameters = Hyperparameters(CutDiff(), START)
        losses = iter([2.0] * (WINDOW - 1) + [1.0] + [3.0] * 9)
        weights = iter(range(1, 100))

        def look_ahead(network, *_):
            ahead = dict(network.named_parameters())
            ahead["head.weight"] = torch.full((2, 3), float(next(weights)))
            one = torch.tensor(1.0)
            return Step(1.0, next(losses), ahead, dict.fromkeys(START, one))

        settings = plan(iterations=WINDOW + 9)
        tuner = Tuner(
            network, hyperparameters, make_loss, settings, generator(), look_ahead
        )
        rows = tuner.run(*uint8_batches())
        # The best iteration's validation loss is that of its new network and of the
        # hyperparameters before its update.
        assert (network.head.weight == WINDOW).all()
        best, after = rows[WINDOW - 1], rows[WINDOW]
        assert hyperparameters.values() == {name: best[name] for name in START}
        assert after["patch_area"] < best["patch_area"]

    def test_validation_prefers_the_augmentation_that_made_the_anomalies(self):
        images = (float_batches(60, 16)[0] * 255).byte()
        true, wrong = CutDiff(0.2, 1.0), CutDiff(0.001, 1.0)
        anomalies = true(images[30:].float() / 255, generator(8)) * 255
        unlabeled = torch.cat([images[30:], anomalies.byte()])
        torch.manual_seed(0)
        encoder = nn.Sequential(
            nn.Conv2d(1, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(2), nn.Flatten()
        )
        network = PretextNetwork(encoder, nn.Linear(16, 2))
        hyperparameters = Hyperparameters(CutDiff(), START)
        tuner = Tuner(network, hyperparameters, make_loss, plan(), generator())
        losses = tuner.validate([true, wrong], images[:30], unlabeled)
        assert losses[0] < losses[1]


def test_images_are_taken_as_fractions():
    taken = _take(
        torch.tensor([[0], [51], [255]], dtype=torch.uint8), torch.tensor([2, 1])
    )
    assert torch.equal(taken, torch.tensor([[1.0], [0.2]]))


@pytest.mark.parametrize("value", [float("inf"), float("nan"), -float("inf")])
def test_what_is_not_finite_is_an_error(value):
    with pytest.raises(FloatingPointError, match="smaller network_lr"):
        _check_finite({"loss": 1.0, "patch_area": value})
