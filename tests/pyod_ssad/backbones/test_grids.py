"""Grids of layers against direct computations on small networks."""

import numpy as np
import pytest
import torch
from scipy import ndimage
from torch import nn
from torchvision import models

from pyod_ssad.backbones import LayerGrids, SmallCNN, count_features, find_stages
from pyod_ssad.backbones.encoder import Encoder
from pyod_ssad.backbones.positions import LayerError
from tests.pyod_ssad.backbones.fakes import Returns


def smooth(channel):
    """Average over the 3 x 3 neighbours that there are."""
    ones = ndimage.uniform_filter(np.ones_like(channel), 3, mode="constant")
    return ndimage.uniform_filter(channel, 3, mode="constant") / ones


def images(n=3, size=16):
    return torch.rand(n, 3, size, size, generator=torch.Generator().manual_seed(0))


@torch.no_grad()
def test_one_layer_is_smoothed_over_its_neighbours():
    network = SmallCNN((4, 6)).eval()
    grids = LayerGrids(network, ["0"])(images())
    maps = network[0](images()).double().numpy()
    wanted = [[smooth(channel) for channel in row] for row in maps]
    np.testing.assert_allclose(grids, wanted, rtol=1e-4, atol=1e-5)


@torch.no_grad()
def test_layers_are_side_by_side_on_the_finest_grid():
    network = SmallCNN((4, 6)).eval()
    grids = LayerGrids(network, ["3", "1"])(images())
    fine = LayerGrids(network, ["1"])(images())
    coarse = LayerGrids(network, ["3"])(images())
    assert grids.shape == (3, 10, 8, 8)
    assert torch.equal(grids[:, 6:], fine)
    assert coarse.shape == (3, 6, 4, 4)
    # Twice as fine: an inner value is 9, 3, 3 and 1 sixteenths of its neighbours.
    wanted = (
        9 * coarse[..., 1, 1] + 3 * coarse[..., 0, 1] + 3 * coarse[..., 1, 0]
    ) / 16 + coarse[..., 0, 0] / 16
    torch.testing.assert_close(grids[:, :6, 2, 2], wanted)


def test_tokens_are_patches_in_rows():
    tokens = torch.zeros(2, 26, 1)
    tokens[:, 1 + 5 * 3 + 1] = 9.0  # Row 3, column 1 after one class token.
    grid = LayerGrids(Returns(lambda _: tokens))(images(2))[0, 0]
    assert grid.shape == (5, 5)
    torch.testing.assert_close(grid, _neighbours(3, 1))


def _neighbours(row, column):
    """Return what a value of 9 at one of 5 x 5 positions gives to each."""
    spike = np.zeros((5, 5))
    spike[row, column] = 9.0
    return torch.from_numpy(smooth(spike)).float()


@torch.no_grad()
def test_channels_last_and_batches_change_nothing():
    swin = models.swin_t().eval()
    of_four = LayerGrids(swin, ["features.1", "features.3"])(images(4, 64))
    of_one = LayerGrids(swin, ["features.1", "features.3"])(images(4, 64)[:1])
    assert of_four.shape == (4, 96 + 192, 16, 16)
    torch.testing.assert_close(of_four[:1], of_one, rtol=1e-3, atol=1e-4)


@torch.no_grad()
def test_an_encoder_pools_grids():
    network = models.resnet18().eval()
    encoder = Encoder(LayerGrids(network, find_stages(network, 64))).eval()
    assert count_features(encoder, 64) == 64 + 128 + 256 + 512
    grids = encoder.backbone(encoder.scale(images(2, 64)))
    torch.testing.assert_close(encoder(images(2, 64)), grids.mean(dim=(2, 3)))


@pytest.mark.parametrize("shape", [(3, 5), (3, 2, 4, 2)])
def test_what_is_no_square_map_is_refused(shape):
    network = nn.Sequential(Returns(lambda x: x.new_zeros(shape)))
    with pytest.raises(LayerError, match=r"layer '0' of Sequential.*square map"):
        LayerGrids(network, ["0"])(images())
