"""Checking what users pass in as images."""

import os

import numpy as np

from pyod_ssad.images.arrays import ArrayImages, as_array, pieces, to_numpy
from pyod_ssad.images.layouts import ACCEPTED, find_layout
from pyod_ssad.images.paths import PathImages, is_path_sequence

__all__ = ["check_images", "is_path_sequence"]

# What resizing and scaling leave beyond [0, 1]; it vanishes in 8 bits.
ROUNDING = 1e-3


def check_images(X, *, image_shape=None, channels=None, n_channels=None):
    """Check images in any accepted form.

    Parameters
    ----------
    X : array, tensor or sequence of paths
        ``(n, H, W)``, ``(n, H, W, C)`` or ``(n, C, H, W)`` with C in {1, 3},
        uint8 or float in [0, 1]; a sequence of image paths; or ``(n, H * W * C)``
        when `image_shape` is given.
    image_shape : tuple (H, W) or (H, W, C), optional (default=None)
        The shape of one image where X is 2-D.
    channels : {None, "first", "last"}, optional (default=None)
        Where the channels of 4-D arrays are; None finds out.
    n_channels : {None, 1, 3}, optional (default=None)
        The channels that the images must have, those of the images a fitted model was
        trained on; None accepts both. It settles where the channels of arrays
        ``(n, 1, H, 3)`` and ``(n, 3, H, 1)`` are.

    Returns
    -------
    images : ArrayImages or PathImages
        The images, not yet resized; those of paths not yet decoded. Their
        `n_channels` is 1 or 3.

    Raises
    ------
    ValueError
        If X has another form, other values, masked entries or another number of
        channels than wanted, or is empty or ambiguous.
    FileNotFoundError
        If a path does not exist.

    Notes
    -----
    Files are decoded as RGB: a grey file repeats its channel, which shows the same
    picture. With ``n_channels=1`` they are decoded as one channel, and refused if the
    header of one of them says that it has colours (a palette counts as colours).
    Arrays are never converted.
    """
    _check_options(channels, n_channels)
    if hasattr(X, "to_numpy"):
        X = X.to_numpy()
    if isinstance(X, str | os.PathLike):
        raise ValueError(f"Got the single path {X!r}; wanted a list: pass [path].")
    if is_path_sequence(X):
        return PathImages(X, n_channels or 3)
    array = as_array(X)
    shape = tuple(array.shape)
    if not shape or 0 in shape:
        raise ValueError(f"Got no images (shape {shape}); wanted {ACCEPTED}.")
    layout = find_layout(shape, image_shape, channels, n_channels)
    _check_values(array)
    return ArrayImages(array, layout)


def _check_options(channels, n_channels):
    if channels not in (None, "first", "last"):
        raise ValueError(f"channels must be None, 'first' or 'last', got {channels!r}.")
    if n_channels not in (None, 1, 3):
        raise ValueError(f"n_channels must be None, 1 or 3, got {n_channels!r}.")


def _check_values(array):
    dtype = to_numpy(array[:1]).dtype
    if dtype == np.uint8:
        return
    if dtype.kind != "f":
        raise ValueError(
            f"Got dtype {dtype}; wanted uint8 or float in [0, 1]. Convert with "
            "X.astype(np.uint8) if the values are 0 to 255, or divide by the largest "
            "possible value (65535 for 16-bit images)."
        )
    low, high = _value_range(array)
    if not np.isfinite([low, high]).all():
        raise ValueError(
            "Got NaN or infinite pixel values; wanted floats in [0, 1]. Drop or "
            "repair these images, for example with np.nan_to_num."
        )
    if low < -ROUNDING or high > 1 + ROUNDING:
        raise ValueError(
            f"Got float values from {low:.9g} to {high:.9g}; wanted [0, 1]. Divide "
            "by the largest possible value (255 for 8-bit images); standardised data "
            "must be scaled back."
        )


def _value_range(array):
    extremes = [_extremes(to_numpy(array[piece])) for piece in pieces(array)]
    return float(np.min(extremes)), float(np.max(extremes))


def _extremes(values):
    return values.min(), values.max()
