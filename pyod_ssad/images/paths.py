"""Images in files, decoded when they are needed."""

import os

import torch
from PIL import Image

from pyod_ssad.images.decoding import is_gray, open_image
from pyod_ssad.images.files import describe_missing
from pyod_ssad.images.layouts import decoded_layout
from pyod_ssad.images.resizing import resize_picture


class PathImages:
    """Image files, decoded as RGB, or as one channel where all are grey.

    Parameters
    ----------
    paths : sequence of paths
    n_channels : {None, 1, 3}, optional (default=None)
        The channels of the decoded images. Grey files repeat their one channel where
        it is 3; colour files are refused where it is 1. None is 1 where all files are
        grey, else 3.
    channels : {None, "first", "last"}, optional (default=None)
        Where `restore` puts the channels; None is last.

    Raises
    ------
    FileNotFoundError
        If a path does not exist.
    ValueError
        If `n_channels` is 1 and a file has colours; and if it is not 3 and a file
        cannot be opened.
    """

    is_decoded = False

    def __init__(self, paths, n_channels=None, channels=None):
        self._channels = channels
        self._paths = [os.fspath(path) for path in paths]
        _check_existence(self._paths)
        if n_channels == 1:
            _check_gray(self._paths)
        self.n_channels = n_channels or (1 if all(map(is_gray, self._paths)) else 3)

    def __len__(self):
        """Return the number of images."""
        return len(self._paths)

    @property
    def first_sides(self):
        """Height and width of the first image in its file, which is not decoded."""
        with Image.open(self._paths[0]) as image:
            return image.height, image.width

    def load(self, rows, size):
        """Return the images of a slice as uint8 ``(n, n_channels, size, size)``."""
        paths = self._paths[rows]
        shape = (len(paths), self.n_channels, size, size)
        loaded = torch.empty(shape, dtype=torch.uint8)
        for row, path in zip(loaded, paths, strict=True):
            row[...] = resize_picture(open_image(path), self.n_channels, size)
        return loaded

    def restore(self, nchw):
        """Return ``(n, H, W, C)``: paths have no layout but the detector's."""
        nhwc = nchw.transpose(0, 2, 3, 1)
        return decoded_layout(nhwc.shape[1:], self._channels).from_nhwc(nhwc)


def _check_existence(paths):
    missing = [path for path in paths if not os.path.isfile(path)]
    if not missing:
        return
    first = missing[0]
    if os.path.isdir(first):
        raise ValueError(
            f"{first!r} is a folder in a list of paths; wanted image files. Pass one "
            "folder by itself, as fit('folder'), or a pattern such as "
            f"{os.path.join(first, '*.png')!r}."
        )
    raise FileNotFoundError(
        f"{len(missing)} of {len(paths)} image files do not exist. The first: "
        f"{describe_missing(first)}"
    )


def _check_gray(paths):
    colour = [path for path in paths if not is_gray(path)]
    if colour:
        raise ValueError(
            f"{len(colour)} of {len(paths)} image files have colours, the first is "
            f"{colour[0]!r}; the model was trained on images with 1 channel. Convert "
            "the files with PIL.Image.open(path).convert('L'), or train on colours."
        )
