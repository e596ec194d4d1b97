"""Random resized crops, one an image.

torchvision's transforms draw once for all images that they are handed; torch's own
affine grids take one map an image, so a batch is cropped in a single call.
"""

import torch
from torch.nn import functional as F

from pyod_ssad.augmentations.base import (
    Augmentation,
    check_range,
    log_uniform,
    uniform,
)
from pyod_ssad.augmentations.boxes import ASPECT_LIMITS


class Crop(Augmentation):
    """Enlarge a random part of every image to the size of the whole.

    Parameters
    ----------
    area : float or pair of floats, optional (default=(0.08, 1.0))
        The part's fraction of the image area, within 0.001 and 1; a pair is drawn from
        uniformly.
    aspect : float or pair of floats, optional (default=(3 / 4, 4 / 3))
        Width / height of the part, in units of the image's sides; a pair is drawn from
        log-uniformly.

    Notes
    -----
    Area and aspect are drawn as [1]_ does, and pixels are interpolated bilinearly. The
    part lies inside the image, anywhere, and is not rounded to whole pixels, so that
    what is next to its edges shows in the outermost pixels. A side that would be
    longer than the image is cut to it, where torchvision draws again. An area and
    aspect of 1 change nothing.

    References
    ----------
    .. [1] C. Szegedy et al., "Going deeper with convolutions", CVPR 2015, section 6.
    """

    def __init__(self, area=(0.08, 1.0), aspect=(3 / 4, 4 / 3)):
        super().__init__()
        self.area = check_range("area", area, 0.001, 1.0)
        self.aspect = check_range("aspect", aspect, *ASPECT_LIMITS)

    def sample(self, shape, generator=None):
        """Draw a part of each image, in fractions of its sides."""
        area = uniform(shape[0], *self.area, generator)
        aspect = log_uniform(shape[0], *self.aspect, generator)
        height = (area / aspect).sqrt().clamp(max=1)
        width = (area * aspect).sqrt().clamp(max=1)
        return {
            "top": (1 - height) * torch.rand(shape[0], generator=generator),
            "left": (1 - width) * torch.rand(shape[0], generator=generator),
            "height": height,
            "width": width,
        }

    def apply(self, images, parameters):
        """Enlarge each image's part; see `Augmentation.apply`."""
        affine = _to_part(parameters).to(images.dtype)
        grid = F.affine_grid(affine, list(images.shape), align_corners=False)
        enlarged = F.grid_sample(
            images, grid, padding_mode="border", align_corners=False
        )
        # Interpolation weights add up to 1 only to rounding.
        return enlarged.clamp(0, 1)


def _to_part(parameters):
    """Return ``(n, 2, 3)`` maps from the image's sides, [-1, 1], to those of a part."""
    height, width = parameters["height"], parameters["width"]
    zero = torch.zeros_like(height)
    right = 2 * parameters["left"] + width - 1
    down = 2 * parameters["top"] + height - 1
    return torch.stack(
        [
            torch.stack([width, zero, right], dim=1),
            torch.stack([zero, height, down], dim=1),
        ],
        dim=1,
    )
