"""From scores of patches to maps of images."""

from math import isqrt

import numpy as np
import torch
from scipy.ndimage import gaussian_filter
from torch.nn import functional as F

SMOOTHING = 1 / 64
"""The least standard deviation of the Gaussian that smooths, as a share of the side."""


def draw_maps(scores, image_size, shape, margin=0.0):
    """Return smooth maps of the scores of patches.

    Parameters
    ----------
    scores : ndarray of shape (n, g * g)
    image_size : int
        Side of the images that the network has seen.
    shape : tuple of int
        Height and width of the maps.
    margin : float, optional (default=0.0)
        Pixels at each side of the image that the grid leaves out; they get what is
        nearest.

    Returns
    -------
    maps : float32 ndarray of shape (n, height, width)

    Notes
    -----
    Scores are brought to `image_size` by bilinear interpolation, smoothed by a
    Gaussian, and brought to `shape`. Its sigma is half the distance of two patches, and
    at least 4 at 256 pixels, as usual.
    """
    side = isqrt(scores.shape[1])
    grids = scores.reshape(-1, side, side).astype(np.float32)
    inner = image_size - round(2 * margin)
    before = (image_size - inner) // 2
    around = (before, image_size - inner - before)
    maps = resize_maps(grids, (inner, inner))
    maps = np.pad(maps, ((0, 0), around, around), mode="edge")
    sigma = max(SMOOTHING * image_size, inner / side / 2)
    smooth = [gaussian_filter(m, sigma) for m in maps]
    return resize_maps(np.stack(smooth), shape)


def resize_maps(maps, shape):
    """Bring maps ``(n, h, w)`` to a height and width, with antialiasing."""
    if maps.shape[1:] == tuple(shape):
        return maps
    stacked = torch.from_numpy(maps)[:, None]
    return F.interpolate(stacked, size=tuple(shape), mode="bilinear", antialias=True)[
        :, 0
    ].numpy()
