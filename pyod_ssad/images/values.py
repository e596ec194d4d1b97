"""Checking the pixel values of arrays, piece by piece."""

import numpy as np

from pyod_ssad.images.arrays import pieces, to_numpy

# What resizing and scaling leave beyond [0, 1]; it vanishes in 8 bits.
ROUNDING = 1e-3


def check_values(array):
    """Raise unless an array or tensor holds bytes, or floats in [0, 1].

    Raises
    ------
    ValueError
        If it has another dtype, or floats that are not finite or beyond [0, 1].
    """
    dtype = to_numpy(array[:1]).dtype
    if dtype == np.uint8:
        return
    if dtype.kind != "f":
        raise ValueError(
            f"Got dtype {dtype}; wanted uint8 or float in [0, 1]. Convert with "
            ".astype(np.uint8) if the values are 0 to 255, or divide by the largest "
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
            "must be scaled back, so leave a Normalize out of transforms."
        )


def _value_range(array):
    extremes = [_extremes(to_numpy(array[piece])) for piece in pieces(array)]
    return float(np.min(extremes)), float(np.max(extremes))


def _extremes(values):
    return values.min(), values.max()
