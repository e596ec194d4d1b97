"""Noise on the whole image."""

from types import MappingProxyType

import torch

from pyod_ssad.augmentations._learnable import LearnableAugmentation, LogBounds


class Noise(LearnableAugmentation):
    """Add Gaussian noise to every value of every image.

    Parameters
    ----------
    std : float or pair of floats, optional (default=(0.05, 0.2))
        Standard deviation on [0, 1], within 0.002 and 1; a pair is drawn from
        log-uniformly.

    Notes
    -----
    ``clip(x + std * e, 0, 1)`` with e standard normal, for every pixel and channel.
    """

    hyperparameters = MappingProxyType({"std": LogBounds(0.002, 1.0)})

    def __init__(self, std=(0.05, 0.2)):
        super().__init__()
        self._set_ranges(std=std)

    def starts(self, n, side):
        """Return n standard deviations from 0.02 to 0.3."""
        return [{"std": std} for std in LogBounds(0.02, 0.3).spread(n)]

    def apply(self, images, parameters):
        """Add each image's noise, differentiably; see `Augmentation.apply`."""
        std = parameters["std"][:, None, None, None]
        return (images + std * parameters["noise"]).clamp(0, 1)

    def _draw(self, shape, generator):
        return {"noise": torch.randn(shape, generator=generator)}
