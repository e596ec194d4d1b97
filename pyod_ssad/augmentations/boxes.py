"""Axis-aligned boxes: the geometry that CutOut, CutAvg and CutPaste share."""

import torch

from pyod_ssad.augmentations.base import check_range, log_uniform, random_integers

SMALLEST_AREA = 1e-6
ASPECT_LIMITS = (1e-3, 1e3)


def check_patch(patch_area, aspect):
    """Check an area fraction and an aspect ratio, each a number or a pair.

    Returns
    -------
    patch_area, aspect : tuples of two floats

    Raises
    ------
    ValueError
        If the area is not within (0, 1] or the aspect not positive.
    """
    return (
        check_range("patch_area", patch_area, SMALLEST_AREA, 1.0),
        check_range("aspect", aspect, *ASPECT_LIMITS),
    )


def sample_sides(shape, patch_area, aspect, generator):
    """Draw the height and width of one box an image, in pixels.

    Parameters
    ----------
    shape : tuple (n, C, H, W)
    patch_area, aspect : tuples (low, high)
        Area as a fraction of the image's, width / height; both log-uniform.
    generator : torch.Generator

    Returns
    -------
    height, width : int64 tensors of shape (n,)
        At least one pixel, at most the image.
    """
    n, _, image_height, image_width = shape
    area = log_uniform(n, *patch_area, generator)
    ratio = log_uniform(n, *aspect, generator)
    height = (image_height * (area / ratio).sqrt()).round().long()
    width = (image_width * (area * ratio).sqrt()).round().long()
    return height.clamp(1, image_height), width.clamp(1, image_width)


def sample_box(shape, patch_area, aspect, generator):
    """Draw one box an image, anywhere inside it.

    Returns
    -------
    box : dict of int64 tensors of shape (n,)
        ``top``, ``left``, ``height``, ``width``, in pixels.
    """
    height, width = sample_sides(shape, patch_area, aspect, generator)
    top = random_integers(shape[2] - height + 1, generator)
    left = random_integers(shape[3] - width + 1, generator)
    return {"top": top, "left": left, "height": height, "width": width}


def box_mask(shape, box):
    """Return a bool mask ``(n, 1, H, W)`` that is true inside each image's box."""
    rows = _inside(shape[2], box["top"], box["height"])
    columns = _inside(shape[3], box["left"], box["width"])
    return rows[:, None, :, None] & columns[:, None, None, :]


def _inside(length, start, extent):
    position = torch.arange(length, device=start.device)
    return (position >= start[:, None]) & (position < (start + extent)[:, None])
