"""Rotation of the whole image, differentiable in the angle."""

from types import MappingProxyType

import torch
from torch.nn import functional as F

from pyod_ssad.augmentations._learnable import LearnableAugmentation, Periodic


class Rotation(LearnableAugmentation):
    """Turn every image about its middle.

    Parameters
    ----------
    angle : float or pair of floats, optional (default=(15.0, 345.0))
        Degrees, anticlockwise as one looks at the image; a pair is drawn from
        uniformly.

    Notes
    -----
    Pixels are interpolated bilinearly from the place that turns into theirs [1]_.
    What comes from outside the image is black; [2]_ does not say what it does there.
    Images that are not square turn in pixels, so that shapes are kept.

    References
    ----------
    .. [1] M. Jaderberg, K. Simonyan, A. Zisserman and K. Kavukcuoglu, "Spatial
       transformer networks", NeurIPS 2015.
    .. [2] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023, section 3.2.2.
    """

    hyperparameters = MappingProxyType({"angle": Periodic(360.0)})

    def __init__(self, angle=(15.0, 345.0)):
        super().__init__()
        self._set_ranges(angle=angle)

    def starts(self, n, side):
        """Return n angles, 45, 135, 225 and 315 degrees for four."""
        return [{"angle": angle} for angle in self.hyperparameters["angle"].spread(n)]

    def apply(self, images, parameters):
        """Turn each image, differentiably; see `Augmentation.apply`."""
        affine = _rotation(parameters["angle"], images.shape).to(images.dtype)
        grid = F.affine_grid(affine, list(images.shape), align_corners=False)
        turned = F.grid_sample(images, grid, align_corners=False)
        # Interpolation weights add up to 1 only to rounding.
        return turned.clamp(0, 1)


def _rotation(angle, shape):
    """Return ``(n, 2, 3)`` maps from a pixel's place to that of its source."""
    height, width = shape[2:]
    cosine, sine = torch.deg2rad(angle).cos(), torch.deg2rad(angle).sin()
    zero = torch.zeros_like(cosine)
    return torch.stack(
        [
            torch.stack([cosine, -sine * height / width, zero], dim=1),
            torch.stack([sine * width / height, cosine, zero], dim=1),
        ],
        dim=1,
    )
