"""The pretext of Deep SAD: pull images to a centre, and push pseudo anomalies away."""

import math

import torch
from torch import nn
from torch.nn import functional as F

from pyod_ssad.densities.given import GivenScore
from pyod_ssad.images.levels import to_unit
from pyod_ssad.pretext.base import Pretext
from pyod_ssad.pretext.embeddings import CHUNK

EPSILON = 1e-6
"""Added to distances before they are inverted."""

LARGEST = 2000
"""Images that the centre is computed from."""

NEAREST = 0.1
"""What coordinates of the centre are at least, in absolute value."""


def deep_sad_terms(normal, anomalous, eta=1.0, floor=0.1):
    """Return the named terms of Deep SAD's loss.

    Parameters
    ----------
    normal : tensor of shape (n,)
        Squared distances of images to the centre.
    anomalous : tensor of shape (m,)
        Those of anomalies, pseudo or known.
    eta : float, optional (default=1.0)
        Weight of the anomalies.
    floor : float, optional (default=0.1)
        The distance below which the inverse is replaced by its tangent.

    Returns
    -------
    terms : dict of str to tensor of shape ()
        "normal", the sum of d, and "anomalous", the sum of ``eta / (d + 1e-6)``, each
        divided by n + m.

    Notes
    -----
    The objective of [1]_ without its weight decay, which is the optimizer's; images
    count as its unlabelled samples. The gradient of the inverse grows without bound
    towards the centre, so below `floor` the tangent at `floor` is taken, which the
    published loss does not: the inverse of 0 is about ``2 / floor`` then.

    References
    ----------
    .. [1] L. Ruff et al., "Deep semi-supervised anomaly detection", ICLR 2020.
    """
    n = len(normal) + len(anomalous)
    # Not clamped: at the floor itself that has no gradient.
    safe = torch.where(anomalous < floor, floor, anomalous) + EPSILON
    inverse = 1 / safe + F.relu(floor - anomalous) / safe**2
    return {"normal": normal.sum() / n, "anomalous": eta * inverse.sum() / n}


class Hypersphere(Pretext):
    """Map images close to a centre, and augmented images away from it.

    Parameters
    ----------
    augmentation : Augmentation
        What makes pseudo anomalies. It should change every image: one that it leaves
        as it is counts as anomalous.
    known : tensor of shape (m, C, H, W), optional (default=None)
        Known anomalies, uint8 or float in [0, 1].
    known_share : float, optional (default=0.25)
        How many of them are drawn in a step, as a share of the batch, rounded up.
    known_views : Augmentation, optional (default=None)
        What they go through before: the jitter that the images of a batch come with,
        by which they could be told apart otherwise.
    eta : float, optional (default=1.0)
        Weight of the anomalies, pseudo and known.
    width : int, optional (default=128)
        Outputs of the head.

    Notes
    -----
    With ``d = ||phi(x) - c||^2``, the loss is the mean of d over the images of a batch
    and of ``eta / (d + 1e-6)`` over their augmented copies and the known anomalies
    drawn with them, see `deep_sad_terms` [1]_. Pseudo anomalies take the place of the
    labelled ones. The score is d.

    The centre c is the mean output of the untrained network, in eval mode, for at most
    2,000 clean images; coordinates between -0.1 and 0.1 are pushed to those, by their
    sign, and zeros stay. There the published code includes the labelled anomalies.

    A constant phi = c would make d zero. So the last layer has no bias; in [1]_ no
    layer has one, nor do its batch norms scale and shift, which those of most backbones
    do. What is left against a collapse is that the anomalies have to keep away.

    References
    ----------
    .. [1] L. Ruff et al., "Deep semi-supervised anomaly detection", ICLR 2020.
    """

    def __init__(
        self,
        augmentation,
        known=None,
        known_share=0.25,
        known_views=None,
        eta=1.0,
        width=128,
    ):
        self.augmentation = augmentation
        self.known = None if known is None else _check_known(known)
        self.known_share = known_share
        self.known_views = known_views
        self.eta = eta
        self.width = width

    def make_head(self, n_features):
        """Return a linear layer without bias, from which the centre is subtracted."""
        return CentredLinear(n_features, self.width)

    @torch.no_grad()
    def prepare(self, network, images):
        """Set the centre of the head; see `Pretext.prepare`."""
        was_training = network.training
        network.eval()
        some = images[:: -(-len(images) // LARGEST)]
        sums = sum(
            network.head.linear(network.encoder(to_unit(chunk))).double().sum(0)
            for chunk in some.split(CHUNK)
        )
        network.head.centre.copy_(_keep_off_zero(sums / len(some)))
        network.train(was_training)

    def loss(self, forward, images, generator):
        """Return the terms "normal" and "anomalous"; see `Pretext.loss`."""
        inputs = [images, self.augmentation(images, generator)]
        if self.known is not None:
            inputs.append(self._draw_known(images, generator))
        distances = forward(torch.cat(inputs)).square().sum(dim=1)
        normal, anomalous = distances.tensor_split([len(images)])
        return deep_sad_terms(normal, anomalous, self.eta)

    @torch.no_grad()
    def represent(self, network, images):
        """Return the squared distances ``(n, 1)``; see `Pretext.represent`."""
        return network(images).float().square().sum(dim=1, keepdim=True)

    def make_density(self):
        """Return a `GivenScore`."""
        return GivenScore()

    def _draw_known(self, images, generator):
        """Draw known anomalies, with repetition."""
        n = math.ceil(self.known_share * len(images))
        rows = torch.randint(len(self.known), (n,), generator=generator)
        drawn = to_unit(self.known[rows].to(images.device))
        return drawn if self.known_views is None else self.known_views(drawn, generator)


class CentredLinear(nn.Module):
    """A linear layer without bias, minus a fixed centre.

    Parameters
    ----------
    n_features, width : int
        Of its inputs and outputs.
    """

    def __init__(self, n_features, width):
        super().__init__()
        self.linear = nn.Linear(n_features, width, bias=False)
        self.register_buffer("centre", torch.zeros(width))

    def forward(self, features):
        """Return ``(n, width)``."""
        return self.linear(features) - self.centre


def _keep_off_zero(centre):
    """Push coordinates between -0.1 and 0.1 to those; zeros have no sign and stay."""
    return torch.where(centre.abs() < NEAREST, centre.sign() * NEAREST, centre)


def _check_known(known):
    is_image = known.dtype == torch.uint8 or known.is_floating_point()
    if not is_image or known.ndim != 4 or not len(known):
        raise ValueError(
            f"known is {known.dtype} of the shape {tuple(known.shape)}; wanted uint8, "
            "or float in [0, 1], and (m, C, H, W), at least one image, of the size of "
            "the training images. Pass None where no anomaly is known."
        )
    return known
