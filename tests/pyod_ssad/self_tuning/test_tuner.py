"""Hypergradients against central differences, and the loop around them."""

import copy
import gc
import math

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from pyod_ssad.augmentations import CutDiff
from pyod_ssad.pretext.network import PretextNetwork
from pyod_ssad.self_tuning.keeper import WINDOW, Keeper
from pyod_ssad.self_tuning.lookahead import (
    Hyperparameters,
    look_ahead_and_validate,
    lookahead,
)
from pyod_ssad.self_tuning.plan import TuningPlan
from pyod_ssad.self_tuning.tuner import Tuner

START = {"patch_area": 0.1, "aspect": 1.5, "angle": 20.0}


def plan(**changes):
    values = {
        "iterations": 12,
        "updates": 1,
        "network_lr": 0.5,
        "hyperparameter_lr": 0.1,
        "order": "second",
        "validation_loss": "mean_distance",
        "patience": 100,
        "batch_size": 6,
    }
    return TuningPlan(**{**values, **changes})


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def smooth_network(seed=0):
    """A network without batch norm or kinks, in float64."""
    torch.manual_seed(seed)
    encoder = nn.Sequential(
        nn.Conv2d(1, 4, 3, stride=2), nn.Tanh(), nn.Flatten(), nn.Linear(36, 5)
    )
    return PretextNetwork(encoder, nn.Linear(5, 2)).double()


def float_batches(n=6, side=8):
    images = 0.7 + 0.3 * torch.rand(2, n, 1, side, side, generator=generator(5))
    darker = CutDiff(0.2, 1.0).apply(images[1], CutDiff().sample(images[1].shape))
    return images[0].double(), darker.double()


def uint8_batches(n=10, side=8):
    return [
        (batch * 255).byte() for batch in (torch.rand(2, n, 1, side, side).unbind())
    ]


@pytest.fixture(autouse=True)
def _seed():
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        yield


def make_loss(augmentation):
    def loss(forward, images, generator):
        augmented = augmentation(images, generator)
        target = torch.arange(2).repeat_interleave(len(images))
        return {
            "loss": F.cross_entropy(forward(torch.cat([images, augmented])), target)
        }

    return loss


def take_step(network, hyperparameters, batches, plan):
    """Take one iteration with fixed draws; gradients are those of `free`."""
    bound = hyperparameters.bind()
    step = look_ahead_and_validate(
        network, bound, make_loss(bound), *batches, plan, generator()
    )
    hyperparameters.pull_back(step.hypergradients)
    return step, {k: float(v.grad) for k, v in hyperparameters.free.items()}


def central_difference(network, batches, plan, name, step=1e-5):
    values = []
    for sign in (1, -1):
        moved = at_start(torch.float64)
        moved.free[name].data += sign * step
        values.append(take_step(copy.deepcopy(network), moved, batches, plan)[0])
    return (values[0].validation - values[1].validation) / (2 * step)


def at_start(dtype=torch.float32):
    return Hyperparameters(CutDiff(), START, dtype=dtype)


