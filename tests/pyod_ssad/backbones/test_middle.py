"""The layers whose grids tell where something is."""

import pytest
import torch
from torch import nn
from torchvision import models

from pyod_ssad.backbones import SmallCNN, build_layer_encoder, find_middle_stages
from pyod_ssad.backbones.positions import LayerError


@pytest.mark.parametrize(
    ("image_size", "layers"),
    [
        (64, ["layer1", "layer2"]),
        (128, ["layer1", "layer2"]),
        (256, ["layer2", "layer3"]),
        (384, ["layer2", "layer3"]),
        (400, ["layer3", "layer4"]),
    ],
)
def test_of_a_resnet(image_size, layers):
    with torch.device("meta"):
        assert find_middle_stages(models.resnet18(), image_size) == layers


@pytest.mark.parametrize(("image_size", "sides"), [(16, (8, 4)), (64, (32, 16))])
def test_of_the_small_network_the_finest_two(image_size, sides):
    network = SmallCNN()
    shapes = {}
    for name, layer in network.named_modules():
        layer.register_forward_hook(
            lambda _, __, output, name=name: shapes.update({name: output.shape})
        )
    network(torch.rand(2, 3, image_size, image_size))
    found = find_middle_stages(network, image_size)
    assert tuple(shapes[layer][2] for layer in found) == sides


def test_of_a_network_with_coarse_maps_only_the_coarsest():
    network = nn.Sequential(nn.Conv2d(3, 4, 3, padding=1), nn.Conv2d(4, 4, 3, 1, 1))
    assert find_middle_stages(network, 64) == ["1"]


def test_without_maps_it_is_a_layer_error():
    network = nn.Sequential(nn.Flatten(), nn.Linear(3 * 16 * 16, 4))
    with pytest.raises(LayerError, match="no layer that returns maps"):
        find_middle_stages(network, 16)


def test_they_can_be_pooled():
    with torch.device("meta"):
        encoder = build_layer_encoder("resnet18", None, "middle", image_size=256)
    assert encoder.backbone.layers == ("layer2", "layer3")
