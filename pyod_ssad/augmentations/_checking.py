"""Checking what an augmentation makes of a batch, whoever wrote it."""

import torch

from pyod_ssad.augmentations._wrapped import WrappedAugmentation


def augment_checked(augmentation, images, generator=None):
    """Augment a batch, and check what comes back.

    Parameters
    ----------
    augmentation : Augmentation
    images : float tensor of shape (n, C, H, W)
        Values in [0, 1].
    generator : torch.Generator, optional (default=None)

    Returns
    -------
    augmented : float tensor of shape (n, C, H, W)

    Raises
    ------
    ValueError
        If it fails, if the result has another shape or dtype, leaves [0, 1] or holds
        NaN, or if the images were changed in place. It names the augmentation.
    """
    before = images.clone()
    try:
        augmented = augmentation(images, generator)
    except Exception as error:
        raise ValueError(
            f"The augmentation {_name(augmentation)} failed on a float tensor of shape "
            f"{tuple(images.shape)} ({type(error).__name__}: {error}). Wanted are "
            "augmented images: mend it, or, if it wants labels as CutMix does, choose "
            "one that takes images alone."
        ) from error
    if problem := _find_problem(images, before, augmented):
        raise ValueError(f"The augmentation {_name(augmentation)} {problem}")
    return augmented


def _find_problem(images, before, augmented):
    """Return what is wrong and how to mend it, or None."""
    if not isinstance(augmented, torch.Tensor):
        return (
            f"returned {type(augmented).__name__}; wanted a torch.Tensor, such as "
            "torch.from_numpy makes."
        )
    if augmented.shape != images.shape:
        return (
            f"returned the shape {tuple(augmented.shape)}; wanted that of the images, "
            f"{tuple(images.shape)}. Leave cropping and resizing out, or undo them."
        )
    if augmented.dtype != images.dtype:
        return (
            f"returned {augmented.dtype}; wanted that of the images, {images.dtype}. "
            "Convert with .to(images.dtype)."
        )
    if not torch.equal(images, before):
        return (
            "changed its input in place; wanted it left as it is. Work on "
            "images.clone()."
        )
    if not augmented.isfinite().all():
        return "returned NaN or infinite values; wanted [0, 1]. It may divide by zero."
    low, high = float(augmented.min()), float(augmented.max())
    if low < 0 or high > 1:
        return (
            f"returned values from {low:.3g} to {high:.3g}; wanted [0, 1]. End with "
            ".clamp(0, 1)."
        )
    return None


def _name(augmentation):
    if isinstance(augmentation, WrappedAugmentation):
        return augmentation.name
    return type(augmentation).__name__
