"""The loss of a batch: both copies get the same colour jitter, if any."""

import pytest
import torch

from pyod_ssad import AugmentationSSAD
from pyod_ssad.augmentations import Augmentation, ColorJitter


class Nothing(Augmentation):
    """Leaves images as they are."""

    def sample(self, shape, generator=None):
        return {}

    def apply(self, images, parameters):
        return images


def seen_by_the_network(jitter, images):
    """Return what one batch of training shows the network: two copies."""
    seen = []

    def forward(inputs):
        seen.append(inputs)
        return torch.zeros(len(inputs), 2)

    loss = AugmentationSSAD(Nothing(), jitter=jitter)._batch_loss(Nothing())
    loss(forward, images, torch.Generator().manual_seed(3))
    (inputs,) = seen
    return inputs.chunk(2)


@pytest.fixture
def images():
    return torch.rand(5, 3, 8, 8, generator=torch.Generator().manual_seed(0))


def test_both_copies_get_the_same_jitter(images):
    copy, augmented = seen_by_the_network(0.2, images)
    jittered = ColorJitter(0.2)(images, torch.Generator().manual_seed(3))
    assert (jittered - images).abs().amax(dim=(1, 2, 3)).min() > 0.01
    assert torch.equal(copy, jittered)
    assert torch.equal(augmented, jittered)


def test_no_jitter_leaves_the_images(images):
    copy, augmented = seen_by_the_network(0, images)
    assert torch.equal(copy, images)
    assert torch.equal(augmented, images)
