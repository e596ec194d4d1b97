"""The pretext of the denoising autoencoder: undo the augmentation."""

from itertools import pairwise

import torch
from torch import nn

from pyod_ssad.densities.given import GivenScore
from pyod_ssad.pretext.base import Pretext

SMALLEST = 12
"""The side of what the decoder begins with is at most this."""


class Denoising(Pretext):
    """Reconstruct images from augmented ones.

    Parameters
    ----------
    augmentation : Augmentation or None
        What is to be undone; None makes a plain autoencoder.
    image_size : int
        Height and width of the images, in pixels.

    Notes
    -----
    The loss is the mean of ``(D(E(a(x))) - x)^2`` over pixels and three channels, of
    which grey images are repeated, with the encoder E, the decoder D and the
    augmentation a [1]_; the score is the same without the augmentation. All that D
    gets is the encoder's pooled features, so that what it makes is blurred.

    References
    ----------
    .. [1] J. Yoo, T. Zhao and L. Akoglu, "Data augmentation is a hyperparameter:
       Cherry-picked self-supervision for unsupervised anomaly detection is creating the
       illusion of success", TMLR 2023.
    """

    def __init__(self, augmentation, image_size):
        self.augmentation = augmentation
        self.image_size = image_size

    def make_head(self, n_features):
        """Return a decoder, features to colour images ``(n, 3, H, W)`` in [0, 1]."""
        return make_decoder(n_features, self.image_size)

    def loss(self, forward, images, generator):
        """Return the mean squared error; see `Pretext.loss`."""
        inputs = images
        if self.augmentation is not None:
            inputs = self.augmentation(images, generator)
        return {"loss": (forward(inputs) - images).square().mean()}

    @torch.no_grad()
    def residual(self, network, images):
        """Return the squared error of each pixel, the mean over its channels.

        Parameters
        ----------
        network : PretextNetwork
            In eval mode.
        images : tensor of shape (n, C, H, W)

        Returns
        -------
        residual : tensor of shape (n, H, W)
        """
        return (network(images).float() - images).square().mean(dim=1)

    def represent(self, network, images):
        """Return the mean squared errors ``(n, 1)``; see `Pretext.represent`."""
        return self.residual(network, images).mean(dim=(1, 2))[:, None]

    def make_density(self):
        """Return a `GivenScore`."""
        return GivenScore()


def make_decoder(n_features, image_size, width=128):
    """Return a decoder: features to a small map, which is doubled until it is large.

    Parameters
    ----------
    n_features : int
    image_size : int
        At least 8.
    width : int, optional (default=128)
        Channels of the first map, of at most 12 x 12; every block halves them, down to
        16.

    Notes
    -----
    A block is nearest-neighbour upsampling, a 3 x 3 convolution, batch norm and ReLU;
    the sides are `image_size` halved and rounded up, so that any size comes out exact.
    The last layer is a convolution and a sigmoid.
    """
    sides = [image_size]
    while sides[0] > SMALLEST:
        sides.insert(0, -(-sides[0] // 2))
    widths = [max(16, width >> i) for i in range(len(sides))]
    blocks = [
        _block(side, n_in, n_out)
        for side, (n_in, n_out) in zip(sides[1:], pairwise(widths), strict=True)
    ]
    return nn.Sequential(
        nn.Linear(n_features, width * sides[0] ** 2),
        nn.Unflatten(1, (width, sides[0], sides[0])),
        nn.BatchNorm2d(width),
        nn.ReLU(),
        *blocks,
        nn.Conv2d(widths[-1], 3, 3, padding=1),
        nn.Sigmoid(),
    )


def _block(side, n_in, n_out):
    return nn.Sequential(
        nn.Upsample(size=side),
        nn.Conv2d(n_in, n_out, 3, padding=1, bias=False),
        nn.BatchNorm2d(n_out),
        nn.ReLU(),
    )
