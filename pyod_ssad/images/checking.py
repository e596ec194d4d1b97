"""Checking what users pass in as images."""

from pyod_ssad.images.arrays import ArrayImages
from pyod_ssad.images.collecting import are_paths, collect_images
from pyod_ssad.images.layouts import ACCEPTED, find_layout
from pyod_ssad.images.paths import PathImages
from pyod_ssad.images.values import check_values


def check_images(X, *, size=None, image_shape=None, channels=None, n_channels=None):
    """Check images in any accepted form.

    Parameters
    ----------
    X : images
        One of:

        - an array or tensor, ``(n, H, W)``, ``(n, H, W, C)`` or ``(n, C, H, W)`` with
          C in {1, 3}, uint8 or float in [0, 1]; or ``(n, H * W * C)`` when
          `image_shape` is given;
        - a folder or a glob pattern, a string or path, see
          `pyod_ssad.images.list_images`;
        - paths of image files: a list, tuple, array, Series, or a DataFrame of one
          column;
        - PIL images or arrays ``(H, W)``, ``(H, W, C)`` or ``(C, H, W)``, of any
          sizes, in a list, tuple or Series;
        - a data set (what has ``__len__`` and ``__getitem__``, or ``__iter__``, such
          as a `torch.utils.data.Dataset`), a generator or another iterator of paths,
          PIL images or arrays. Of tuples ``(image, label, ...)`` the first entry is
          read. Iterators are read once, to their end.
    size : int, optional (default=None)
        The height and width to which images of lists, data sets and generators are
        resized while they are read; None keeps their own, which must be the same.
    image_shape : tuple (H, W) or (H, W, C), optional (default=None)
        The shape of one image where X is 2-D.
    channels : {None, "first", "last"}, optional (default=None)
        Where the channels of 4-D arrays, and of 3-D ones in lists, are; None finds
        out.
    n_channels : {None, 1, 3}, optional (default=None)
        The channels that the images must have, those of the images a fitted model was
        trained on; None accepts both. It settles where the channels of arrays
        ``(n, 1, H, 3)`` and ``(n, 3, H, 1)`` are.

    Returns
    -------
    images : ArrayImages or PathImages
        The images; those of paths not yet decoded, arrays and tensors not yet
        resized. Their `n_channels` is 1 or 3.

    Raises
    ------
    ValueError
        If X has another form, other values, masked entries or another number of
        channels than wanted, or is empty or ambiguous. Of an image in a list, data
        set or generator, the message has the position.
    FileNotFoundError
        If a path does not exist, or a pattern matches no file.

    Notes
    -----
    How much is in memory: files are decoded when they are loaded; images of lists,
    data sets and generators are resized one by one as they are read, and kept as
    uint8. So one image at full size is held while the next is read, beside what the
    user holds.

    Grey and colour:

    - One array or tensor has the channels that it has, and is never converted.
    - Files, and what lists, data sets and generators hold, have one channel if all
      are grey. Among colours, or with ``n_channels=3``, grey ones repeat their
      channel, which shows the same picture. With ``n_channels=1`` they are refused if
      one of them has colours. A file or PIL image has colours if its format says so,
      also where all are shades of grey; a palette counts as colours. Of files this is
      read without decoding them.

    Files and PIL images are turned upright, their transparent pixels become black,
    16-bit levels keep their upper 8 bits, palettes and CMYK become RGB: see
    `pyod_ssad.images.decoding.open_image`. Arrays with a fourth channel, or with
    integers of more than 8 bits, are refused, since nothing says what they mean.

    Images of other proportions than 1:1 are squeezed.
    """
    _check_options(channels, n_channels)
    options = {
        "image_shape": image_shape,
        "channels": channels,
        "n_channels": n_channels,
    }
    X = collect_images(X, size=size, **options)
    if are_paths(X):
        return PathImages(X, n_channels, channels)
    shape = tuple(X.shape)
    if not shape or 0 in shape:
        raise ValueError(f"Got no images (shape {shape}); wanted {ACCEPTED}.")
    layout = find_layout(shape, **options)
    check_values(X)
    return ArrayImages(X, layout)


def _check_options(channels, n_channels):
    if channels not in (None, "first", "last"):
        raise ValueError(f"channels must be None, 'first' or 'last', got {channels!r}.")
    if n_channels not in (None, 1, 3):
        raise ValueError(f"n_channels must be None, 1 or 3, got {n_channels!r}.")
