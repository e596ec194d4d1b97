"""Decoding image files and resizing images and masks to one square size."""

import numpy as np
from PIL import Image

GRAY_MODES = ("1", "L", "LA", "I", "I;16", "I;16B")


def open_image(path):
    """Open an image file; an unreadable one is a ValueError that names it."""
    try:
        image = Image.open(path)
        image.load()
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise _unreadable(path, error) from error
    return _to_eight_bit(image)


def are_gray(images):
    """Whether all images, an array or a list of paths, have one channel."""
    if isinstance(images, np.ndarray):
        return images.ndim == 3
    return all(_mode(path) in GRAY_MODES for path in images)


def resize_images(images, size, *, grayscale):
    """Decode and resize images with antialiasing.

    Parameters
    ----------
    images : ndarray of uint8 or list of path
        `(n, H, W)`, `(n, H, W, 3)`, or image files.
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
        None stands for an empty mask; in files, every value but 0 is set.
    size : int
        Side of the results in pixels.

    Returns
    -------
    ndarray of bool, shape (n, size, size)
    """
    resized = np.zeros((len(masks), size, size), dtype=bool)
    for row, mask in zip(resized, masks, strict=True):
        if mask is not None:
            row[...] = _any_coverage(_as_picture(mask), size)
    return resized


def _any_coverage(mask, size):
    # In floats: the mean over a box that holds one set pixel must not round to 0.
    covered = Image.fromarray((np.asarray(mask.convert("L")) > 0).astype(np.float32))
    return np.asarray(covered.resize((size, size), Image.Resampling.BOX)) > 0


def _as_picture(image):
    if not isinstance(image, np.ndarray):
        return open_image(image)
    return Image.fromarray(image.astype(np.uint8) if image.dtype == bool else image)


def _mode(path):
    try:
        with Image.open(path) as image:
            return image.mode
    except (OSError, SyntaxError, Image.DecompressionBombError) as error:
        raise _unreadable(path, error) from error


def _to_eight_bit(image):
    if not image.mode.startswith("I"):
        return image
    # Pillow's own conversion clips 16-bit values at 255 instead of scaling them.
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))


def _unreadable(path, error):
    return ValueError(
        f"Cannot read {path} as an image ({error}). It is damaged or no image: "
        "replace the file or remove it."
    )
