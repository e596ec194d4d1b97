"""Images in arrays and tensors, converted piece by piece."""

import math

import numpy as np
import torch

from pyod_ssad.images.levels import to_uint8
from pyod_ssad.images.resizing import resize

# Values converted at a time: what loading needs beside the arrays it reads and returns
# is a few times this many bytes, or one image if that has more.
PIECE = 2**22

IN_NUMPY = (torch.float16, torch.float32, torch.float64)


class ArrayImages:
    """Images that are in memory already, in the layout of the user's array.

    Parameters
    ----------
    array : ndarray or tensor
        uint8, or floating-point in [0, 1].
    layout : Layout
        How `array` maps to ``(n, H, W, C)``.
    """

    is_decoded = True

    def __init__(self, array, layout):
        self._array = array
        self._layout = layout

    def __len__(self):
        """Return the number of images."""
        return len(self._array)

    @property
    def n_channels(self):
        """The number of channels, 1 or 3."""
        return self._layout.n_channels

    @property
    def first_sides(self):
        """Height and width of the first image, and of all others."""
        return tuple(self._layout.image_size)

    def load(self, rows, size=None):
        """Return the images of a slice as uint8 ``(n, C, size, size)``.

        With ``size=None`` they keep their own height and width.
        """
        array = self._array[rows]
        shape = self._output_shape(len(array), size)
        loaded = torch.empty(shape, dtype=torch.uint8)
        for piece in pieces(array):
            loaded[piece] = self._convert(array[piece], size)
        return loaded

    def restore(self, nchw):
        """Lay out ``(n, C, H, W)`` values as the user's array was laid out."""
        return self._layout.from_nhwc(nchw.transpose(0, 2, 3, 1))

    def _output_shape(self, n, size):
        height, width = self._layout.image_size if size is None else (size, size)
        return n, self.n_channels, height, width

    def _convert(self, array, size):
        nchw = self._layout.to_nhwc(to_numpy(array)).transpose(0, 3, 1, 2)
        levels = _to_levels(nchw)
        return resize(levels, size)


def as_array(X):
    """Return an ndarray or a tensor that holds what a user passed in.

    Parameters
    ----------
    X : array or tensor
        Also what NumPy can read as an array.

    Raises
    ------
    ValueError
        If X has masked entries.
    """
    if isinstance(X, torch.Tensor):
        return X.detach()
    if isinstance(X, np.ma.MaskedArray) and np.ma.is_masked(X):
        raise ValueError(
            f"Got a masked array with {np.ma.count_masked(X)} masked entries; wanted "
            "a value for every pixel. Fill them in with X.filled(value), or drop "
            "their images."
        )
    return np.asarray(X)


def pieces(array):
    """Return slices of at most `PIECE` values, and of at least one image."""
    step = max(1, PIECE // max(1, math.prod(array.shape[1:])))
    return [slice(i, i + step) for i in range(0, len(array), step)]


def to_numpy(array):
    """Return an array or tensor as an array, in its own memory where possible."""
    if not isinstance(array, torch.Tensor):
        return array
    # NumPy has no bfloat16, nor anything below.
    if array.is_floating_point() and array.dtype not in IN_NUMPY:
        array = array.float()
    return array.cpu().numpy()


def _to_levels(array):
    # Copies: tensors cannot have memory that is read-only, as joblib's workers get it,
    # or reversed, or in another byte order.
    if array.dtype == np.uint8:
        return torch.from_numpy(np.array(array, order="C"))
    dtype = np.float32 if array.dtype.itemsize <= 4 else np.float64
    return to_uint8(torch.from_numpy(np.array(array, dtype=dtype, order="C")))
