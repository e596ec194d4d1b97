"""What holds for every augmentation beyond the public checks."""

import pytest
import torch

from pyod_ssad.augmentations import AUGMENTATIONS, Flip
from pyod_ssad.augmentations._finite import FiniteAugmentation
from pyod_ssad.augmentations.base import Augmentation, to_device
from pyod_ssad.checks import check_augmentation

EVERY = [cls() for cls in AUGMENTATIONS.values()]
FINITE = [made for made in EVERY if isinstance(made, FiniteAugmentation)]
NEW = {
    "chain",
    "colorjitter",
    "crop",
    "cutpastescar",
    "cutpasteunion",
    "flip",
    "geometrictransforms",
    "grayscale",
    "halfswaps",
    "invert",
    "mask",
    "simclr",
}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def name(augmentation):
    return type(augmentation).__name__


def test_all_are_named():
    assert set(AUGMENTATIONS) >= NEW


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("size", [(8, 8), (8, 11), (13, 9)])
@pytest.mark.parametrize("augmentation", EVERY, ids=name)
def test_images_from_8_pixels_up(augmentation, size, channels):
    images = torch.rand(32, channels, *size, generator=generator())
    made = augmentation(images, generator())
    assert made.shape == images.shape and made.dtype == torch.float32
    assert made.isfinite().all() and made.min() >= 0 and made.max() <= 1
    is_grey = channels == 1 and name(augmentation) == "Grayscale"
    # What is drawn anywhere, of any strength, may fall between few pixels.
    if name(augmentation).lower() in NEW and not is_grey:
        assert (made != images).flatten(1).any(dim=1).all()


@pytest.mark.parametrize(
    "augmentation",
    [a for a in EVERY if a not in FINITE and name(a) not in ("Chain", "SimCLR")],
    ids=name,
)
def test_apply_makes_what_it_needs_on_the_device_of_the_images(augmentation):
    """Tensors of the meta device do not mix with those of another."""
    shape = (4, 3, 16, 16)
    drawn = to_device(augmentation.sample(shape, generator()), torch.device("meta"))
    made = augmentation.apply(torch.empty(shape, device="meta"), drawn)
    assert made.shape == shape and made.device.type == "meta"


@pytest.mark.parametrize("augmentation", FINITE, ids=name)
def test_every_transform_works_on_the_device_of_the_images(augmentation):
    images = torch.empty(2, 3, 16, 12, device="meta")
    for index in range(augmentation.n_transforms):
        made = augmentation.transform(images, index)
        assert made.shape == images.shape and made.device.type == "meta"


@pytest.mark.parametrize("augmentation", FINITE, ids=name)
def test_the_first_transform_changes_nothing_and_all_differ(augmentation):
    images = torch.rand(1, 3, 12, 12, generator=generator())
    n = augmentation.n_transforms
    made = torch.cat([augmentation.transform(images, i) for i in range(n)])
    assert torch.equal(made[0], images[0])
    assert len(torch.unique(made, dim=0)) == n


class Deaf(Augmentation):
    """Draws for every image, the same whatever it is handed."""

    def sample(self, shape, generator=None):
        own = torch.Generator().manual_seed(5)
        return {"shade": torch.rand(shape[0], generator=own)}

    def apply(self, images, parameters):
        return images * parameters["shade"][:, None, None, None]


def test_what_is_checked_of_draws():
    check_augmentation(Flip())
    with pytest.raises(AssertionError, match="Another generator drew the same"):
        check_augmentation(Deaf())
    with pytest.raises(AssertionError, match="images were not changed"):
        check_augmentation(Flip(p=0.5))
