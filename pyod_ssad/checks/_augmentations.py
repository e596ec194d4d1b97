"""Checks of what every augmentation promises.

Of functions and torchvision's transforms it is not known whether they draw anything:
that draws differ is not checked of them. A function may draw for the whole batch, so
that what an image becomes depends on the others; that is not checked either.
"""

import copy

import torch

from pyod_ssad.augmentations._wrapped import FunctionAugmentation, WrappedAugmentation
from pyod_ssad.checks._asserting import require


def check_keeps_shape_and_range_and_the_input(augmentation):
    """Grey and colour batches that are not square keep shape, dtype and range."""
    for channels in (1, 3):
        images = _batch(channels=channels)
        before = images.clone()
        augmented = augmentation(images, _generator())
        require(
            augmented.shape == images.shape and augmented.dtype == images.dtype,
            f"Got shape {tuple(augmented.shape)} and {augmented.dtype}; wanted those "
            f"of the input, {tuple(images.shape)} and {images.dtype}.",
        )
        low, high = float(augmented.min()), float(augmented.max())
        require(
            low >= 0 and high <= 1,
            f"Got values from {low:g} to {high:g}; wanted [0, 1]: clamp(0, 1) them.",
        )
        require(torch.equal(images, before), "apply has changed its input in place.")


def check_changes_every_image_by_its_own_draw(augmentation):
    """Copies of one image change, and not all alike if anything is drawn."""
    images = _batch(1).expand(16, -1, -1, -1)
    augmented = augmentation(images, _generator())
    same = int((augmented == images).flatten(1).all(dim=1).sum())
    require(same == 0, f"{same} of 16 images were not changed.")
    require(
        not _is_drawn(augmentation, images) or len(torch.unique(augmented, dim=0)) > 1,
        "16 copies of an image were changed alike; wanted a draw for each: sample "
        "returns tensors whose first axis is the batch.",
    )


def check_a_draw_can_be_replayed(augmentation):
    """`apply` is a function of images and draw, which `forward` does both of."""
    images = _batch()
    parameters = augmentation.sample(images.shape, _generator())
    expected = augmentation(images, _generator())
    for _ in range(2):
        require(
            torch.equal(augmentation.apply(images, parameters), expected),
            "apply is no pure function of the images and what sample has drawn.",
        )


def check_a_draw_belongs_to_its_image(augmentation):
    """The last image, alone with its part of the draw, changes as it did before."""
    if _holds(augmentation, FunctionAugmentation):
        return
    images = _batch()
    parameters = augmentation.sample(images.shape, _generator())
    expected = augmentation.apply(images, parameters)[-1:]
    last = augmentation.apply(images[-1:], _take(parameters, slice(-1, None)))
    require(
        torch.allclose(last, expected, atol=1e-6),
        "An image's augmentation depends on the others of its batch.",
    )


def check_the_generator_decides(augmentation):
    """Equal generators draw the same; torch's global one is not touched."""
    before = torch.get_rng_state()
    images = _batch()
    first, second, third = (augmentation(images, _generator(s)) for s in (0, 0, 1))
    require(
        torch.equal(torch.get_rng_state(), before),
        "torch's global generator was used; hand the given one to every draw.",
    )
    require(torch.equal(first, second), "Equal generators drew something else.")
    require(
        not _is_drawn(augmentation, images) or not torch.equal(first, third),
        "Another generator drew the same.",
    )


def check_a_copy_does_the_same(augmentation):
    """Detectors copy augmentations."""
    images = _batch()
    require(
        torch.equal(
            copy.deepcopy(augmentation)(images, _generator()),
            augmentation(images, _generator()),
        ),
        "A deep copy does something else.",
    )


def _is_drawn(augmentation, images):
    """Say whether an augmentation is known to draw anything."""
    if _holds(augmentation, WrappedAugmentation):
        return False
    draws = [augmentation.sample(images.shape, _generator(seed)) for seed in (0, 1)]
    # A flip of every image has a draw that is always the same.
    return any(
        len(torch.unique(torch.cat(pair), dim=0)) > 1
        for pair in zip(*map(_tensors, draws), strict=True)
    )


def _holds(augmentation, cls):
    """Say whether it is of a class, or made of what is."""
    return any(isinstance(part, cls) for part in augmentation.modules())


def _tensors(parameters):
    if isinstance(parameters, dict):
        return [tensor for part in parameters.values() for tensor in _tensors(part)]
    return [parameters]


def _generator(seed=0):
    return torch.Generator().manual_seed(seed)


def _batch(n=16, channels=3, height=40, width=32):
    return torch.rand(n, channels, height, width, generator=_generator(9))


def _take(parameters, rows):
    if isinstance(parameters, dict):
        return {name: _take(value, rows) for name, value in parameters.items()}
    return parameters[rows]
