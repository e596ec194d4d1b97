"""Where the rows, columns and channels of a user's array are."""

import operator

import numpy as np

ACCEPTED = (
    "(n, H, W), (n, H, W, C) or (n, C, H, W) with C in {1, 3}, uint8 or float in "
    "[0, 1]; a sequence of image paths; or (n, features) with image_shape=(H, W[, C])"
)


class Layout:
    """How one user's array maps to ``(n, H, W, C)`` and back."""

    def __init__(self, item_shape, nhwc_shape):
        self._item_shape = item_shape
        self._nhwc_shape = nhwc_shape

    @property
    def n_channels(self):
        """The number of channels, 1 or 3."""
        return self._nhwc_shape[-1]

    @property
    def image_size(self):
        """Height and width of the images."""
        return self._nhwc_shape[:2]

    def to_nhwc(self, array):
        """Return a view ``(n, H, W, C)`` of images in the user's layout."""
        return array.reshape(len(array), *self._nhwc_shape)

    def from_nhwc(self, array):
        """Return images ``(n, H, W, C)`` in the user's layout."""
        return array.reshape(len(array), *self._item_shape)


class ChannelsFirst(Layout):
    """The layout ``(n, C, H, W)``."""

    def __init__(self, item_shape):
        channels, height, width = item_shape
        super().__init__(item_shape, (height, width, channels))

    def to_nhwc(self, array):
        """Return a view ``(n, H, W, C)`` of images in the user's layout."""
        return array.transpose(0, 2, 3, 1)

    def from_nhwc(self, array):
        """Return images ``(n, H, W, C)`` in the user's layout."""
        return array.transpose(0, 3, 1, 2)


def find_layout(shape, image_shape=None, channels=None, n_channels=None):
    """Find out how an array of images is laid out.

    Parameters
    ----------
    shape : tuple of int
        The shape of the array, the number of images first.
    image_shape, channels, n_channels
        As in `check_images`.

    Returns
    -------
    layout : Layout

    Raises
    ------
    ValueError
        If the shape is not that of images, or ambiguous, or the images do not have
        `n_channels` channels.
    """
    layout = _find_layout(shape, image_shape, channels, n_channels)
    if n_channels not in (None, layout.n_channels):
        raise ValueError(
            f"Got images with {_count(layout.n_channels)} (shape {shape}); the model "
            f"was trained on {_count(n_channels)}. {_mend(shape, layout)}"
        )
    return layout


def _find_layout(shape, image_shape, channels, n_channels):
    item = shape[1:]
    if len(shape) == 2:
        return Layout(item, _flat_image_shape(item[0], image_shape))
    if len(shape) == 3:
        if item[1] in (1, 3):
            raise ValueError(
                f"Got shape {shape}, which looks like one image and not like "
                f"(n, H, W); pass X[None] for a single image. Wanted {ACCEPTED}."
            )
        return Layout(item, (*item, 1))
    if len(shape) == 4:
        if _channels_first(shape, channels, n_channels):
            return ChannelsFirst(item)
        return Layout(item, item)
    raise ValueError(f"Got {len(shape)}-D images of shape {shape}; wanted {ACCEPTED}.")


def _flat_image_shape(n_features, image_shape):
    if image_shape is None:
        raise ValueError(
            f"Got 2-D data with {n_features} features; wanted {ACCEPTED}. Pass "
            "image_shape=(H, W) or (H, W, C) so that rows can be read as images."
        )
    shape = as_sides(image_shape)
    if len(shape) == 2:
        shape = (*shape, 1)
    is_image = len(shape) == 3 and min(shape) > 0 and shape[2] in (1, 3)
    if not is_image or np.prod(shape) != n_features:
        raise ValueError(
            f"image_shape={image_shape!r} does not fit rows of {n_features} features; "
            "wanted (H, W) or (H, W, C) with C in {1, 3} and H * W * C = features."
        )
    return shape


def as_sides(image_shape):
    """Return a shape as a tuple of integers; an empty one where it is none."""
    try:
        return tuple(operator.index(side) for side in image_shape)
    except TypeError:
        return ()


def _channels_first(shape, channels, n_channels):
    first, last = shape[1] in (1, 3), shape[3] in (1, 3)
    if channels is not None:
        if not (first if channels == "first" else last):
            raise ValueError(
                f"Got shape {shape} with channels={channels!r}, but that axis does "
                "not have 1 or 3 entries."
            )
        return channels == "first"
    if first and last:
        if n_channels is not None and shape[1] != shape[3]:
            return shape[1] == n_channels
        raise ValueError(
            f"Got shape {shape}, where the channels may be first or last. "
            "Say which with channels='first' or channels='last'."
        )
    if not (first or last):
        raise ValueError(
            f"Got shape {shape}, without an axis of 1 or 3 channels; wanted {ACCEPTED}."
        )
    return first


def _count(n_channels):
    return "1 channel" if n_channels == 1 else f"{n_channels} channels"


def _mend(shape, layout):
    if len(shape) == 2:
        return "Pass the image_shape that the rows of the training data had."
    axis = 1 if isinstance(layout, ChannelsFirst) else -1
    if layout.n_channels == 3:
        return f"Convert to grey: skimage.color.rgb2gray(X, channel_axis={axis})."
    if len(shape) == 4:
        return f"Repeat the channel: np.repeat(X, 3, axis={axis})."
    repeat = "np.repeat(X[..., None], 3, axis=-1)"
    if shape[0] == 3:
        return f"Pass X[None] if X is one colour image; if it is 3 grey ones, {repeat}."
    return f"Repeat the channel: {repeat}."
