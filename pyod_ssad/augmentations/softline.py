"""A soft thin line, as threads, scratches and cracks are."""

from types import MappingProxyType

import torch

from pyod_ssad.augmentations._learnable import (
    Bounds,
    LearnableAugmentation,
    LogBounds,
)
from pyod_ssad.augmentations.ellipses import turned_offsets


class SoftLine(LearnableAugmentation):
    """Draw a soft, bent line on every image, darker or brighter than it.

    Parameters
    ----------
    length : float or pair of floats, optional (default=(0.2, 0.8))
        As a fraction of the image's side, within 0.02 and 2; a pair is drawn from
        log-uniformly, as for the width.
    width : float or pair of floats, optional (default=(0.01, 0.05))
        As a fraction of the image's side, within 0.002 and 0.2.
    curvature : float or pair of floats, optional (default=(0.0, 0.6))
        How far the ends bend away from the middle's tangent, in quarters of the
        length, within 0 and 1.5; a pair is drawn from uniformly.
    strength : float or pair of floats, optional (default=(-0.6, -0.2))
        What is added in the middle of the line, within -1 and 1; negative darkens.
        A pair is drawn from uniformly.

    Notes
    -----
    A pixel at s along and t across the line's direction from its centre gets
    ``strength * exp(-2 e^2 / width^2) * exp(-(2 s / length)^6)`` with
    ``e = t - curvature * s^2 / length``; the result is clipped to [0, 1]. The first
    factor is a Gaussian whose standard deviation is half the width, the second a
    smooth cut at the ends. The centre and the direction are uniform, one an image:
    scratches have no preferred direction. The paper of ST-SSAD names threads as what
    CutDiff cannot imitate.
    """

    hyperparameters = MappingProxyType(
        {
            "length": LogBounds(0.02, 2.0),
            "width": LogBounds(0.002, 0.2),
            "curvature": Bounds(0.0, 1.5),
            "strength": Bounds(-1.0, 1.0),
        }
    )

    def __init__(
        self,
        length=(0.2, 0.8),
        width=(0.01, 0.05),
        curvature=(0.0, 0.6),
        strength=(-0.6, -0.2),
    ):
        super().__init__()
        self._set_ranges(
            length=length, width=width, curvature=curvature, strength=strength
        )

    def starts(self, n, side):
        """Return n lengths from 0.2 to 0.8, the odd ones dark and the others bright."""
        return [
            {
                "length": length,
                "width": 0.03,
                "curvature": 0.3,
                "strength": 0.5 * (-1) ** (i + 1),
            }
            for i, length in enumerate(LogBounds(0.2, 0.8).spread(n))
        ]

    def apply(self, images, parameters):
        """Draw each image's line, differentiably; see `Augmentation.apply`."""
        strength = parameters["strength"][:, None, None, None]
        return (images + strength * self.mask(images.shape, parameters)).clamp(0, 1)

    def mask(self, shape, parameters):
        """Return the line's shape, ``(n, 1, H, W)`` in [0, 1]."""
        along, across = turned_offsets(shape, parameters["centre"], parameters["angle"])
        length, width, curvature = (
            parameters[name][:, None, None] for name in ("length", "width", "curvature")
        )
        distance = across - curvature * along**2 / length
        thin = torch.exp(-2 * (distance / width) ** 2)
        return (thin * torch.exp(-((2 * along / length) ** 6)))[:, None]

    def _draw(self, shape, generator):
        return {
            "centre": torch.rand(shape[0], 2, generator=generator),
            "angle": 360 * torch.rand(shape[0], generator=generator),
        }
