"""Checking what users pass in as images, and turning it into uint8 tensors."""

import operator
import os

import numpy as np
import torch
from torchvision.transforms.v2 import functional as F

from pyod_ssad.images.decoding import open_image

ACCEPTED = (
    "(n, H, W), (n, H, W, C) or (n, C, H, W) with C in {1, 3}, uint8 or float in "
    "[0, 1]; a sequence of image paths; or (n, features) with image_shape=(H, W[, C])"
)

# What resizing and scaling leave beyond [0, 1]; it vanishes in 8 bits.
ROUNDING = 1e-3


def check_images(X, *, image_shape=None, channels=None):
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

    Returns
    -------
    images : ArrayImages or PathImages
        The images, not yet resized; those of paths not yet decoded.

    Raises
    ------
    ValueError
        If X has another form, other values, or is empty or ambiguous.
    FileNotFoundError
        If a path does not exist.
    """
    if channels not in (None, "first", "last"):
        raise ValueError(f"channels must be None, 'first' or 'last', got {channels!r}.")
    if hasattr(X, "to_numpy"):
        X = X.to_numpy()
    if isinstance(X, str | os.PathLike):
        raise ValueError(f"Got the single path {X!r}; wanted a list: pass [path].")
    if is_path_sequence(X):
        return PathImages(X)
    array = _as_array(X)
    if array.size == 0 or array.ndim == 0:
        raise ValueError(f"Got no images (shape {array.shape}); wanted {ACCEPTED}.")
    _check_values(array)
    return ArrayImages(array, _to_nhwc_axes(array.shape, image_shape, channels))


class ArrayImages:
    """Images that are in memory already, in the layout of the user's array."""

    is_decoded = True

    def __init__(self, array, layout):
        self._array = array
        self._layout = layout

    def __len__(self):
        """Return the number of images."""
        return len(self._array)

    def load(self, rows, size=None):
        """Return the images of a slice as uint8 ``(n, C, size, size)``.

        With ``size=None`` they keep their own height and width.
        """
        nhwc = self._layout.to_nhwc(self._array[rows])
        if nhwc.dtype != np.uint8:
            nhwc = np.rint(nhwc * 255).astype(np.uint8)
        # A copy: tensors cannot have memory that is read-only, as joblib's workers get
        # it, or reversed.
        nchw = torch.from_numpy(np.array(nhwc.transpose(0, 3, 1, 2), order="C"))
        return nchw if size is None else _resize(nchw, size)

    def restore(self, nchw):
        """Lay out ``(n, C, H, W)`` values as the user's array was laid out."""
        return self._layout.from_nhwc(nchw.transpose(0, 2, 3, 1))


class PathImages:
    """Image files, decoded as RGB only when they are needed."""

    is_decoded = False

    def __init__(self, paths):
        self._paths = [os.fspath(path) for path in paths]
        missing = [path for path in self._paths if not os.path.isfile(path)]
        if missing:
            raise FileNotFoundError(
                f"{len(missing)} of {len(self._paths)} image files do not exist, the "
                f"first is {missing[0]!r}. Check the folder, or the working directory "
                "if the paths are relative."
            )

    def __len__(self):
        """Return the number of images."""
        return len(self._paths)

    def load(self, rows, size):
        """Return the images of a slice as uint8 ``(n, 3, size, size)``."""
        return torch.stack([_decode(path, size) for path in self._paths[rows]])

    def restore(self, nchw):
        """Return ``(n, H, W, 3)``: paths have no layout of their own."""
        return nchw.transpose(0, 2, 3, 1)


class _Layout:
    """How one user's array maps to ``(n, H, W, C)`` and back."""

    def __init__(self, item_shape, nhwc_shape, channels_first):
        self._item_shape = item_shape
        self._nhwc_shape = nhwc_shape
        self._channels_first = channels_first

    def to_nhwc(self, array):
        if self._channels_first:
            return array.transpose(0, 2, 3, 1)
        return array.reshape(len(array), *self._nhwc_shape)

    def from_nhwc(self, array):
        if self._channels_first:
            return array.transpose(0, 3, 1, 2)
        return array.reshape(len(array), *self._item_shape)


