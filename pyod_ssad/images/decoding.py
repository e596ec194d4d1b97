"""Decoding image files, the same way for detectors and data sets."""

import numpy as np
from PIL import Image, ImageOps

UNREADABLE = (OSError, SyntaxError, Image.DecompressionBombError)


def open_image(path):
    """Open an image file, upright and with 8 bits a channel.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    image : PIL.Image.Image
        Turned as its EXIF orientation says; 16-bit grey levels keep their upper 8
        bits.

    Raises
    ------
    ValueError
        If the file cannot be decoded, or holds floating-point values; it names the
        file.
    """
    try:
        image = Image.open(path)
        image.load()
    except UNREADABLE as error:
        raise _unreadable(path, error) from error
    if image.mode == "F":
        raise _unreadable(path, "it holds floating-point values of unknown range")
    return ImageOps.exif_transpose(_to_eight_bit(image))


def image_mode(path):
    """Return Pillow's mode of an image file without decoding it."""
    try:
        with Image.open(path) as image:
            return image.mode
    except UNREADABLE as error:
        raise _unreadable(path, error) from error


def _to_eight_bit(image):
    if not image.mode.startswith("I"):
        return image
    # Pillow's own conversion clips 16-bit values at 255 instead of scaling them.
    return Image.fromarray((np.asarray(image) >> 8).astype(np.uint8))


def _unreadable(path, error):
    return ValueError(
        f"Cannot read {path} as an image ({error}). It is damaged or no image: "
        "replace the file, convert it to PNG, JPEG or BMP, or remove it."
    )
