"""Images in files, decoded when they are needed."""

import os

import numpy as np
import torch
from torchvision.transforms.v2 import functional as F

from pyod_ssad.images.decoding import is_gray, open_image
from pyod_ssad.images.resizing import resize


class PathImages:
    """Image files, decoded as RGB, or as one channel for a model of grey images.

    Parameters
    ----------
    paths : sequence of paths
    n_channels : {1, 3}, optional (default=3)
        The channels of the decoded images. Grey files repeat their one channel where
        it is 3; colour files are refused where it is 1.

    Raises
    ------
    FileNotFoundError
        If a path does not exist.
    ValueError
        If `n_channels` is 1 and a file has colours, or cannot be opened.
    """

    is_decoded = False

    def __init__(self, paths, n_channels=3):
        self.n_channels = n_channels
        self._paths = [os.fspath(path) for path in paths]
        _check_existence(self._paths)
        if n_channels == 1:
            _check_gray(self._paths)

    def __len__(self):
        """Return the number of images."""
        return len(self._paths)

    def load(self, rows, size):
        """Return the images of a slice as uint8 ``(n, n_channels, size, size)``."""
        paths = self._paths[rows]
        shape = (len(paths), self.n_channels, size, size)
        loaded = torch.empty(shape, dtype=torch.uint8)
        for row, path in zip(loaded, paths, strict=True):
            row[...] = self._decode(path, size)
        return loaded

    def restore(self, nchw):
        """Return ``(n, H, W, C)``: paths have no layout of their own."""
        return nchw.transpose(0, 2, 3, 1)

    def _decode(self, path, size):
        picture = open_image(path).convert("L" if self.n_channels == 1 else "RGB")
        return resize(F.pil_to_tensor(picture), size)


def is_path_sequence(X):
    """Say whether X is a list, tuple or array of paths."""
    if isinstance(X, np.ndarray) and X.dtype.kind not in "OUS":
        return False
    if not isinstance(X, list | tuple | np.ndarray):
        return False
    return len(X) > 0 and all(isinstance(x, str | os.PathLike) for x in X)


def _check_existence(paths):
    missing = [path for path in paths if not os.path.isfile(path)]
    if missing:
        raise FileNotFoundError(
            f"{len(missing)} of {len(paths)} image files do not exist, the first is "
            f"{missing[0]!r}. Check the folder, or the working directory if the paths "
            "are relative."
        )


def _check_gray(paths):
    colour = [path for path in paths if not is_gray(path)]
    if colour:
        raise ValueError(
            f"{len(colour)} of {len(paths)} image files have colours, the first is "
            f"{colour[0]!r}; the model was trained on images with 1 channel. Convert "
            "the files with PIL.Image.open(path).convert('L'), or train on colours."
        )