def _to_nhwc_axes(shape, image_shape, channels):
    item = tuple(shape[1:])
    if len(shape) == 2:
        nhwc = _flat_image_shape(item[0], image_shape)
        return _Layout(item, nhwc, channels_first=False)
    if len(shape) == 3:
        if item[1] in (1, 3):
            raise ValueError(
                f"Got shape {shape}, which looks like one image and not like "
                f"(n, H, W); pass X[None] for a single image. Wanted {ACCEPTED}."
            )
        return _Layout(item, (*item, 1), channels_first=False)
    if len(shape) == 4:
        if _channels_first(shape, channels):
            return _Layout(item, None, channels_first=True)
        return _Layout(item, item, channels_first=False)
    raise ValueError(f"Got {len(shape)}-D images of shape {shape}; wanted {ACCEPTED}.")


def _flat_image_shape(n_features, image_shape):
    if image_shape is None:
        raise ValueError(
            f"Got 2-D data with {n_features} features; wanted {ACCEPTED}. Pass "
            "image_shape=(H, W) or (H, W, C) so that rows can be read as images."
        )
    shape = _as_sides(image_shape)
    if len(shape) == 2:
        shape = (*shape, 1)
    is_image = len(shape) == 3 and min(shape) > 0 and shape[2] in (1, 3)
    if not is_image or np.prod(shape) != n_features:
        raise ValueError(
            f"image_shape={image_shape!r} does not fit rows of {n_features} features; "
            "wanted (H, W) or (H, W, C) with C in {1, 3} and H * W * C = features."
        )
    return shape


def _as_sides(image_shape):
    try:
        return tuple(operator.index(side) for side in image_shape)
    except TypeError:
        return ()


def _channels_first(shape, channels):
    first, last = shape[1] in (1, 3), shape[3] in (1, 3)
    if channels is not None:
        if not (first if channels == "first" else last):
            raise ValueError(
                f"Got shape {shape} with channels={channels!r}, but that axis does "
                "not have 1 or 3 entries."
            )
        return channels == "first"
    if first and last:
        raise ValueError(
            f"Got shape {shape}, where the channels may be first or last. "
            "Say which with channels='first' or channels='last'."
        )
    if not (first or last):
        raise ValueError(
            f"Got shape {shape}, without an axis of 1 or 3 channels; wanted {ACCEPTED}."
        )
    return first


def is_path_sequence(X):
    """Say whether X is a list, tuple or array of paths."""
    if isinstance(X, np.ndarray) and X.dtype.kind not in "OUS":
        return False
    if not isinstance(X, list | tuple | np.ndarray):
        return False
    return len(X) > 0 and all(isinstance(x, str | os.PathLike) for x in X)


def _as_array(X):
    if isinstance(X, torch.Tensor):
        X = X.detach().cpu()
        return (X.float() if X.is_floating_point() else X).numpy()
    if isinstance(X, np.ndarray):
        return X
    if hasattr(X, "__array__") and hasattr(X, "shape"):
        return np.asarray(X)
    if isinstance(X, list | tuple) and len(X) == 0:
        raise ValueError(f"Got no images (an empty sequence); wanted {ACCEPTED}.")
    raise ValueError(
        f"Got {type(X).__name__}; wanted {ACCEPTED}. Images in a list can be "
        "joined with np.stack."
    )


def _check_values(array):
    if array.dtype == np.uint8:
        return
    if array.dtype.kind != "f":
        raise ValueError(
            f"Got dtype {array.dtype}; wanted uint8 or float in [0, 1]. Convert with "
            "X.astype(np.uint8) if the values are 0 to 255, or divide by the largest "
            "possible value (65535 for 16-bit images)."
        )
    low, high = float(array.min()), float(array.max())
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


def _resize(nchw, size):
    if nchw.shape[-2:] == (size, size):
        return nchw
    return F.resize(nchw, [size, size], antialias=True)


def _decode(path, size):
    return _resize(F.pil_to_tensor(open_image(path).convert("RGB")), size)
