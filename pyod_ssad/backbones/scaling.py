"""The scale of the images that a network was trained on."""

from functools import partial

import torch

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


def trained_with_scale(network, mean, std):
    """Let a network see images as it saw them in its training.

    An `Encoder` gives images in units of ImageNet's means and standard deviations, as
    torchvision's networks want them. Others, such as many of Google's, want values from
    -1 to 1: of wrongly scaled images, features are still good for something, which
    hides the mistake.

    Parameters
    ----------
    network : torch.nn.Module
        Is changed, and keeps the names of its layers and of its weights.
    mean, std : tuple of three floats
        What was taken from the values in [0, 1] of red, green and blue, and what they
        were divided by then: ``(0.5, 0.5, 0.5)`` both for values from -1 to 1.

    Returns
    -------
    network : torch.nn.Module
        The same.

    Raises
    ------
    ValueError
        If `mean` or `std` are not three numbers, or one of `std` is not positive.

    Examples
    --------
    A backbone whose network wants values from -1 to 1:

    >>> def backbone():
    ...     half = (0.5, 0.5, 0.5)
    ...     return trained_with_scale(SmallCNN(), mean=half, std=half)
    """
    for name, values in (("mean", mean), ("std", std)):
        if len(values) != 3 or (name == "std" and min(values) <= 0):
            raise ValueError(
                f"{name} must be three {'positive ' * (name == 'std')}numbers, for "
                f"red, green and blue in [0, 1], got {values!r}."
            )
    factor = [old / new for old, new in zip(IMAGENET_STD, std, strict=True)]
    shift = [
        (old - new) / by for old, new, by in zip(IMAGENET_MEAN, mean, std, strict=True)
    ]
    network.register_forward_pre_hook(partial(_rescale, factor, shift))
    return network


def _rescale(factor, shift, module, inputs):
    images, *others = inputs
    factor, shift = (
        torch.tensor(v, dtype=images.dtype, device=images.device).view(1, 3, 1, 1)
        for v in (factor, shift)
    )
    return torch.addcmul(shift, images, factor), *others
