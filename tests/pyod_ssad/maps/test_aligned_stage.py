"""What a density of patches is told of pseudo anomalies."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from pyod_ssad.augmentations._wrapped import as_augmentation
from pyod_ssad.backbones import Encoder, SmallCNN
from pyod_ssad.images.levels import to_unit
from pyod_ssad.maps.aligned_stage import AlignedStage
from pyod_ssad.pretext.network import PretextNetwork
from pyod_ssad.training import Plan

DATA = torch.randint(
    0, 256, (7, 3, 32, 32), generator=torch.Generator().manual_seed(0)
).to(torch.uint8)
PLAN = Plan(device=torch.device("cpu"), seed=0)


def network():
    torch.manual_seed(0)
    return PretextNetwork(Encoder(SmallCNN((4, 6))), torch.nn.Identity()).eval()


def whiten_corner(images, generator):
    """Change the 8 x 8 pixels of the upper left: 4 x 4 patches of the first grid."""
    images = images.clone()
    images[:, :, :8, :8] = 1 - images[:, :, :8, :8]
    return images


@torch.no_grad()
def test_it_describes_the_patches_that_were_changed():
    stage = AlignedStage(as_augmentation(whiten_corner), "map_top", 0)
    stage.observe(network(), DATA, PLAN)
    density = stage.make_density()
    augmented = whiten_corner(to_unit(DATA), None)
    patches = stage.represent(network(), augmented).numpy()
    changed = patches.reshape(7, 16, 16, 10)[:, :4, :4].reshape(-1, 10)
    assert_allclose(density.mean, changed.mean(axis=0), rtol=1e-4, atol=1e-6)
    expected = np.cov(changed.T, bias=True)
    assert_allclose(density.covariance, expected, rtol=1e-3, atol=1e-6)


def test_an_augmentation_that_changes_nothing_is_named():
    stage = AlignedStage(as_augmentation(lambda images, generator: images), "map_top")
    with pytest.raises(ValueError, match="has changed 0 patches of 7 images"):
        stage.observe(network(), DATA, PLAN)
