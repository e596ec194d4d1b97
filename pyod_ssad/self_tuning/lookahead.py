"""One step of ST-SSAD: both losses as functions of the hyperparameters.

Source: J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
detection", 2023, Algorithm 1 and Eq. 5.
"""

from typing import NamedTuple

import torch
from torch.func import functional_call
from torch.nn import functional as F

from pyod_ssad.augmentations._learnable import BoundAugmentation
from pyod_ssad.self_tuning.validation_loss import VALIDATION_LOSSES

ORDERS = ("second", "first")
ENCODER = "encoder."
# The difference quotient moves the parameters by this multiple of the square root of
# the floating-point precision, relative to their norm: 1e-3 in float32.
MOVE = 3.0


class Hyperparameters:
    """The free coordinates of an augmentation's hyperparameters.

    Parameters
    ----------
    augmentation : LearnableAugmentation
    start : dict of str to float
        A value for each hyperparameter.
    dtype : torch.dtype, optional (default=torch.float32)
    device : torch.device, optional (default=None)

    Attributes
    ----------
    free : dict of str to tensor of shape ()
        What gradient descent moves.
    """

    def __init__(self, augmentation, start, dtype=torch.float32, device=None):
        self.augmentation = augmentation
        self.free = {
            name: torch.tensor(
                bounds.to_free(start[name]),
                dtype=dtype,
                device=device,
                requires_grad=True,
            )
            for name, bounds in augmentation.hyperparameters.items()
        }

    def bind(self):
        """Return the augmentation at the present values, leaves of their own graph."""
        values = {
            name: value.detach().requires_grad_()
            for name, value in self.to_values().items()
        }
        return BoundAugmentation(self.augmentation, values)

    def pull_back(self, gradients):
        """Set the gradients of `free` from those of the values."""
        values = self.to_values()
        torch.autograd.backward(
            list(values.values()), [gradients[name] for name in values]
        )

    def values(self):
        """Return the hyperparameters as floats."""
        with torch.no_grad():
            return {name: float(v) for name, v in self.to_values().items()}

    def to_values(self):
        """Return the values as differentiable functions of `free`."""
        return {
            name: bounds.to_value(self.free[name])
            for name, bounds in self.augmentation.hyperparameters.items()
        }


def lookahead(network, loss, lr, others=()):
    """Return the parameters after one step of gradient descent.

    Parameters
    ----------
    network : torch.nn.Module
        Its own parameters are not changed.
    loss : tensor of shape ()
        The training loss at the network's parameters.
    lr : float
        The step size alpha.
    others : list of tensor, optional
        What else the loss depends on.

    Returns
    -------
    parameters : dict of str to tensor
        ``theta - alpha * d loss / d theta``, Line 3 of Algorithm 1.
    gradients : list of tensor
        Of the loss, with respect to `others`.
    """
    parameters = dict(network.named_parameters())
    gradients = torch.autograd.grad(loss, [*parameters.values(), *others])
    moved = {
        name: p.detach() - lr * gradient
        for (name, p), gradient in zip(parameters.items(), gradients, strict=False)
    }
    return moved, list(gradients[len(parameters) :])


def embed_with(encoder, parameters, *sets):
    """Return unit-length embeddings of sets of images at given parameters.

    Parameters
    ----------
    encoder : torch.nn.Module
        Batch norm takes its running statistics, as it does when images are scored.
    parameters : dict of str to tensor
        Parameters to use in place of the encoder's own.
    *sets : tensors of shape (n_i, C, H, W)

    Returns
    -------
    embeddings : tuple of tensors of shape (n_i, d)
    """
    was_training = encoder.training
    encoder.eval()
    # The encoder's weights have this layout: convolutions need not convert then.
    images = torch.cat(sets).to(memory_format=torch.channels_last)
    features = functional_call(encoder, parameters, (images,))
    encoder.train(was_training)
    return F.normalize(features, dim=1).split([len(part) for part in sets])


class Step(NamedTuple):
    """What one iteration computes.

    Parameters
    ----------
    training, validation : float
        ``L_trn(theta, a)`` and ``L_val(theta', a)``.
    parameters : dict of str to tensor
        ``theta'``, see `lookahead`.
    hypergradients : dict of str to tensor
        ``d L_val / d a``, one for each hyperparameter's value.
    """

    training: float
    validation: float
    parameters: dict
    hypergradients: dict


