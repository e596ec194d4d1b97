"""Other hypergradients than the library's own, with the arguments of its look-ahead.

Each takes what `pyod_ssad.self_tuning.lookahead.look_ahead_and_validate` takes and
returns a `Step`. Where several batches are wanted, `batch` and `unlabeled` hold them
one after the other.
"""

import copy

import torch
from torch.func import functional_call

from pyod_ssad.self_tuning.lookahead import (
    ENCODER,
    Step,
    embed_with,
    look_ahead_and_validate,
    lookahead,
)
from pyod_ssad.self_tuning.validation_loss import VALIDATION_LOSSES


def average(
    network, bound, loss, batch, unlabeled, plan, generator, *, look_ahead, batches
):
    """Average the hypergradients of several batches; the network follows the first."""
    copies = [copy.deepcopy(network) for _ in range(batches - 1)]
    steps = [
        look_ahead(each, bound, loss, part, others, plan, generator)
        for each, part, others in zip(
            [network, *copies],
            batch.chunk(batches),
            unlabeled.chunk(batches),
            strict=True,
        )
    ]
    return steps[0]._replace(
        hypergradients={
            name: torch.stack([step.hypergradients[name] for step in steps]).mean(0)
            for name in bound.values
        }
    )


def through_last(network, bound, loss, batch, unlabeled, plan, generator, *, batches):
    """Look several steps ahead and differentiate through the last of them."""
    *earlier, last = batch.chunk(batches)
    ahead, steps = copy.deepcopy(network), []
    for part in earlier:
        training = sum(loss(ahead, part, generator).values())
        parameters, _ = lookahead(ahead, training, plan.network_lr)
        state = {**dict(ahead.named_buffers()), **parameters}
        steps.append((training, copy.deepcopy(state)))
        ahead.load_state_dict(state)
    step = look_ahead_and_validate(
        ahead, bound, loss, last, unlabeled.chunk(batches)[0], plan, generator
    )
    return _take_first(network, *steps[0], step.validation, step.hypergradients)


def through_all(network, bound, loss, batch, unlabeled, plan, generator, *, batches=1):
    """Backpropagate through one or several steps of the network."""
    parameters, steps = dict(network.named_parameters()), []
    buffers = dict(network.named_buffers())
    parts = batch.chunk(batches)
    for part in parts:
        # Batch norm writes into what it is given.
        buffers = {name: value.clone() for name, value in buffers.items()}
        training, parameters = _differentiable_step(
            network, {**buffers, **parameters}, parameters, loss, part, plan, generator
        )
        steps.append((training, {**buffers, **parameters}))
    encoder = _encoder_part({**buffers, **parameters})
    Z_trn, Z_aug, Z_test = embed_with(
        network.encoder,
        encoder,
        parts[-1],
        bound(parts[-1], generator),
        unlabeled.chunk(batches)[0],
    )
    validation = VALIDATION_LOSSES[plan.validation_loss](Z_trn, Z_aug, Z_test)
    gradients = torch.autograd.grad(validation, list(bound.values.values()))
    hypergradients = dict(zip(bound.values, gradients, strict=True))
    return _take_first(network, *steps[0], validation.item(), hypergradients)


def _differentiable_step(network, state, parameters, loss, batch, plan, generator):
    """Return the training loss, and parameters as functions of the hyperparameters."""

    def forward(images):
        return functional_call(network, state, (images,))

    training = sum(loss(forward, batch, generator).values())
    gradients = torch.autograd.grad(
        training, list(parameters.values()), create_graph=True
    )
    moved = {
        name: value - plan.network_lr * gradient
        for (name, value), gradient in zip(parameters.items(), gradients, strict=True)
    }
    return training, moved


def _encoder_part(state):
    return {
        name.removeprefix(ENCODER): value
        for name, value in state.items()
        if name.startswith(ENCODER)
    }


@torch.no_grad()
def _take_first(network, training, state, validation, hypergradients):
    """Return a step that moves the network by its first; move its statistics now."""
    for name, buffer in network.named_buffers():
        buffer.copy_(state[name])
    parameters = {name: state[name].detach() for name, _ in network.named_parameters()}
    return Step(training.item(), validation, parameters, hypergradients)
