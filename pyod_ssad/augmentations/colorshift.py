"""A shift of the colours of the whole image."""

from types import MappingProxyType

import torch

from pyod_ssad.augmentations._learnable import Bounds, LearnableAugmentation

RGB_SHIFT = MappingProxyType(
    {colour: Bounds(-1.0, 1.0) for colour in ("red", "green", "blue")}
)
"""Bounds of what is added to the channels."""


class ColorShift(LearnableAugmentation):
    """Add one colour to every pixel of every image.

    Parameters
    ----------
    red, green, blue : float or pair of floats, optional (default=(-0.3, 0.3))
        What is added to a channel, within -1 and 1; a pair is drawn from uniformly.
        Grey images take the mean of the three.

    Notes
    -----
    The result is clipped to [0, 1].
    """

    hyperparameters = RGB_SHIFT

    def __init__(self, red=(-0.3, 0.3), green=(-0.3, 0.3), blue=(-0.3, 0.3)):
        super().__init__()
        self._set_ranges(red=red, green=green, blue=blue)

    def starts(self, n, side):
        """Return n shifts of all channels alike, from -0.3 to 0.3."""
        # An odd number of evenly spread shifts would hold the one that does nothing.
        shifts = Bounds(-0.3, 0.3).spread(n + n % 2)[:n]
        return [dict.fromkeys(RGB_SHIFT, shift) for shift in shifts]

    def apply(self, images, parameters):
        """Shift each image, differentiably; see `Augmentation.apply`."""
        return (images + colour(parameters, images.shape[1])).clamp(0, 1)


def colour(parameters, n_channels):
    """Return red, green and blue as ``(n, C, 1, 1)``; their mean for one channel."""
    stacked = torch.stack([parameters[name] for name in RGB_SHIFT], dim=1)
    if n_channels == 1:
        stacked = stacked.mean(dim=1, keepdim=True)
    return stacked[:, :, None, None]