def look_ahead_and_validate(network, bound, loss, batch, unlabeled, plan, generator):
    """Return the next parameters, both losses, and the hypergradients.

    Parameters
    ----------
    network : PretextNetwork
        Only its batch norm's running statistics change.
    bound : BoundAugmentation
        The augmentation at hyperparameters that are leaves.
    loss : callable (forward, images, generator) -> dict of str to tensor
        The pretext loss with this very augmentation.
    batch, unlabeled : float tensors of shape (n, C, H, W)
        A batch of training images and one of unlabelled ones, in [0, 1].
    plan : pyod_ssad.self_tuning.plan.TuningPlan
    generator : torch.Generator

    Returns
    -------
    step : Step

    Notes
    -----
    With ``g = d L_val / d theta'``, the hypergradient of second order is that of first
    order, ``d L_val / d a`` at a constant ``theta'``, less alpha times the derivative
    of ``d L_trn / d a`` along ``g``. The latter is taken as a difference quotient: a
    second pass of the same batch, at parameters that are moved along ``g``.

    Backpropagation through the step, the alternative, needs second derivatives of every
    layer, and in a network with ReLUs misses how the augmentation switches them. The
    quotient sees that, at the price of more noise from batch to batch.
    """
    values = list(bound.values.values())
    second = plan.order == "second"
    before = _random_states(generator, batch.device)
    training = _total(loss(network, batch, generator))
    parameters, here = lookahead(
        network, training, plan.network_lr, values if second else []
    )
    encoder = _encoder_part(parameters)
    # Apart: only the augmented images need gradients of their own.
    (Z_aug,) = embed_with(network.encoder, encoder, bound(batch, generator))
    Z_trn, Z_test = embed_with(network.encoder, encoder, batch, unlabeled)
    validation = VALIDATION_LOSSES[plan.validation_loss](Z_trn, Z_aug, Z_test)
    hypergradients, along = _split_gradients(
        validation, values, encoder if second else {}
    )
    if second and any(gradient.any() for gradient in along.values()):
        after = _random_states(generator, batch.device)
        _set_random_states(before, generator, batch.device)
        forward, length = _moved(network, along)
        there = torch.autograd.grad(_total(loss(forward, batch, generator)), values)
        _set_random_states(after, generator, batch.device)
        hypergradients = [
            direct - plan.network_lr * (far - near) / length
            for direct, near, far in zip(hypergradients, here, there, strict=True)
        ]
    return Step(
        training.item(),
        validation.item(),
        {name: p.detach() for name, p in parameters.items()},
        dict(zip(bound.values, hypergradients, strict=True)),
    )


def _encoder_part(parameters):
    """Return the encoder's parameters under its own names, as leaves."""
    return {
        name.removeprefix(ENCODER): value.requires_grad_()
        for name, value in parameters.items()
        if name.startswith(ENCODER)
    }


def _split_gradients(loss, values, parameters):
    """Return gradients with respect to values (a list) and parameters (a dict)."""
    gradients = torch.autograd.grad(loss, [*values, *parameters.values()])
    n = len(values)
    return gradients[:n], dict(zip(parameters, gradients[n:], strict=True))


def _moved(network, along):
    """Return the network at encoder parameters moved along a direction, and how far.

    Its batch norm gets copies of the running statistics, which stay as they are.
    """
    own = {name: p.detach() for name, p in network.encoder.named_parameters()}
    step = MOVE * torch.finfo(next(iter(own.values())).dtype).eps ** 0.5
    length = step * (_squared_norm(own) / _squared_norm(along)) ** 0.5
    tensors = {name: buffer.clone() for name, buffer in network.named_buffers()}
    tensors |= {name: p.detach() for name, p in network.named_parameters()}
    tensors |= {ENCODER + name: p + length * along[name] for name, p in own.items()}
    return lambda images: functional_call(network, tensors, (images,)), length


def _squared_norm(tensors):
    return float(sum(tensor.double().square().sum() for tensor in tensors.values()))


def _random_states(generator, device):
    """Return what decides on draws: those of augmentations, and those of dropout."""
    is_cuda = device.type == "cuda"
    return (
        generator.get_state(),
        torch.get_rng_state(),
        torch.cuda.get_rng_state(device) if is_cuda else None,
    )


def _set_random_states(states, generator, device):
    generator.set_state(states[0])
    torch.set_rng_state(states[1])
    if states[2] is not None:
        torch.cuda.set_rng_state(states[2], device)


def _total(terms):
    return sum(terms.values())
