"""CutDiff: a smooth blob, dark or of any colour, differentiable in its shape."""

import math
from types import MappingProxyType

import torch

from pyod_ssad.augmentations._learnable import (
    LearnableAugmentation,
    LogBounds,
    Periodic,
)
from pyod_ssad.augmentations.base import check_number
from pyod_ssad.augmentations.boxes import SMALLEST_AREA
from pyod_ssad.augmentations.colorshift import RGB_SHIFT, colour
from pyod_ssad.augmentations.ellipses import elliptic_distance

DSV_SIGMA = math.sqrt(0.1)
ST_SSAD_SIGMA = math.sqrt(0.5)

PATCH_SHAPE = MappingProxyType(
    {
        "patch_area": LogBounds(SMALLEST_AREA, 1.0),
        "aspect": LogBounds(0.05, 20.0),
        "angle": Periodic(180.0),
    }
)
"""Bounds of the shape of a smooth patch."""

SMALLEST_START = 1e-4
"""Of the image area, at 256 pixels a side; at other sizes, as many pixels."""


def patch_starts(n, side):
    """Return n upright, square patches with areas from about 6.5 pixels to 0.1."""
    smallest = SMALLEST_START * (256 / side) ** 2
    areas = LogBounds(min(max(smallest, 2 * SMALLEST_AREA), 0.02), 0.1).spread(n)
    return [{"patch_area": area, "aspect": 1.0, "angle": 0.0} for area in areas]


class CutDiff(LearnableAugmentation):
    """Darken a smooth elliptic blob of every image.

    Parameters
    ----------
    patch_area : float or pair of floats, optional (default=(0.02, 0.15))
        The patch's fraction of the image area; a pair is drawn from log-uniformly.
    aspect : float or pair of floats, optional (default=(0.3, 3.3))
        Width / height of the patch, within 0.05 and 20; a pair is drawn from
        log-uniformly.
    angle : float or pair of floats, optional (default=0.0)
        Rotation of the patch in degrees, from the rows towards the columns; a pair
        is drawn from uniformly.
    sigma : float, optional (default=sqrt(0.1))
        Standard deviation of the blob in units of the patch's sides; not learned.
        The default is that of [1]_; ``sqrt(0.5)`` gives Algorithm 2 of [2]_.

    Notes
    -----
    A pixel at offset d from the centre, in fractions of the image's sides, has
    ``u = diag(1 / w, 1 / h) R(angle)' d`` with ``w = sqrt(area * aspect)`` and
    ``h = sqrt(area / aspect)``, and loses ``exp(-u'u / (2 sigma^2))``; the result is
    clipped to [0, 1]. The centre is uniform over the image, one an image; the code
    of [1]_ draws one for the whole batch. The blob can only darken.

    The starts of learning are those of [2]_ at its size of 256 pixels: areas spread
    log-evenly from 1e-4 to 0.1, without rotation and of equal sides. The smallest is
    larger in smaller images, where such a patch would be a fraction of a pixel. A blob
    covers an area in proportion to ``sigma**2``: with the default it is five times
    (0.5 / 0.1) smaller than in [2]_ at the same `patch_area`, at the starts too.

    References
    ----------
    .. [1] J. Yoo, Y. Zhao, L. Zhao and L. Akoglu, "DSV: An alignment validation loss
       for self-supervised outlier model selection", ECML PKDD 2023.
    .. [2] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023, Algorithm 2.
    """

    hyperparameters = PATCH_SHAPE

    def __init__(
        self, patch_area=(0.02, 0.15), aspect=(0.3, 3.3), angle=0.0, sigma=DSV_SIGMA
    ):
        super().__init__()
        self._set_ranges(patch_area=patch_area, aspect=aspect, angle=angle)
        self.sigma = check_number("sigma", sigma, 1e-3, 10.0)

    def starts(self, n, side):
        """Return n areas up to 0.1; see `LearnableAugmentation.starts`."""
        return patch_starts(n, side)

    def apply(self, images, parameters):
        """Darken each image's blob, differentiably; see `Augmentation.apply`."""
        return (images - self.mask(images.shape, parameters)).clamp(0, 1)

    def mask(self, shape, parameters):
        """Return what each pixel loses, ``(n, 1, H, W)`` in [0, 1]."""
        squared = elliptic_distance(shape, parameters)
        return torch.exp(-squared / (2 * self.sigma**2))[:, None]

    def _draw(self, shape, generator):
        return {"centre": torch.rand(shape[0], 2, generator=generator)}


class SignedCutDiff(CutDiff):
    """Darken, brighten or tint a smooth elliptic blob of every image.

    Parameters
    ----------
    patch_area, aspect, angle, sigma
        See `CutDiff`.
    red, green, blue : float or pair of floats, optional (default=(-0.6, 0.6))
        What is added to a channel in the middle of the blob, within -1 and 1; a pair
        is drawn from uniformly. Grey images take the mean of the three.

    Notes
    -----
    CutDiff is the case of -1 in every channel. The paper of CutDiff reports that
    ST-SSAD fails on defects that are brighter than their surroundings, which CutDiff
    cannot make. The starts of learning darken and brighten in turn.
    """

    hyperparameters = MappingProxyType({**PATCH_SHAPE, **RGB_SHIFT})

    def __init__(
        self,
        patch_area=(0.02, 0.15),
        aspect=(0.3, 3.3),
        angle=0.0,
        sigma=DSV_SIGMA,
        red=(-0.6, 0.6),
        green=(-0.6, 0.6),
        blue=(-0.6, 0.6),
    ):
        super().__init__(patch_area, aspect, angle, sigma)
        self._set_ranges(red=red, green=green, blue=blue)

    def starts(self, n, side):
        """Return n areas up to 0.1, the odd ones dark and the others bright."""
        return [
            {**shape, **dict.fromkeys(RGB_SHIFT, 0.5 * (-1) ** (i + 1))}
            for i, shape in enumerate(patch_starts(n, side))
        ]

    def apply(self, images, parameters):
        """Add each image's blob, differentiably; see `Augmentation.apply`."""
        added = colour(parameters, images.shape[1])
        return (images + added * self.mask(images.shape, parameters)).clamp(0, 1)
