"""Checks of augmentations that gradient descent can tune."""

import pickle

import torch

from pyod_ssad.augmentations._learnable import BoundAugmentation
from pyod_ssad.checks._asserting import require

SIDE = 8


def check_gradients_are_those_of_the_transform(augmentation):
    """The gradient of every hyperparameter agrees with differences, and is there."""
    images = _mid_grey()
    for seed in range(3):
        values = _drawn_values(augmentation, seed)
        leaves = tuple(_leaf(value) for value in values.values())

        def apply(*tensors, names=tuple(values)):
            bound = BoundAugmentation(
                augmentation, dict(zip(names, tensors, strict=True))
            )
            return bound(images, _generator())

        require(
            torch.autograd.gradcheck(apply, leaves, raise_exception=False),
            f"The gradients at {values} differ from finite differences.",
        )
        total = apply(*leaves).square().sum()
        for name, gradient in zip(
            values, torch.autograd.grad(total, leaves, allow_unused=True), strict=True
        ):
            require(gradient is not None, f"{name} is not used by apply.")


def check_tuned_and_fixed_use_are_the_same(augmentation):
    """`fixed_at` a value does what learning at this value does."""
    images, values = _mid_grey(), _drawn_values(augmentation, 0)
    fixed = augmentation.fixed_at(values)
    tensors = {name: torch.tensor(value) for name, value in values.items()}
    bound = BoundAugmentation(fixed, tensors)
    require(
        torch.equal(fixed(images, _generator()), bound(images, _generator())),
        "fixed_at(values) and learning at these values do not agree.",
    )


def check_fixing_changes_a_copy_only(augmentation):
    """`fixed_at` leaves the augmentation as it was, and can be pickled."""
    before = {
        name: getattr(augmentation, name) for name in augmentation.hyperparameters
    }
    values = _drawn_values(augmentation, 0)
    fixed = pickle.loads(pickle.dumps(augmentation.fixed_at(values)))
    for name, value in values.items():
        require(
            getattr(fixed, name) == (value, value),
            f"{name} is {getattr(fixed, name)} after fixing it at {value}.",
        )
        require(getattr(augmentation, name) == before[name], f"{name} has changed.")


def check_starts_are_different_and_inside(augmentation):
    """`starts` gives as many different dicts as asked for, within the bounds."""
    for n in (1, 4, 5):
        starts = augmentation.starts(n, 32)
        different = len({tuple(start.values()) for start in starts})
        require(different == n, f"Got {different} different starts; wanted {n}.")
        for start in starts:
            for name, bounds in augmentation.hyperparameters.items():
                back = bounds.to_value(_leaf(bounds.to_free(start[name]))).detach()
                require(
                    abs(float(back) - start[name]) < 1e-6,
                    f"The start {name}={start[name]} lies outside its bounds.",
                )


def _mid_grey():
    noise = torch.rand(2, 3, SIDE, SIDE, generator=_generator(3))
    return (0.5 + 0.02 * noise).double()


def _generator(seed=0):
    return torch.Generator().manual_seed(seed)


def _leaf(value):
    return torch.tensor(value, dtype=torch.float64, requires_grad=True)


def _drawn_values(augmentation, seed):
    """Draw one value for each hyperparameter from its range."""
    drawn = augmentation.sample((1, 3, SIDE, SIDE), _generator(seed))
    return {name: float(drawn[name][0]) for name in augmentation.hyperparameters}
