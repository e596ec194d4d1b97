"""Blur of the whole image, differentiable in its width."""

from types import MappingProxyType

import torch

from pyod_ssad.augmentations._learnable import LearnableAugmentation, LogBounds


class Blur(LearnableAugmentation):
    """Blur every image with a Gaussian.

    Parameters
    ----------
    sigma : float or pair of floats, optional (default=(0.02, 0.06))
        Standard deviation as a fraction of the image's side, within 0.005 and 0.2; a
        pair is drawn from log-uniformly.

    Notes
    -----
    Rows and columns are each multiplied by a matrix whose rows are Gaussians around
    the diagonal that add up to 1; so borders are weighted means of what is there, and
    the result is differentiable in sigma. Below a third of a pixel nothing changes.
    """

    hyperparameters = MappingProxyType({"sigma": LogBounds(0.005, 0.2)})

    def __init__(self, sigma=(0.02, 0.06)):
        super().__init__()
        self._set_ranges(sigma=sigma)

    def starts(self, n, side):
        """Return n standard deviations from 0.02 to 0.1."""
        return [{"sigma": sigma} for sigma in LogBounds(0.02, 0.1).spread(n)]

    def apply(self, images, parameters):
        """Blur each image, differentiably; see `Augmentation.apply`."""
        height, width = images.shape[2:]
        rows = _blur_matrix(height, parameters["sigma"]).to(images.dtype)
        columns = _blur_matrix(width, parameters["sigma"]).to(images.dtype)
        blurred = rows[:, None] @ images @ columns[:, None].transpose(2, 3)
        # Weights add up to 1 only to rounding.
        return blurred.clamp(0, 1)


def _blur_matrix(side, sigma):
    """Return ``(n, side, side)`` weights of the sources, the last axis, of a pixel."""
    place = torch.arange(side, device=sigma.device, dtype=sigma.dtype) / side
    squared = (place[:, None] - place) ** 2
    return torch.softmax(-squared / (2 * sigma[:, None, None] ** 2), dim=2)
