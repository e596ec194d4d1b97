"""A differentiable CutPaste: a displaced copy shows through a smooth patch."""

from types import MappingProxyType

import torch

from pyod_ssad.augmentations._learnable import Bounds, LearnableAugmentation
from pyod_ssad.augmentations.cutdiff import PATCH_SHAPE, patch_starts
from pyod_ssad.augmentations.cutpaste import shift
from pyod_ssad.augmentations.ellipses import elliptic_distance


class SoftPatch(LearnableAugmentation):
    """Blend a displaced copy of every image into a smooth patch of it.

    Parameters
    ----------
    patch_area, aspect, angle
        Of the patch, as in `CutDiff`.
    opacity : float or pair of floats, optional (default=(0.7, 1.0))
        How much of the copy shows in the middle of the patch, within 0 and 1; a pair
        is drawn from uniformly.

    Notes
    -----
    The weight of the copy is ``opacity * exp(-(4 u'u)^2)``, where u is the offset
    from the centre in units of the patch's sides as in `CutDiff`: nearly flat inside,
    and 0.37 where the patch ends. Centre and displacement are random, one an image;
    the displacement is between a quarter and three quarters of each side, around the
    edges, so that the copy never covers itself. It is whole pixels and not learned.
    """

    hyperparameters = MappingProxyType({**PATCH_SHAPE, "opacity": Bounds(0.0, 1.0)})

    def __init__(
        self,
        patch_area=(0.02, 0.15),
        aspect=(0.3, 3.3),
        angle=0.0,
        opacity=(0.7, 1.0),
    ):
        super().__init__()
        self._set_ranges(
            patch_area=patch_area, aspect=aspect, angle=angle, opacity=opacity
        )

    def starts(self, n, side):
        """Return n areas up to 0.1 with an opacity of 0.8."""
        return [{**shape, "opacity": 0.8} for shape in patch_starts(n, side)]

    def apply(self, images, parameters):
        """Blend each image's patch, differentiably; see `Augmentation.apply`."""
        moved = shift(images, parameters["down"], parameters["right"])
        return images + self.mask(images.shape, parameters) * (moved - images)

    def mask(self, shape, parameters):
        """Return the weight of the copy, ``(n, 1, H, W)`` in [0, 1]."""
        squared = elliptic_distance(shape, parameters)[:, None]
        return parameters["opacity"][:, None, None, None] * torch.exp(
            -((4 * squared) ** 2)
        )

    def _draw(self, shape, generator):
        n, _, height, width = shape
        displacement = 0.25 + 0.5 * torch.rand(n, 2, generator=generator)
        return {
            "centre": torch.rand(n, 2, generator=generator),
            "down": (displacement[:, 0] * height).long(),
            "right": (displacement[:, 1] * width).long(),
        }
