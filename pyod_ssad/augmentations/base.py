"""What every augmentation is: a draw of parameters, apart from a pure transform."""

import torch
from torch import nn


class Augmentation(nn.Module):
    """A batched augmentation that draws its parameters anew for every image.

    Subclasses write `sample` and `apply`. Calling the module does both. Draws are
    made on the CPU and moved afterwards, so that a seed means the same everywhere.
    """

    def sample(self, shape, generator=None):
        """Draw one set of parameters an image.

        Parameters
        ----------
        shape : tuple (n, C, H, W)
            The shape of the batch.
        generator : torch.Generator, optional (default=None)
            A CPU generator; None uses torch's global one.

        Returns
        -------
        parameters : dict of str to torch.Tensor
            Tensors whose first axis has length n, on the CPU.
        """
        raise NotImplementedError

    def apply(self, images, parameters):
        """Transform images by parameters that were drawn before.

        Parameters
        ----------
        images : torch.Tensor of shape (n, C, H, W)
            Values in [0, 1].
        parameters : dict of str to torch.Tensor
            What `sample` returned, on the device of the images.

        Returns
        -------
        augmented : torch.Tensor of shape (n, C, H, W)
            Values in [0, 1]; the input is not changed.
        """
        raise NotImplementedError

    def forward(self, images, generator=None):
        """Draw parameters and apply them."""
        parameters = self.sample(images.shape, generator)
        return self.apply(images, to_device(parameters, images.device))


def to_device(parameters, device):
    """Move a draw, nested or flat, to a device."""
    if isinstance(parameters, dict):
        return {name: to_device(value, device) for name, value in parameters.items()}
    return parameters.to(device, non_blocking=True)


def check_range(name, value, low, high):
    """Check a strength: one number, or a pair to draw from.

    Returns
    -------
    range : tuple of two floats
        ``(value, value)`` for one number.

    Raises
    ------
    ValueError
        If it is neither, not ordered, or outside ``[low, high]``.
    """
    try:
        first, last = (value, value) if _is_number(value) else value
        first, last = float(first), float(last)
    except (TypeError, ValueError):
        first = last = float("nan")
    if not low <= first <= last <= high:
        raise ValueError(
            f"{name} must be a number or a pair (low, high) within "
            f"[{low:g}, {high:g}], got {value!r}."
        )
    return first, last


def check_number(name, value, low, high):
    """Check one number.

    Raises
    ------
    ValueError
        If it is no number, or outside ``[low, high]``.
    """
    if not _is_number(value) or not low <= value <= high:
        raise ValueError(
            f"{name} must be a number within [{low:g}, {high:g}], got {value!r}."
        )
    return float(value)


def _is_number(value):
    return isinstance(value, int | float) or getattr(value, "ndim", None) == 0


def uniform(n, low, high, generator):
    """Draw n values uniformly from [low, high)."""
    return low + (high - low) * torch.rand(n, generator=generator)


def log_uniform(n, low, high, generator):
    """Draw n values whose logarithm is uniform between those of low and high."""
    if low == high:
        return torch.full((n,), low)
    return low * (high / low) ** torch.rand(n, generator=generator)


def random_integers(counts, generator):
    """Draw one integer from ``[0, count)`` for every count."""
    draws = torch.rand(counts.shape, generator=generator, dtype=torch.float64)
    return (draws * counts).long()
