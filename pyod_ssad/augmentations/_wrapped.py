"""Plain functions and torchvision's transforms as augmentations."""

import copy
import inspect

import torch

from pyod_ssad.augmentations.base import Augmentation
from pyod_ssad.seeding import seeded

LARGEST_SEED = 2**63 - 1
TORCHVISION_V2 = "torchvision.transforms.v2"


class WrappedAugmentation(Augmentation):
    """An augmentation of which it is not known what it draws, only the seeds.

    torch's global generators are seeded while it runs, and restored after, so that
    draws from them can be replayed too; those from NumPy's or Python's cannot.
    """

    def __init__(self, wrapped):
        super().__init__()
        self.wrapped = wrapped

    @property
    def name(self):
        """What messages call it."""
        wrapped = self.wrapped
        return getattr(wrapped, "__name__", type(wrapped).__name__)


class FunctionAugmentation(WrappedAugmentation):
    """A function ``(images, generator) -> images`` of a whole batch.

    Parameters
    ----------
    wrapped : callable
        Takes a float tensor ``(n, C, H, W)`` with values in [0, 1], which it must not
        change, and a CPU `torch.Generator` to draw from; returns such a tensor.

    Notes
    -----
    One seed is drawn a batch, so what an image becomes may depend on its place in it.
    """

    def sample(self, shape, generator=None):
        """Draw one seed, given to every image alike."""
        return {"seed": _draw_seeds(1, generator).expand(shape[0])}

    def apply(self, images, parameters):
        """Call the function with a generator of the drawn seed."""
        seed = int(parameters["seed"][0])
        with seeded(seed, images.device):
            return self.wrapped(images, torch.Generator().manual_seed(seed))

    def extra_repr(self):
        """Show the function by its name."""
        return self.name


class TransformAugmentation(WrappedAugmentation):
    """A transform of `torchvision.transforms.v2`, with its own draw for every image.

    Parameters
    ----------
    wrapped : torchvision.transforms.v2.Transform
        Such as ``v2.GaussianBlur(5)`` or a ``v2.Compose``.

    Notes
    -----
    These transforms draw once for all images that they are handed, so they are called
    an image at a time, which takes longer than the batches of this package's own.
    """

    def sample(self, shape, generator=None):
        """Draw one seed an image."""
        return {"seed": _draw_seeds(shape[0], generator)}

    def apply(self, images, parameters):
        """Transform each image with torch's generators at its seed."""
        seeds = parameters["seed"].tolist()
        return torch.stack(
            [self._transform(i, s) for i, s in zip(images, seeds, strict=True)]
        )

    def _transform(self, image, seed):
        with seeded(seed, image.device):
            made = self.wrapped(image)
        # Images of several sizes could not be stacked.
        if getattr(made, "shape", None) != image.shape:
            raise ValueError(
                f"The transform {self.name} returned {_describe(made)} for an image "
                f"{tuple(image.shape)}; wanted a tensor of the same shape. Leave "
                "cropping, resizing and conversion out."
            )
        return made


def as_augmentation(given):
    """Return a copy of an augmentation, or wrap a transform or function as one.

    Parameters
    ----------
    given : Augmentation, torchvision v2 transform or callable
        A callable takes ``(images, generator)``, see `FunctionAugmentation`.

    Raises
    ------
    ValueError
        If it is none of these; a class, or a function of something else.
    """
    if isinstance(given, Augmentation):
        return copy.deepcopy(given)
    if isinstance(given, type):
        raise ValueError(
            f"augmentation got the class {given.__name__}; wanted an instance: "
            f"{given.__name__}()."
        )
    if is_torchvision_v2(given):
        return TransformAugmentation(copy.deepcopy(given))
    if not callable(given):
        raise ValueError(
            "augmentation must be the name of one, an Augmentation, a transform of "
            f"{TORCHVISION_V2} or a function (images, generator) -> images, got "
            f"{given!r}."
        )
    _check_signature(given)
    return FunctionAugmentation(given)


def is_torchvision_v2(given):
    """Say whether an object is a transform, without importing torchvision."""
    return any(c.__module__.startswith(TORCHVISION_V2) for c in type(given).__mro__)


def _check_signature(function):
    name = getattr(function, "__name__", type(function).__name__)
    # A module takes anything, and hands it to its `forward`.
    is_module = isinstance(function, torch.nn.Module)
    try:
        signature = inspect.signature(function.forward if is_module else function)
        signature.bind("images", "generator")
    except ValueError:
        return  # Some functions written in C have no signature.
    except TypeError:
        raise ValueError(
            f"augmentation={name} takes {signature}; wanted a function (images, "
            "generator) -> images, or a transform of "
            f"{TORCHVISION_V2}. Wrap it: lambda images, generator: f(images)."
        ) from None


def _describe(made):
    if isinstance(made, torch.Tensor):
        return f"the shape {tuple(made.shape)}"
    return type(made).__name__


def _draw_seeds(n, generator):
    return torch.randint(LARGEST_SEED, (n,), generator=generator)
