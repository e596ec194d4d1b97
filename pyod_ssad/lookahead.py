"""One step of ST-SSAD: both losses as functions of the hyperparameters.

Source: J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
detection", 2023, Algorithm 1 and Eq. 5.
"""

import torch
from torch.func import functional_call
from torch.nn import functional as F

from pyod_ssad.augmentations._learnable import BoundAugmentation
from pyod_ssad.validation_loss import VALIDATION_LOSSES

ORDERS = ("second", "first")


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
        """Return the augmentation as a differentiable function of `free`."""
        values = {
            name: bounds.to_value(self.free[name])
            for name, bounds in self.augmentation.hyperparameters.items()
        }
        return BoundAugmentation(self.augmentation, values)

    def values(self):
        """Return the hyperparameters as floats."""
        with torch.no_grad():
            return {name: float(v) for name, v in self.bind().values.items()}


def lookahead(network, loss, lr, order):
    """Return the parameters after one step of gradient descent.

    Parameters
    ----------
    network : torch.nn.Module
        Its own parameters are not changed.
    loss : tensor of shape ()
        The training loss at the network's parameters.
    lr : float
        The step size alpha.
    order : {"second", "first"}
        With "second", the result is a differentiable function of all that the loss
        depends on.

    Returns
    -------
    parameters : dict of str to tensor
        ``theta - alpha * d loss / d theta``, Line 3 of Algorithm 1.
    """
    parameters = dict(network.named_parameters())
    second = order == "second"
    gradients = torch.autograd.grad(
        loss, list(parameters.values()), create_graph=second
    )
    return {
        name: (p if second else p.detach()) - lr * gradient
        for (name, p), gradient in zip(parameters.items(), gradients, strict=True)
    }


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
    features = functional_call(encoder, parameters, (torch.cat(sets),))
    encoder.train(was_training)
    return F.normalize(features, dim=1).split([len(images) for images in sets])


def look_ahead_and_validate(network, bound, loss, batch, unlabeled, plan, generator):
    """Return both losses of one iteration, and the parameters between them.

    Parameters
    ----------
    network : PretextNetwork
    bound : BoundAugmentation
        The augmentation as a function of its hyperparameters.
    loss : callable (forward, images, generator) -> dict of str to tensor
        The pretext loss with this very augmentation.
    batch, unlabeled : float tensors of shape (n, C, H, W)
        A batch of training images and one of unlabelled ones, in [0, 1].
    plan : pyod_ssad.tuning.TuningPlan
    generator : torch.Generator

    Returns
    -------
    training, validation : tensors of shape ()
        ``L_trn(theta, a)`` and ``L_val(theta', a)``.
    parameters : dict of str to tensor
        ``theta'``, see `lookahead`.
    """
    training = sum(loss(network, batch, generator).values())
    parameters = lookahead(network, training, plan.network_lr, plan.order)
    encoder = {
        name.removeprefix("encoder."): value
        for name, value in parameters.items()
        if name.startswith("encoder.")
    }
    augmented = bound(batch, generator)
    embeddings = embed_with(network.encoder, encoder, batch, augmented, unlabeled)
    validation_loss = VALIDATION_LOSSES[plan.validation_loss]
    return training, validation_loss(*embeddings), parameters
