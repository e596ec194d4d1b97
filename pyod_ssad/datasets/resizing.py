"""Resizing images and masks to one square size."""

import numpy as np
from PIL import Image

from pyod_ssad.images.decoding import is_gray, open_image, open_mask


def are_gray(images):
    """Whether all images, an array or a list of paths, have one channel.

    Of files, `pyod_ssad.images.decoding.is_gray` says so.
    """
    if isinstance(images, np.ndarray):
        return images.ndim == 3
    return all(is_gray(path) for path in images)


def resize_images(images, size, *, grayscale):
    """Decode and resize images with antialiasing.

    Parameters
    ----------
    images : ndarray of uint8 or list of path
        `(n, H, W)`, `(n, H, W, 3)`, or image files, which are decoded as
        `pyod_ssad.images.decoding.open_image` says.
    size : int
        Side of the results in pixels.
    grayscale : bool
        Whether the results have one channel, else three.

    Returns
    -------
    ndarray of uint8, shape (n, size, size) or (n, size, size, 3)
    """
    mode = "L" if grayscale else "RGB"
    shape = (size, size) if grayscale else (size, size, 3)
    resized = np.empty((len(images), *shape), dtype=np.uint8)
    for row, image in zip(resized, images, strict=True):
        picture = _as_picture(image).convert(mode)
        # Pillow's bilinear filter widens with the reduction, so it antialiases.
        row[...] = picture.resize((size, size), Image.Resampling.BILINEAR)
    return resized


def resize_masks(masks, size):
    """Resize masks; a pixel is set when any part of it was covered.

    Parameters
    ----------
    masks : ndarray of bool, shape (n, H, W), or list of path or None
        None stands for an empty mask; in files, a pixel is set where any channel is
        not 0.
    size : int
        Side of the results in pixels.

    Returns
    -------
    ndarray of bool, shape (n, size, size)
    """
    resized = np.zeros((len(masks), size, size), dtype=bool)
    for row, mask in zip(resized, masks, strict=True):
        if mask is not None:
            row[...] = _any_coverage(_as_mask(mask), size)
    return resized


def _any_coverage(mask, size):
    # In floats: the mean over a box that holds one set pixel must not round to 0.
    covered = Image.fromarray(mask.astype(np.float32))
    return np.asarray(covered.resize((size, size), Image.Resampling.BOX)) > 0


def _as_mask(mask):
    return mask != 0 if isinstance(mask, np.ndarray) else open_mask(mask)


def _as_picture(image):
    return (
        Image.fromarray(image) if isinstance(image, np.ndarray) else open_image(image)
    )
