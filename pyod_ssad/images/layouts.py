"""Where the rows, columns and channels of a user's array are."""

import operator

import numpy as np

ARRAYS = (
    "(n, H, W), (n, H, W, C) or (n, C, H, W) with C in {1, 3}, uint8 or float in "
    "[0, 1], or (n, features) with image_shape=(H, W[, C])"
)
ITEM = "(H, W), (H, W, C) or (C, H, W) with C in {1, 3}"
ACCEPTED = (
    f"an array {ARRAYS}; a folder, a glob pattern or paths of image files; or a list, "
    f"data set or generator of PIL images or of arrays {ITEM}"
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
            f"Got images with {_count(layout.n_channels)} (shape {shape}); "
            f"the model was trained on {_count(n_channels)}. {_mend(shape, layout)}"
        )
    return layout


def find_item_layout(shape, image_shape=None, channels=None, n_channels=None):
    """Find out how one image of a list, data set or generator is laid out.

    Parameters
    ----------
    shape : tuple of int
        The shape of the image alone.
    image_shape, channels
        As in `check_images`.
    n_channels : {None, 1, 3}, optional (default=None)
        Settles where the channels are; images with others are not refused.

    Returns
    -------
    layout : Layout

    Raises
    ------
    ValueError
        If the shape is not that of an image, or ambiguous.
    """
    if 0 in shape:
        raise ValueError(f"Got an image without pixels (shape {shape}); drop it.")
    if len(shape) == 1 and image_shape is not None:
        return Layout(shape, _flat_image_shape(shape[0], image_shape))
    if len(shape) == 2:
        _refuse_row_of_image(shape)
        return Layout(shape, (*shape, 1))
    if len(shape) == 3:
        return _layout_with_channels(shape, shape, channels, n_channels, ITEM)
    mend = (
        "It may be a batch: yield its images one by one, as in (image for batch in "
        "batches for image in batch)."
        if len(shape) > 3
        else "Pass whole images, and image_shape=(H, W[, C]) if they are flat."
    )
    raise ValueError(f"Got an image of shape {shape}; wanted {ITEM}. {mend}")


def decoded_layout(nhwc_shape, channels=None):
    """Return the layout of images that have none of their own.

    Parameters
    ----------
    nhwc_shape : tuple (H, W, C)
    channels : {None, "first", "last"}, optional (default=None)
        None is last.

    Returns
    -------
    layout : Layout
    """
    if channels == "first":
        height, width, n_channels = nhwc_shape
        return ChannelsFirst((n_channels, height, width))
    return Layout(nhwc_shape, nhwc_shape)


def _find_layout(shape, image_shape, channels, n_channels):
    item = shape[1:]
    if len(shape) == 2:
        return Layout(item, _flat_image_shape(item[0], image_shape))
    if len(shape) == 3:
        if item[1] in (1, 3):
            raise ValueError(
                f"Got shape {shape}, which looks like one image and not like "
                f"(n, H, W); pass X[None] for a single image. Wanted {ARRAYS}."
            )
        return Layout(item, (*item, 1))
    if len(shape) == 4:
        return _layout_with_channels(item, shape, channels, n_channels, ARRAYS)
    raise ValueError(f"Got {len(shape)}-D images of shape {shape}; wanted {ARRAYS}.")


def _refuse_row_of_image(shape):
    if shape[1] in (1, 3):
        raise ValueError(
            f"Got an image of shape {shape}, which looks like a row of pixels of one "
            f"image; wanted {ITEM}. Pass [image] for a single image."
        )


def _layout_with_channels(item, shape, channels, n_channels, wanted):
    if _channels_first(shape, channels, n_channels, wanted):
        return ChannelsFirst(item)
    return Layout(item, item)


def _flat_image_shape(n_features, image_shape):
    if image_shape is None:
        raise ValueError(
            f"Got 2-D data with {n_features} features; wanted {ARRAYS}. Pass "
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


def _channels_first(shape, channels, n_channels, wanted):
    first, last = shape[-3] in (1, 3), shape[-1] in (1, 3)
    if channels is not None:
        if not (first if channels == "first" else last):
            raise ValueError(
                f"Got shape {shape} with channels={channels!r}, but that axis does "
                "not have 1 or 3 entries."
            )
        return channels == "first"
    if first and last:
        if n_channels is not None and shape[-3] != shape[-1]:
            return shape[-3] == n_channels
        raise ValueError(
            f"Got shape {shape}, where the channels may be first or last. "
            "Say which with channels='first' or channels='last'."
        )
    if not (first or last):
        raise ValueError(
            f"Got shape {shape}, without an axis of 1 or 3 channels; wanted {wanted}."
            f"{_mend_alpha(shape)}"
        )
    return first


def _mend_alpha(shape):
    if 4 not in (shape[-3], shape[-1]):
        return ""
    which = "[..., :3]" if shape[-1] == 4 else "[..., :3, :, :]"
    return (
        f" If the fourth channel is transparency, drop it with {which}, or pass PIL "
        "images or files, whose transparent pixels are read as black."
    )


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
