"""Hypergradients against central differences."""

import copy

import pytest
import torch
from torch import nn

from pyod_ssad.augmentations import CutDiff
from pyod_ssad.self_tuning.lookahead import (
    MOVE,
    _moved,
    look_ahead_and_validate,
    lookahead,
)
from tests.pyod_ssad.self_tuning.fakes import (
    at_start,
    batch_norm_network,
    float_batches,
    generator,
    make_loss,
    plan,
    smooth_network,
)


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


@pytest.mark.parametrize("scale", [1e-3, 1.0, 50.0])
def test_the_quotient_moves_the_encoder_by_a_share_of_its_norm(scale):
    network = smooth_network()
    own = dict(network.encoder.named_parameters())
    along = {name: scale * torch.ones_like(p) for name, p in own.items()}
    _, length = _moved(network, along)
    norms = [
        torch.cat([t.detach().flatten() for t in tensors.values()]).norm()
        for tensors in (along, own)
    ]
    share = float(length * norms[0] / norms[1])
    assert share == pytest.approx(MOVE * torch.finfo(torch.float64).eps ** 0.5)
