"""Images that come one by one, from lists, data sets and generators."""

import os
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image

from pyod_ssad.images.arrays import ArrayImages, as_array
from pyod_ssad.images.decoding import convert_image
from pyod_ssad.images.layouts import (
    ITEM,
    ChannelsFirst,
    decoded_layout,
    find_item_layout,
)
from pyod_ssad.images.resizing import resize_picture
from pyod_ssad.images.values import check_values

PATH, PICTURE, ARRAY = "a path", "a PIL image", "an array or tensor"


def without_labels(items):
    """Yield images, of tuples ``(image, label, ...)`` the first entry."""
    for item in items:
        yield item[0] if isinstance(item, tuple) and item else item


def of_one_kind(items):
    """Yield pairs of an image's kind and the image.

    Parameters
    ----------
    items : iterable
        Paths, PIL images or arrays.

    Yields
    ------
    kind : {PATH, PICTURE, ARRAY}
    item : object

    Raises
    ------
    ValueError
        At the first item that is no image, or of another kind than those before.
    """
    first = None
    for i, item in enumerate(items):
        kind = _kind_of(item)
        if kind is None:
            raise ValueError(
                f"Image {i} is of type {type(item).__name__}; wanted a path, a PIL "
                f"image or an array {ITEM}, or a tuple that begins with one. Convert "
                "it with np.asarray if it holds pixels."
            )
        first = first or kind
        if kind != first:
            raise ValueError(
                f"Image {i} is {kind} and image 0 {first}; wanted one kind. Open "
                "files with PIL.Image.open, or pass the kinds apart."
            )
        yield kind, item


@dataclass(frozen=True)
class ItemReader:
    """Reads images one by one and keeps them small.

    Parameters
    ----------
    size, image_shape, channels, n_channels
        As in `check_images`.
    """

    size: int | None = None
    image_shape: tuple | None = None
    channels: str | None = None
    n_channels: int | None = None

    def read(self, position, item, is_kept=True):
        """Return one image.

        Parameters
        ----------
        position : int
            What errors call the image.
        item : PIL image or array
        is_kept : bool, optional (default=True)
            Whether the user has it still; see `convert_image`.

        Returns
        -------
        levels : uint8 tensor of shape (C, size, size)
            C is 1 for grey images, but for a model of colours, else 3.

        Raises
        ------
        ValueError
            If the image is not as wanted.
        """
        try:
            if isinstance(item, Image.Image):
                return self._read_picture(item, is_kept)
            return self._read_array(as_array(item))
        except ValueError as error:
            raise ValueError(f"Image {position}: {error}") from error

    def stack(self, images):
        """Join what `read` has returned; grey ones among colours become colours.

        Parameters
        ----------
        images : list of tensor

        Returns
        -------
        images : uint8 ndarray of shape (n, size, size, C)
            Channels come first with ``channels="first"``.
        """
        n_channels = self.n_channels or max(len(image) for image in images)
        images = [image.expand(n_channels, -1, -1) for image in images]
        nhwc = torch.stack(images).permute(0, 2, 3, 1).numpy()
        return decoded_layout(nhwc.shape[1:], self.channels).from_nhwc(nhwc)

    def _read_picture(self, image, is_kept):
        picture = convert_image(image, is_kept)
        if self.n_channels == 1 and picture.mode != "L":
            raise ValueError(
                f"Got a PIL image with colours (mode {image.mode}); the model was "
                "trained on images with 1 channel. Convert it with "
                "image.convert('L'), or train on colours."
            )
        n_channels = self.n_channels or (1 if picture.mode == "L" else 3)
        return resize_picture(picture, n_channels, self.size)

    def _read_array(self, array):
        shape = tuple(array.shape)
        layout = find_item_layout(
            shape, self.image_shape, self.channels, self.n_channels
        )
        if self.n_channels == 1 and layout.n_channels == 3:
            axis = 0 if isinstance(layout, ChannelsFirst) else -1
            raise ValueError(
                f"Got an image with 3 channels (shape {shape}); the model was trained "
                "on images with 1 channel. Convert it with skimage.color.rgb2gray("
                f"image, channel_axis={axis}), or train on colours."
            )
        check_values(array[None])
        return ArrayImages(array[None], layout).load(slice(None), self.size)[0]


def _kind_of(item):
    if isinstance(item, str | os.PathLike):
        return PATH
    if isinstance(item, Image.Image):
        return PICTURE
    if isinstance(item, np.ndarray | torch.Tensor):
        return ARRAY
    return ARRAY if hasattr(item, "__array__") and hasattr(item, "shape") else None
