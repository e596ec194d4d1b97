"""Each hypergradient against what it stands for, on a network without kinks."""

import copy
from functools import partial

import pytest
import torch

from benchmark.orders.estimators import average, through_all, through_last
from pyod_ssad.self_tuning.lookahead import (
    embed_with,
    look_ahead_and_validate,
    lookahead,
)
from pyod_ssad.self_tuning.validation_loss import mean_distance_loss
from tests.pyod_ssad.self_tuning.fakes import (
    at_start,
    batch_norm_network,
    float_batches,
    generator,
    make_loss,
    plan,
    smooth_network,
)

PLAN = plan(network_lr=5.0)


def look(look_ahead, network, n=6, hyperparameters=None):
    """Take an iteration with fixed draws; hypergradients are of free coordinates."""
    hyperparameters = hyperparameters or at_start(torch.float64)
    bound = hyperparameters.bind()
    step = look_ahead(
        network, bound, make_loss(bound), *float_batches(n), PLAN, generator()
    )
    hyperparameters.pull_back(step.hypergradients)
    return step, {k: float(v.grad) for k, v in hyperparameters.free.items()}


def validation(batches, name, move):
    """Return the validation loss after plain steps, one a batch."""
    hyperparameters, network = at_start(torch.float64), smooth_network()
    hyperparameters.free[name].data += move
    bound, draws = hyperparameters.bind(), generator()
    images, unlabeled = float_batches(6 * batches)
    for part in images.chunk(batches):
        loss = make_loss(bound)(network, part, draws)["loss"]
        network.load_state_dict(lookahead(network, loss, PLAN.network_lr)[0])
    sets = part, bound(part, draws), unlabeled.chunk(batches)[0]
    with torch.no_grad():
        return float(mean_distance_loss(*embed_with(network.encoder, {}, *sets)))


@pytest.mark.parametrize("batches", [1, 3])
def test_through_all_differentiates_every_step(batches):
    look_ahead = partial(through_all, batches=batches)
    step, gradients = look(look_ahead, smooth_network(), 6 * batches)
    for name, gradient in gradients.items():
        there, back = (validation(batches, name, move) for move in (1e-5, -1e-5))
        assert gradient == pytest.approx((there - back) / 2e-5, rel=1e-4)
    assert step.validation == pytest.approx(validation(batches, name, 0.0))


def test_through_last_is_the_look_ahead_of_a_network_that_went_on():
    network = smooth_network()
    step, gradients = look(partial(through_last, batches=2), network, 12)
    images, unlabeled = float_batches(12)
    hyperparameters, draws = at_start(torch.float64), generator()
    bound = hyperparameters.bind()
    loss = make_loss(bound)
    training = loss(network, images[:6], draws)["loss"]
    first, _ = lookahead(network, training, PLAN.network_lr)
    network.load_state_dict(first)
    expected = look_ahead_and_validate(
        network, bound, loss, images[6:], unlabeled[:6], PLAN, draws
    )
    hyperparameters.pull_back(expected.hypergradients)
    assert gradients == pytest.approx(
        {name: float(free.grad) for name, free in hyperparameters.free.items()}
    )
    assert step.validation == pytest.approx(expected.validation)


def test_average_is_that_of_single_batches():
    hyperparameters, draws = at_start(torch.float64), generator()
    bound = hyperparameters.bind()
    images, unlabeled = float_batches(12)
    singles = [
        look_ahead_and_validate(
            smooth_network(), bound, make_loss(bound), *pair, PLAN, draws
        )
        for pair in zip(images.chunk(2), unlabeled.chunk(2), strict=True)
    ]
    look_ahead = partial(average, look_ahead=look_ahead_and_validate, batches=2)
    step, _ = look(look_ahead, smooth_network(), 12)
    for name, gradient in step.hypergradients.items():
        expected = sum(float(single.hypergradients[name]) for single in singles) / 2
        assert float(gradient) == pytest.approx(expected)
        assert float(gradient) != pytest.approx(float(singles[0].hypergradients[name]))


@pytest.mark.parametrize(
    "look_ahead",
    [
        partial(average, look_ahead=look_ahead_and_validate, batches=2),
        partial(through_last, batches=2),
        partial(through_all, batches=2),
        through_all,
    ],
)
def test_the_network_takes_the_first_step_alone(look_ahead):
    network = batch_norm_network().double().train()
    n = 6 if look_ahead is through_all else 12
    alone = copy.deepcopy(network)
    loss = make_loss(at_start(torch.float64).bind())
    training = loss(alone, float_batches(n)[0][:6], generator())["loss"]
    parameters, _ = lookahead(alone, training, PLAN.network_lr)
    step, _ = look(look_ahead, network, n)
    assert step.training == pytest.approx(training.item())
    for name, expected in parameters.items():
        assert torch.allclose(step.parameters[name], expected)
    for name, expected in alone.named_buffers():
        assert torch.equal(dict(network.named_buffers())[name], expected)
