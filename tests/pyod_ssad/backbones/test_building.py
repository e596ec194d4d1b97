"""Backbones by name, by factory, and with weights."""

import functools
from pathlib import Path

import pytest
import torch
from torch import nn
from torchvision import models

from pyod_ssad import PAPER_SETTINGS, CutPasteSSAD
from pyod_ssad.backbones import SmallCNN, build_encoder, count_features


@pytest.mark.parametrize(
    ("name", "n_features"),
    [("small_cnn", 256), ("resnet18", 512), ("mobilenet_v3_small", 1024)],
)
def test_number_of_features(name, n_features):
    encoder = build_encoder(name)
    assert count_features(encoder, 32) == n_features
    assert encoder(torch.rand(2, 3, 32, 32)).shape == (2, n_features)


def test_encoder_scales_as_imagenet_models_expect():
    encoder = build_encoder(nn.Identity)
    pixel = torch.tensor([0.5, 0.25, 1.0]).view(1, 3, 1, 1)
    expected = [(0.5 - 0.485) / 0.229, (0.25 - 0.456) / 0.224, (1 - 0.406) / 0.225]
    assert torch.allclose(encoder(pixel), torch.tensor([expected]))


def test_grey_images_are_seen_as_three_equal_channels():
    encoder = build_encoder("small_cnn").eval()
    grey = torch.rand(2, 1, 16, 16)
    assert torch.equal(encoder(grey), encoder(grey.repeat(1, 3, 1, 1)))


def test_feature_maps_are_pooled():
    encoder = build_encoder(lambda: nn.Conv2d(3, 5, 3))
    images = torch.rand(2, 3, 9, 9)
    scaled = (images - encoder.mean) / encoder.std
    expected = encoder.backbone(scaled).mean(dim=(2, 3))
    assert torch.allclose(encoder(images), expected, atol=1e-6)


def test_resnet_features_are_those_before_its_classifier():
    encoder = build_encoder("resnet18").eval()
    model = models.resnet18()
    model.load_state_dict({**model.state_dict(), **encoder.backbone.state_dict()})
    features = []
    model.fc.register_forward_pre_hook(lambda _, args: features.append(args[0]))
    images = torch.rand(2, 3, 32, 32)
    model.eval()((images - encoder.mean) / encoder.std)
    assert torch.allclose(encoder(images), features[0], atol=1e-5)


@pytest.mark.parametrize(
    ("name", "n_features"), [("inception_v3", 2048), ("googlenet", 1024)]
)
@pytest.mark.filterwarnings("error")
def test_auxiliary_heads_are_taken_away(name, n_features):
    with torch.device("meta"):
        encoder = build_encoder(name).train()
        features = encoder(torch.zeros(2, 3, 96, 96))
    assert features.shape == (2, n_features)
    names = [key for key, _ in encoder.named_parameters()]
    assert not [key for key in names if "aux" in key.lower()]


def test_a_factory_that_takes_the_head_away():
    def make():
        model = models.resnet18()
        model.fc = nn.Identity()
        return model

    assert count_features(build_encoder(make), 32) == 512


def test_probing_changes_nothing():
    encoder = build_encoder("resnet18").train()
    before = {k: v.clone() for k, v in encoder.state_dict().items()}
    state = torch.get_rng_state()
    count_features(encoder, 32)
    assert torch.equal(torch.get_rng_state(), state)
    assert encoder.training
    after = encoder.state_dict()
    assert all(torch.equal(after[k], v) for k, v in before.items())


def test_weights_from_a_file(tmp_path):
    torch.manual_seed(0)
    model = models.resnet18()
    torch.save(model.state_dict(), tmp_path / "weights.pt")
    encoder = build_encoder("resnet18", weights=str(tmp_path / "weights.pt"))
    assert torch.equal(encoder.backbone.conv1.weight, model.conv1.weight)


def test_steps_of_zero_keep_a_given_backbone():
    torch.manual_seed(0)
    backbone = SmallCNN((4, 8))
    before = [p.clone() for p in backbone.parameters()]
    clf = CutPasteSSAD(
        backbone=functools.partial(lambda m: m, backbone), steps=0, image_size=16
    )
    clf.fit(torch.rand(6, 16, 16))
    after = clf.network_.encoder.backbone.parameters()
    assert all(torch.equal(a, b) for a, b in zip(after, before, strict=True))


@pytest.mark.parametrize(
    "bad", ["resnet_of_dreams", "squeezenet1_0", None, SmallCNN(), lambda: 3]
)
def test_other_backbones_are_refused(bad):
    with pytest.raises(ValueError, match="backbone"):
        build_encoder(bad)


@pytest.mark.parametrize("bad", ["/nowhere.pt", Path("/nowhere.pt"), "NOPE", 3])
def test_weights_that_are_not_known_are_refused(bad):
    with pytest.raises(ValueError, match="IMAGENET1K_V1"):
        build_encoder("resnet18", weights=bad)


def test_backbones_return_one_tensor():
    class Two(nn.Module):
        def forward(self, images):
            return images, images

    with pytest.raises(ValueError, match="one tensor"):
        build_encoder(Two)(torch.rand(1, 3, 8, 8))


def test_weights_need_a_torchvision_backbone():
    with pytest.raises(ValueError, match="factory"):
        build_encoder("small_cnn", weights="DEFAULT")


def test_paper_settings_in_one_line():
    clf = CutPasteSSAD(**PAPER_SETTINGS)
    plan = clf._make_plan()
    assert (plan.optimizer, plan.lr, plan.steps) == ("sgd", 0.03, 10_000)
    assert (clf.backbone, clf.image_size) == ("resnet18", 256)