class TestHypergradients:
    @pytest.mark.parametrize("validation_loss", ["mean_distance", "mmd"])
    @pytest.mark.parametrize("network_lr", [0.5, 20.0])
    def test_second_order_is_that_of_the_whole_map(self, network_lr, validation_loss):
        network, batches = smooth_network(), float_batches()
        settings = plan(network_lr=network_lr, validation_loss=validation_loss)
        _, gradients = take_step(network, at_start(torch.float64), batches, settings)
        for name, gradient in gradients.items():
            expected = central_difference(network, batches, settings, name)
            assert abs(expected) > 1e-5
            assert gradient == pytest.approx(expected, rel=1e-4)

    def test_second_order_with_batch_norm_and_relu(self):
        network = batch_norm_network().double()
        # The running statistics are constants of the gradient.
        network.encoder[1].momentum = 0.0
        batches, settings = float_batches(), plan(network_lr=5.0)
        taken = copy.deepcopy(network).train()
        _, second = take_step(taken, at_start(torch.float64), batches, settings)
        _, first = take_step(
            copy.deepcopy(network),
            at_start(torch.float64),
            batches,
            plan(network_lr=5.0, order="first"),
        )
        for name, gradient in second.items():
            expected = central_difference(network, batches, settings, name)
            assert gradient == pytest.approx(expected, rel=1e-4)
            assert first[name] != pytest.approx(expected, rel=1e-2)
        assert int(taken.encoder[1].num_batches_tracked) == 1

    def test_first_order_takes_the_network_as_a_constant(self):
        network, batches = smooth_network(), float_batches()
        step, gradients = take_step(
            network,
            at_start(torch.float64),
            batches,
            plan(order="first", network_lr=20.0),
        )
        ahead = smooth_network()
        ahead.load_state_dict(step.parameters)
        still = plan(network_lr=1e-12)
        # The augmentation of the validation follows that of the training.
        for name, gradient in gradients.items():
            expected = central_difference(ahead, batches, still, name)
            assert gradient == pytest.approx(expected, rel=1e-5)

    def test_an_encoder_that_does_not_matter_has_no_second_order(self):
        network, batches = batch_norm_network().double(), float_batches()
        for parameter in network.encoder.parameters():
            torch.nn.init.zeros_(parameter)
        _, gradients = take_step(network, at_start(torch.float64), batches, plan())
        assert set(gradients.values()) == {0.0}
        assert int(network.encoder[1].num_batches_tracked) == 1

    def test_dropout_draws_the_same_masks_in_both_passes(self):
        network, batches = smooth_network(), float_batches()
        network.encoder.insert(2, nn.Dropout(0.2))
        settings, gradients = plan(network_lr=20.0), {}
        for order in ("first", "second"):
            torch.manual_seed(3)
            settings = plan(network_lr=20.0, order=order)
            step, gradients[order] = take_step(
                network, at_start(torch.float64), batches, settings
            )
        for name, gradient in gradients["second"].items():
            values = []
            for sign in (1, -1):
                torch.manual_seed(3)
                moved = at_start(torch.float64)
                moved.free[name].data += sign * 1e-5
                values.append(take_step(network, moved, batches, settings)[0])
            expected = (values[0].validation - values[1].validation) / 2e-5
            assert gradient == pytest.approx(expected, rel=1e-4)
            assert gradients["first"][name] != pytest.approx(expected, rel=1e-3)

    def test_both_orders_leave_the_same_random_states(self):
        states = []
        for order in ("first", "second"):
            torch.manual_seed(3)
            network, draws = smooth_network(), generator()
            network.encoder.insert(2, nn.Dropout(0.2))
            bound = at_start(torch.float64).bind()
            look_ahead_and_validate(
                network,
                bound,
                make_loss(bound),
                *float_batches(),
                plan(order=order),
                draws,
            )
            states.append((draws.get_state(), torch.get_rng_state()))
        assert torch.equal(states[0][0], states[1][0])
        assert torch.equal(states[0][1], states[1][1])

    def test_float32_agrees_with_float64(self):
        batches, settings = float_batches(), plan(network_lr=20.0)
        second = {
            dtype: take_step(
                smooth_network().to(dtype),
                at_start(dtype),
                [batch.to(dtype) for batch in batches],
                settings,
            )[1]
            for dtype in (torch.float32, torch.float64)
        }
        for name, expected in second[torch.float64].items():
            assert second[torch.float32][name] == pytest.approx(expected, rel=1e-2)

    def test_lookahead_is_a_step_of_gradient_descent(self):
        network, (images, _) = smooth_network(), float_batches()
        before = {k: v.clone() for k, v in network.state_dict().items()}
        loss = make_loss(CutDiff())(network, images, generator())["loss"]
        parameters, _ = lookahead(network, loss, 0.3)
        loss = make_loss(CutDiff())(network, images, generator())["loss"]
        loss.backward()
        for name, parameter in network.named_parameters():
            assert torch.equal(parameter, before[name])
            expected = parameter - 0.3 * parameter.grad
            assert torch.allclose(parameters[name], expected, atol=1e-12)


def batch_norm_network():
    torch.manual_seed(0)
    encoder = nn.Sequential(
        nn.Conv2d(1, 4, 3),
        nn.BatchNorm2d(4),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(144, 3),
    )
    return PretextNetwork(encoder, nn.Linear(3, 2))


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
        assert not tuner.network.training

    def test_network_learns(self):
        network = batch_norm_network()
        before = [p.clone() for p in network.parameters()]
        rows, _ = self.run(network, iterations=40, network_lr=0.2, updates=2)
        assert rows[-1]["loss"] < rows[0]["loss"]
        for old, new in zip(before, network.parameters(), strict=True):
            assert not torch.equal(old, new)

    @pytest.mark.parametrize("order", ["first", "second"])
    def test_memory_does_not_grow(self, order):
        def count(iterations):
            result = self.run(iterations=iterations, order=order)
            gc.collect()
            n = sum(issubclass(type(o), torch.Tensor) for o in gc.get_objects())
            del result
            return n

        count(2)
        assert count(20) == count(12)

    def test_a_diverging_network_is_an_error(self):
        with pytest.raises(FloatingPointError, match="network_lr"):
            self.run(network_lr=1e30, iterations=8)

    def test_tuning_stops_early(self):
        rows, _ = self.run(iterations=200, patience=5, hyperparameter_lr=1e-6)
        assert WINDOW <= len(rows) < 200

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


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iterations", -1),
        ("updates", 0),
        ("patience", 0),
        ("network_lr", 0),
        ("hyperparameter_lr", math.nan),
        ("order", "third"),
        ("validation_loss", "accuracy"),
    ],
)
def test_bad_plans(name, value):
    with pytest.raises(ValueError, match=name):
        plan(**{name: value})
