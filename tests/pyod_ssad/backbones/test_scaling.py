"""Networks that were trained on images in another scale than ImageNet's."""

import copy

import pytest
import torch
from torch import nn

from pyod_ssad.backbones import (
    Encoder,
    LayerFeatures,
    SmallCNN,
    count_features,
    trained_with_scale,
)

MEAN, STD = (0.5, 0.4, 0.3), (0.5, 1.0, 0.25)


class Keeps(nn.Module):
    """Remembers what it was given."""

    def forward(self, images):
        self.images = images
        return images.mean((2, 3))


def images():
    return torch.rand(3, 3, 8, 8, generator=torch.Generator().manual_seed(0))


def as_trained(values):
    mean, std = (torch.tensor(v).view(1, 3, 1, 1) for v in (MEAN, STD))
    return (values - mean) / std


def test_a_network_sees_what_it_was_trained_on():
    encoder = Encoder(trained_with_scale(Keeps(), MEAN, STD))
    encoder(images())
    torch.testing.assert_close(encoder.backbone.images, as_trained(images()))


def test_scaling_is_kept_by_copies_and_seen_by_layers():
    network = trained_with_scale(SmallCNN((4, 6)).eval(), MEAN, STD)
    assert set(network.state_dict()) == set(SmallCNN((4, 6)).state_dict())
    encoder = Encoder(LayerFeatures(copy.deepcopy(network), ["3"], "mean"))
    assert count_features(encoder, 16) == 6
    with torch.no_grad():
        wanted = network(encoder.scale(images()))
        torch.testing.assert_close(encoder.eval()(images()), wanted)
        plain = SmallCNN((4, 6)).eval()
        plain.load_state_dict(network.state_dict())
        torch.testing.assert_close(plain(as_trained(images())), wanted)


@pytest.mark.parametrize(
    ("mean", "std", "name"),
    [((0.5, 0.5), STD, "mean"), (MEAN, (0.5,), "std"), (MEAN, (0.5, 0, 1), "std")],
)
def test_what_is_no_scale_is_named(mean, std, name):
    with pytest.raises(ValueError, match=f"{name} must be three .*numbers"):
        trained_with_scale(SmallCNN(), mean, std)
