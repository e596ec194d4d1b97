"""What users of layers are told: what was got, what is wanted, the likely mend."""

from dataclasses import dataclass

import pytest
import torch
from torch import nn
from torchvision import models

from pyod_ssad.backbones import build_layer_encoder, count_features
from tests.pyod_ssad.backbones.fakes import Returns


class Layers(nn.Module):
    """A network with layers of all kinds."""

    def __init__(self, norm=False):
        super().__init__()
        self.conv = nn.Conv2d(3, 4, 3)
        self.unused = nn.Conv2d(3, 4, 3)
        self.pair = Returns(lambda x: (x, x))
        self.whole = Returns(lambda x: x.int())
        self.folded = Returns(lambda x: x.repeat(3, 1, 1, 1))
        self.tokens = Returns(lambda x: x.new_zeros(len(x), 46, 2))
        self.cube = Returns(lambda x: x.new_zeros(len(x), 4, 4, 4))
        self.norm = nn.LayerNorm(4) if norm else nn.Identity()

    def forward(self, images):
        for layer in (self.pair, self.whole, self.folded, self.tokens, self.cube):
            layer(images)
        return self.conv(images).mean(dim=(2, 3))


def normed():
    return Layers(norm=True)


def flat():
    return nn.Sequential(nn.Flatten(), nn.Linear(3 * 16 * 16, 8))


def narrow():
    return nn.Sequential(nn.Conv2d(1, 4, 3), nn.Conv2d(4, 4, 3, 2))


def build(backbone=Layers, **arguments):
    encoder = build_layer_encoder(backbone, **{"image_size": 16, **arguments})
    count_features(encoder, 16, backbone)


@dataclass(frozen=True)
class Case:
    """What somebody asks for, and what the message must say."""

    arguments: dict
    said: tuple


CASES = {
    "unknown layer": Case(
        {"backbone": "resnet18", "layers": ["layer9"]},
        ("ResNet has no layer 'layer9'", "Did you mean 'layer", "conv1, bn1, relu"),
    ),
    "many layers": Case(
        {"backbone": models.resnet50, "layers": ["stage1"]},
        ("'stage1'", "layer1.0", "more inside them"),
    ),
    "one name": Case(
        {"layers": "con"},
        (
            "None, 'stages', 'middle' or a list of names, got 'con'",
            "Did you mean 'conv'?",
        ),
    ),
    "no name": Case({"layers": []}, ("a list of names, got []", "Layers has conv")),
    "a name that is none": Case({"layers": [3]}, ("no layer 3.", "Layers has conv")),
    "twice": Case({"layers": ["conv", "conv"]}, ("'conv' twice", "wanted each once")),
    "tuple": Case(
        {"layers": ["conv", "pair"]},
        (
            "The layer 'pair' of Layers returns tuple",
            "wanted one tensor",
            "Name a layer",
        ),
    ),
    "integers": Case({"layers": ["whole"]}, ("torch.int32", "wanted a float tensor")),
    "not reached": Case(
        {"layers": ["conv", "unused"]},
        (
            "'unused' of Layers is not reached",
            "wanted one that is called",
            "Name another",
        ),
    ),
    "other rows": Case(
        {"layers": ["folded"]}, ("returns 3 rows for 1 images", "Name another layer")
    ),
    "tokens": Case(
        {"layers": ["tokens"]},
        ("returns 46 tokens for images of 16 x 16", "at most 9 for class and regis"),
    ),
    "axes": Case(
        {"layers": ["cube"], "backbone": normed},
        ("(1, 4, 4, 4) for images of 16 x 16", "another image_size"),
    ),
    "pool": Case({"pool": "median"}, ("'mean', 'std', 'mean_std'", "got 'median'")),
    "pools": Case({"pool": ["mean"]}, ("pool must be one of", "got ['mean']")),
    "no maps": Case(
        {"backbone": flat},
        ("Sequential has no layer that returns maps", "image_size=16", "layers=None"),
    ),
    "one channel": Case({"backbone": narrow}, ("takes images of one channel", "mean")),
    "logits": Case(
        {"backbone": models.resnet18, "layers": None}, ("1000 logits", "backbone='res")
    ),
    "weights of another": Case(
        {"backbone": "resnet18", "weights": "IMAGENET1K_V9"}, ("IMAGENET1K_V1",)
    ),
    "weights that do not fit": Case(
        {"backbone": "resnet18", "weights": "other.pth"},
        ("'other.pth' do not fit", "a state dict of torchvision's resnet18"),
    ),
    "weights of a factory": Case({"weights": "DEFAULT"}, ("Load the weights inside",)),
}


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_messages(case, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    torch.save(nn.Linear(2, 2).state_dict(), "other.pth")
    with pytest.raises(ValueError) as caught:
        build(**case.arguments)
    message = str(caught.value)
    for words in case.said:
        assert words in message


def test_images_are_not_blamed_for_a_layer():
    with pytest.raises(ValueError, match=r"^The layer 'unused' of Layers") as caught:
        build(layers=["unused"])
    assert "batch" not in str(caught.value)


def test_the_longest_list_of_layers_can_be_read():
    with pytest.raises(ValueError) as caught:
        build(models.densenet121, layers=["nope"])
    assert len(str(caught.value)) < 2500
