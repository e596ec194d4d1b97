"""Decoding image files and PIL images, the same way for detectors and data sets."""

import os

import numpy as np
from PIL import Image, ImageOps

UNREADABLE = (OSError, SyntaxError, Image.DecompressionBombError)

GRAY_MODES = ("1", "L", "LA", "I", "I;16", "I;16B", "I;16L", "I;16N")

# Pillow maps uncompressed ones that it gets by name into memory, and then scrambles
# those that are to be turned by 90 degrees.
MAPPED = ("TIFF",)

# The first level beyond 12 bits.
FAINT = 4096


def open_image(path):
    """Open an image file, upright and with 8 bits a channel.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    image : PIL.Image.Image
        Of mode "L" where the file is grey, else "RGB".

    Raises
    ------
    ValueError
        If the file cannot be decoded, holds floating-point values, grey levels beyond
        0 to 65535, or 16-bit levels that are all below 4096; it names the file.

    Notes
    -----
    - The image is turned as its EXIF orientation says.
    - 16-bit levels keep their upper 8 bits: 65535 becomes 255. A file with 16 bits a
      channel and levels of 12 bits or fewer would keep at most 16 levels, and nothing
      in it tells whether it is dark or wants scaling; scaling each file by its own
      maximum would make the brightness of files incomparable. So it is refused,
      unless it is grey and black all over.
    - Transparent pixels are laid over black, so that colours hidden under them vanish.
    - Palettes become their colours, CMYK and other colour spaces what Pillow's
      conversion to RGB makes of them, without colour profiles; 1-bit pixels become 0
      and 255.
    - Of files with several pages or frames, the first is read.
    """
    image, is_deep = _open_upright(path)
    return _to_8_bits(path, image, is_deep)


def convert_image(image, is_kept=True):
    """Bring a PIL image to 8 bits a channel, as `open_image` does a file.

    Parameters
    ----------
    image : PIL.Image.Image
    is_kept : bool, optional (default=True)
        Whether it stays as it is: one that was opened from a file and not yet decoded
        is then decoded from that file again, so that a list of such images never
        holds the pixels of more than one. If False, it is decoded in place where
        Pillow is safe to do so, by which Pillow closes a file of one frame.

    Returns
    -------
    image : PIL.Image.Image
        Of mode "L" where the image is grey, else "RGB".

    Raises
    ------
    ValueError
        As `open_image`, and if the image has no pixels.
    """
    if 0 in image.size:
        raise ValueError(
            f"Got a PIL image without pixels (size {image.size}); drop it."
        )
    if _is_undecoded_file(image) and (is_kept or image.format in MAPPED):
        return open_image(image.filename)
    name = getattr(image, "filename", "") or "The PIL image"
    is_deep = _is_deep(image)
    try:
        upright = ImageOps.exif_transpose(image)
    except UNREADABLE as error:
        raise _unreadable(name, error) from error
    return _to_8_bits(name, upright, is_deep)


def open_mask(path):
    """Open a mask file: a pixel is set where any channel is not 0.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    mask : ndarray of bool, shape (H, W)
        Turned as the file's EXIF orientation says. Transparent pixels are not set.

    Raises
    ------
    ValueError
        If the file cannot be decoded, or holds floating-point values, levels beyond 0
        to 65535, or colours whose 16-bit levels are all below 4096; it names the file.
    """
    image, is_deep = _open_upright(path)
    if image.mode.startswith("I"):
        return _read_levels(path, image) > 0
    _refuse_floats(path, image)
    values = np.asarray(_flatten(path, image, is_deep))
    return values.reshape(*values.shape[:2], -1).any(axis=2)


def is_gray(path):
    """Say whether an image file has one channel, without decoding it.

    Files with a palette count as having colours, and so do grey ones with 16 bits and
    transparency, which Pillow opens as colours.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    bool

    Raises
    ------
    ValueError
        If the file cannot be opened; it names the file.
    """
    try:
        with Image.open(path) as image:
            return image.mode in GRAY_MODES
    except UNREADABLE as error:
        raise _unreadable(path, error) from error


def _open_upright(path):
    """Return the decoded image, and whether a channel has 16 bits in the file."""
    try:
        # From an open file, because of those that are `MAPPED` by name.
        with open(path, "rb") as file, Image.open(file) as image:
            is_deep = _is_deep(image)
            image.load()
            upright = ImageOps.exif_transpose(image)
    except UNREADABLE as error:
        raise _unreadable(path, error) from error
    return upright, is_deep


def _is_undecoded_file(image):
    """Say whether a PIL image is the first frame of a file that was only opened."""
    # Pillow empties the list of tiles when it decodes them.
    is_open = bool(getattr(image, "tile", None)) and image.tell() == 0
    return is_open and os.path.isfile(getattr(image, "filename", ""))


def _is_deep(image):
    """Say whether a channel of an undecoded image has 16 bits."""
    # Pillow reads 16-bit colours as 8-bit ones; only this tells them apart.
    return ";16" in str(getattr(image, "tile", ""))


def _to_8_bits(name, image, is_deep):
    """Return a decoded image as grey or RGB with 8 bits a channel."""
    _refuse_floats(name, image)
    if image.mode.startswith("I"):
        levels = _read_levels(name, image)
        _check_depth(name, levels.max())
        return Image.fromarray((levels >> 8).astype(np.uint8))
    return _flatten(name, image, is_deep)


def _refuse_floats(name, image):
    if image.mode == "F":
        raise ValueError(
            f"{name} holds floating-point values of unknown range (mode F). Scale all "
            "images by one factor to 0 to 255 and convert them to 8 bits."
        )


def _read_levels(path, image):
    """Return the levels of an integer image, 0 where it is transparent."""
    levels = np.asarray(image)
    low, high = levels.min(), levels.max()
    if low < 0 or high > 65535:
        raise ValueError(
            f"{path} holds grey levels from {low} to {high}; wanted 0 to 65535. Scale "
            "all files by one factor and save them with 8 or 16 bits."
        )
    return np.where(levels == image.info.get("transparency", -1), 0, levels)


def _flatten(path, image, is_deep):
    """Return an 8-bit image as grey or RGB, laid over black where transparent."""
    mode = "L" if image.mode in GRAY_MODES else "RGB"
    if image.has_transparency_data:
        image = image.convert("RGBA")
        black = Image.new("RGBA", image.size, "black")
        image = Image.alpha_composite(black, image)
    image = image.convert(mode)
    if is_deep:
        # The lower 8 bits are lost: this is the largest level that may have been.
        _check_depth(path, 256 * np.max(image.getextrema()) + 255)
    return image


def _check_depth(path, largest):
    if 0 < largest < FAINT:
        raise ValueError(
            f"{path} has room for 16-bit levels, but holds none above {largest}, so "
            f"that 8 bits would keep at most {largest // 256 + 1} of them. Multiply "
            "the levels of all files by one factor (16 where the camera has 12 bits, "
            "64 where it has 10), or save 8-bit levels as 8-bit files."
        )


def _unreadable(path, error):
    return ValueError(
        f"Cannot read {path} as an image ({error}). It is damaged or no image: "
        "replace the file, convert it to PNG, JPEG or BMP, or remove it."
    )
