"""What layers return -> one row of values at each position of an image."""

from math import isqrt

import torch

MAX_PREFIX = 9
"""Tokens in front of an image's own: a class token or two and registers."""


class LayerError(ValueError):
    """A layer does not give features."""


def by_position(output, image_shape, is_normed, named):
    """Return the values of images at each position.

    Parameters
    ----------
    output : tensor
        Of a layer: ``(n, d, h, w)``, ``(n, h, w, d)``, ``(n, tokens, d)`` or
        ``(n, d)``.
    image_shape : tuple of int
        Height and width of the images in pixels.
    is_normed : bool
        Whether the network holds layer norms, so that its channels may be last.
    named : str
        The layer, for messages.

    Returns
    -------
    values : float32 tensor of shape (n, d, positions) or (n, d)

    Raises
    ------
    LayerError
        If the output is none of these.
    """
    _check(output, named)
    if output.ndim == 2:
        return output.float()
    if output.ndim == 3:
        return _patches(output, image_shape, named).transpose(1, 2).float()
    if is_channels_last(output.shape, image_shape, is_normed, named):
        output = output.permute(0, 3, 1, 2)
    return output.flatten(2).float()


def _check(output, named):
    if not isinstance(output, torch.Tensor):
        raise LayerError(
            f"{named} returns {type(output).__name__}; wanted one tensor {SHAPES}. "
            "Name a layer inside or after it that returns one tensor."
        )
    shape = tuple(output.shape)
    if output.ndim not in (2, 3, 4) or 0 in shape[1:] or not output.is_floating_point():
        raise LayerError(
            f"{named} returns the shape {shape} of {output.dtype}; wanted a float "
            f"tensor {SHAPES}. Name another layer."
        )


SHAPES = "(n, d, h, w), (n, h, w, d), (n, tokens, d) or (n, d)"


def is_channels_last(shape, image_shape, is_normed, named):
    """Say whether a map is ``(n, h, w, d)``: it has the images' aspect ratio.

    Raises
    ------
    LayerError
        If that cannot be told, in a network with layer norms. Others have their
        channels first.
    """
    height, width = image_shape
    _, a, b, c = shape
    last, first = a * width == b * height, b * width == c * height
    if last == first and is_normed:
        raise LayerError(
            f"{named} returns the shape {tuple(shape)} for images of {height} x "
            f"{width} pixels; wanted a shape that tells which axis holds the channels. "
            "Use square images of another image_size, or name another layer."
        )
    return last and not first


def _patches(tokens, image_shape, named):
    """Return the tokens that are patches of a square image: the last g * g."""
    n_tokens = tokens.shape[1]
    n_patches = isqrt(n_tokens) ** 2
    is_square = image_shape[0] == image_shape[1]
    if not is_square or n_tokens - n_patches > MAX_PREFIX:
        raise LayerError(
            f"{named} returns {n_tokens} tokens for images of {image_shape[0]} x "
            f"{image_shape[1]} pixels; wanted square images and a square number of "
            f"tokens after at most {MAX_PREFIX} for class and registers. Resize the "
            "images, or name another layer."
        )
    return tokens[:, n_tokens - n_patches :]
