"""Bringing images of every form into an array of pixels or of paths."""

import os
from collections.abc import Mapping, Set

import numpy as np
import torch
from PIL import Image
from torch.utils.data import DataLoader

from pyod_ssad.images.arrays import as_array
from pyod_ssad.images.files import list_images
from pyod_ssad.images.items import PATH, ItemReader, of_one_kind, without_labels
from pyod_ssad.images.layouts import ACCEPTED


def collect_images(X, **options):
    """Return images in a form that can be read again.

    Parameters
    ----------
    X : images
        In any form that `pyod_ssad.images.checking.check_images` accepts.
    **options
        Of `pyod_ssad.images.items.ItemReader`.

    Returns
    -------
    images : ndarray or tensor
        Arrays and tensors as they are; paths, also those of a folder or a pattern, as
        an array of strings with dtype object; other images resized, as uint8
        ``(n, size, size, C)``.

    Raises
    ------
    ValueError
        If X is none of these, or an image of a list, data set or generator is not as
        wanted.
    FileNotFoundError
        If a folder does not exist, or a pattern matches nothing.
    """
    if isinstance(X, str | os.PathLike):
        return _as_paths(list_images(X))
    X = _untable(X)
    if _is_pixels(X):
        return as_array(X)
    reader, kept, kind = ItemReader(**options), [], None
    is_kept = isinstance(X, list | tuple | np.ndarray)
    for kind, item in of_one_kind(without_labels(_iterate(X))):
        kept.append(item if kind == PATH else reader.read(len(kept), item, is_kept))
    if not kept:
        raise ValueError(
            f"Got no images (an empty {type(X).__name__}); wanted {ACCEPTED}. A "
            "generator can be read once only: make a new one, or pass a list."
        )
    return _as_paths(kept) if kind == PATH else reader.stack(kept)


def is_one_array(X):
    """Say whether X is one array or tensor of pixels, or a table of them."""
    return _is_pixels(X.to_numpy() if hasattr(X, "to_numpy") else X)


def are_paths(array):
    """Say whether what `collect_images` has returned are paths."""
    return isinstance(array, np.ndarray) and array.dtype == object and array.ndim == 1


def _as_paths(paths):
    paths = [os.path.expanduser(os.fspath(path)) for path in paths]
    return np.array(paths, dtype=object)


def _is_pixels(X):
    if isinstance(X, np.ndarray):
        return not _is_column(X)
    if isinstance(X, Image.Image):
        return False
    return isinstance(X, torch.Tensor) or (
        hasattr(X, "__array__") and hasattr(X, "shape")
    )


def _is_column(X):
    """Say whether an array holds one object or string a row."""
    is_flat = X.ndim == 1 or (X.ndim == 2 and X.shape[1] == 1)
    return X.dtype.kind in "OUT" and is_flat


def _untable(X):
    """Return what a Series or DataFrame holds, and anything else as it is."""
    is_table = hasattr(X, "to_numpy")
    values = X.to_numpy() if is_table else X
    if isinstance(values, np.ndarray) and values.dtype.kind in "OUT":
        _check_one_column(values, list(getattr(X, "columns", ())) if is_table else [])
    return values


def _check_one_column(X, names):
    if _is_column(X):
        return
    column = f"table[{names[0]!r}]" if names else "X[:, 0]"
    raise ValueError(
        f"Got a table of shape {X.shape} and dtype {X.dtype}"
        f"{f' with columns {names}' if names else ''}; wanted numbers, or one column "
        f"of paths or images. Pass that column, such as {column}, or convert pixels "
        "with .astype(np.uint8)."
    )


def _iterate(X):
    """Return an iterator over the images of a list, data set or generator."""
    _refuse_lookalikes(X)
    if isinstance(X, np.ndarray):
        return iter(X.ravel())
    if hasattr(X, "__iter__"):
        return iter(X)
    if hasattr(X, "__getitem__") and hasattr(X, "__len__"):
        # By index: the data sets of torch need not end with an IndexError.
        return (X[i] for i in range(len(X)))
    raise ValueError(f"Got {type(X).__name__}; wanted {ACCEPTED}.")


def _refuse_lookalikes(X):
    """Refuse what can be iterated, but not over images in an order of theirs."""
    if isinstance(X, DataLoader):
        raise ValueError(
            "Got a DataLoader; wanted its images one by one and in order. Pass "
            "loader.dataset; labels are ignored."
        )
    if isinstance(X, Image.Image):
        raise ValueError("Got a single PIL image; wanted several: pass [image].")
    if isinstance(X, Mapping | Set | bytes):
        raise ValueError(
            f"Got an object of type {type(X).__name__}; wanted {ACCEPTED}. Pass the "
            "images in a list, as list(X.values()) or sorted(X)."
        )
