"""Several augmentations, one after another."""

from torch import nn

from pyod_ssad.augmentations._wrapped import as_augmentation
from pyod_ssad.augmentations.base import Augmentation
from pyod_ssad.augmentations.crop import Crop
from pyod_ssad.augmentations.flip import Flip


class Chain(Augmentation):
    """Apply several augmentations to every image, one after another.

    Parameters
    ----------
    augmentations : sequence, optional (default=None)
        What is applied, the first first: augmentations, transforms of
        `torchvision.transforms.v2`, or functions ``(images, generator) -> images``.
        None is ``[Crop(), Flip()]``.

    Notes
    -----
    A draw is a dict of the draws of each, by its place: ``{"0": ..., "1": ...}``. A
    chain of learnable augmentations is not learnable itself.

    Examples
    --------
    >>> import torch
    >>> from pyod_ssad.augmentations import Blur, Chain, Flip
    >>> Chain([Flip("vertical"), Blur(0.05)])(torch.rand(4, 3, 32, 32)).shape
    torch.Size([4, 3, 32, 32])
    """

    def __init__(self, augmentations=None):
        super().__init__()
        given = [Crop(), Flip()] if augmentations is None else augmentations
        self.augmentations = _as_augmentations(given)
        # Registered too, so that they move to a device with the chain.
        self._modules_in_order = nn.ModuleList(self.augmentations)

    def sample(self, shape, generator=None):
        """Draw from each in turn; see `Augmentation.sample`."""
        return {
            str(i): augmentation.sample(shape, generator)
            for i, augmentation in enumerate(self.augmentations)
        }

    def apply(self, images, parameters):
        """Apply each in turn; see `Augmentation.apply`."""
        for i, augmentation in enumerate(self.augmentations):
            images = augmentation.apply(images, parameters[str(i)])
        return images


def _as_augmentations(given):
    if isinstance(given, str) or not hasattr(given, "__iter__"):
        raise ValueError(
            f"augmentations must be a sequence of augmentations, got {given!r}. Put "
            "a single one into a list: Chain([Flip()])."
        )
    made = [_as_augmentation(item) for item in given]
    if not made:
        raise ValueError(
            "augmentations is empty; wanted at least one: Chain([Crop(), Flip()])."
        )
    return made


def _as_augmentation(item):
    if isinstance(item, str):
        raise ValueError(
            f"augmentations holds the name {item!r}; wanted augmentations themselves, "
            "with their strengths: Chain([Crop(), Flip()])."
        )
    return item if isinstance(item, Augmentation) else as_augmentation(item)
