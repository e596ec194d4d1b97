"""CutDiff: a smooth dark blob, differentiable in its shape."""

import math

import torch

from pyod_ssad.augmentations.base import (
    Augmentation,
    check_number,
    check_range,
    log_uniform,
    uniform,
)
from pyod_ssad.augmentations.boxes import check_patch

DSV_SIGMA = math.sqrt(0.1)
ST_SSAD_SIGMA = math.sqrt(0.5)


class CutDiff(Augmentation):
    """Darken a smooth elliptic blob of every image.

    Parameters
    ----------
    patch_area : float or pair of floats, optional (default=(0.02, 0.15))
        The patch's fraction of the image area; a pair is drawn from log-uniformly.
    aspect : float or pair of floats, optional (default=(0.3, 3.3))
        Width / height of the patch; a pair is drawn from log-uniformly.
    angle : float or pair of floats, optional (default=0.0)
        Rotation of the patch in degrees, from the rows towards the columns; a pair
        is drawn from uniformly.
    sigma : float, optional (default=sqrt(0.1))
        Standard deviation of the blob in units of the patch's sides. The default is
        that of [1]_; ``sqrt(0.5)`` gives Algorithm 2 of [2]_.

    Notes
    -----
    A pixel at offset d from the centre, in fractions of the image's sides, has
    ``u = diag(1 / w, 1 / h) R(angle)' d`` with ``w = sqrt(area * aspect)`` and
    ``h = sqrt(area / aspect)``, and loses ``exp(-u'u / (2 sigma^2))``; the result is
    clipped to [0, 1]. The centre is uniform over the image, one an image; the code
    of [1]_ draws one for the whole batch. The blob can only darken.

    References
    ----------
    .. [1] J. Yoo, Y. Zhao, L. Zhao and L. Akoglu, "DSV: An alignment validation loss
       for self-supervised outlier model selection", ECML PKDD 2023.
    .. [2] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023, Algorithm 2.
    """

    def __init__(
        self, patch_area=(0.02, 0.15), aspect=(0.3, 3.3), angle=0.0, sigma=DSV_SIGMA
    ):
        super().__init__()
        self.patch_area, self.aspect = check_patch(patch_area, aspect)
        self.angle = check_range("angle", angle, -360.0, 360.0)
        self.sigma = check_number("sigma", sigma, 1e-3, 10.0)

    def sample(self, shape, generator=None):
        """Draw a shape and a centre an image; see `Augmentation.sample`."""
        n = shape[0]
        return {
            "patch_area": log_uniform(n, *self.patch_area, generator),
            "aspect": log_uniform(n, *self.aspect, generator),
            "angle": uniform(n, *self.angle, generator),
            "centre": torch.rand(n, 2, generator=generator),
        }

    def apply(self, images, parameters):
        """Darken each image's blob, differentiably; see `Augmentation.apply`."""
        return (images - self.mask(images.shape, parameters)).clamp(0, 1)

    def mask(self, shape, parameters):
        """Return what each pixel loses, ``(n, 1, H, W)`` in [0, 1]."""
        x, y = _offsets(shape, parameters["centre"])
        angle = torch.deg2rad(parameters["angle"])[:, None, None]
        along = x * angle.cos() + y * angle.sin()
        across = y * angle.cos() - x * angle.sin()
        area = parameters["patch_area"][:, None, None]
        aspect = parameters["aspect"][:, None, None]
        squared = (along**2 / aspect + across**2 * aspect) / area
        return torch.exp(-squared / (2 * self.sigma**2))[:, None]


def _offsets(shape, centre):
    """Return each pixel's offset from the centres, in fractions of the sides."""
    height, width = shape[2:]
    options = {"device": centre.device, "dtype": centre.dtype}
    x = (torch.arange(width, **options) + 0.5) / width
    y = (torch.arange(height, **options) + 0.5) / height
    return (x - centre[:, :1])[:, None, :], (y - centre[:, 1:])[:, :, None]
