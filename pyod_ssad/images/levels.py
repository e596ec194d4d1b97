"""Bringing pixel values in [0, 1] to 8 bits, and back."""

import torch


def to_uint8(images):
    """Round values in [0, 1] to the nearest of 256 levels.

    Parameters
    ----------
    images : floating-point tensor
        Values in [0, 1]; what lies beyond is clipped.

    Returns
    -------
    levels : uint8 tensor of the same shape, on the same device

    Notes
    -----
    The level is ``255 * value``, rounded half to even; types of 16 bits and fewer are
    multiplied in float32.
    """
    wide = images if images.dtype == torch.float64 else images.float()
    return (wide * 255).round_().clamp_(0, 255).to(torch.uint8)


def to_unit(images):
    """Return uint8 images as floats in [0, 1]; others as they are."""
    return images.float() / 255 if images.dtype == torch.uint8 else images
