"""Augmentations one after another, stored and loaded too."""

import pickle

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from torchvision.transforms import v2

import pyod_ssad
from pyod_ssad import AugmentationSSAD
from pyod_ssad.augmentations import (
    Blur,
    Chain,
    ColorJitter,
    Crop,
    CutPasteUnion,
    Flip,
    GeometricTransforms,
    Invert,
    LearnableAugmentation,
    Noise,
    SimCLR,
)
from pyod_ssad.checks import check_augmentation
from pyod_ssad.self_tuning.families import LEARNABLE

X = np.random.default_rng(0).random((10, 16, 16, 3), dtype=np.float32)
TINY = {"image_size": 16, "steps": 1, "batch_size": 4, "calibration": "density"}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def batch(n=16, channels=3, height=40, width=32):
    return torch.rand(n, channels, height, width, generator=generator(9))


def darken(images, generator):
    return images * torch.rand(len(images), 1, 1, 1, generator=generator)


def test_applies_the_first_first():
    chain = Chain([Invert(), Crop(), Noise(0.1)])
    p = chain.sample(batch().shape, generator())
    expected = Crop().apply(1 - batch(), p["1"])
    expected = Noise().apply(expected, p["2"])
    assert torch.equal(chain.apply(batch(), p), expected)
    assert torch.equal(chain(batch(), generator()), expected)


def test_the_default_crops_and_flips():
    p = Chain().sample(batch().shape, generator())
    expected = Crop().apply(batch(), p["0"]).flip(3)
    assert torch.equal(Chain()(batch(), generator()), expected)


@pytest.mark.parametrize(
    "parts",
    [
        [Flip(), Flip("vertical")],
        [Chain([Crop(), Invert()]), Chain([CutPasteUnion()])],
        [GeometricTransforms(), darken],
        [lambda images, generator: images / 2, Flip()],
        [v2.GaussianBlur(5, sigma=1.0), Invert()],
    ],
)
def test_passes_the_public_checks(parts):
    check_augmentation(Chain(parts))


def test_is_not_learnable():
    chain = Chain([Blur(), Noise()])
    assert not isinstance(chain, LearnableAugmentation)
    assert "chain" not in LEARNABLE
    with pytest.raises(ValueError, match="must be a LearnableAugmentation"):
        pyod_ssad.STSSAD(chain, image_size=16, steps=1).fit(X, X_unlabeled=X)


def test_parts_are_of_the_module():
    class Tinted(Invert):
        def __init__(self):
            super().__init__()
            self.tint = torch.nn.Parameter(torch.ones(1))

    chain = Chain((Tinted(), Flip())).to(torch.float64)
    assert [p.dtype for p in chain.parameters()] == [torch.float64]
    assert chain.augmentations[0].tint.dtype == torch.float64


@pytest.mark.parametrize(
    "augmentation",
    [
        Chain([Crop((0.2, 0.5)), Chain([Flip("vertical"), ColorJitter(0.8, 0.2)])]),
        Chain(),
        SimCLR(0.8, 0.3),
        CutPasteUnion(0.1, width=0.05),
        GeometricTransforms(0, turn=False),
        "mask",
        "chain",
        "colorjitter",
        "halfswaps",
    ],
)
def test_saved_and_loaded(augmentation, tmp_path):
    clf = AugmentationSSAD(augmentation, random_state=0, **TINY).fit(X)
    clf.save(tmp_path / "detector")
    loaded = pyod_ssad.load(tmp_path / "detector")
    assert_array_equal(loaded.decision_function(X), clf.decision_function(X))
    assert_array_equal(loaded.augment(X, 1), clf.augment(X, 1))
    again = loaded.fit(X)
    assert_array_equal(again.decision_scores_, clf.decision_scores_)
    assert repr(loaded.augmentation) == repr(clf.augmentation)
    pickled = pickle.loads(pickle.dumps(clf))
    assert_array_equal(pickled.augment(X, 1), clf.augment(X, 1))


def test_a_function_in_a_chain_is_saved_by_its_name(tmp_path):
    clf = AugmentationSSAD(Chain([darken, Flip()]), random_state=0, **TINY).fit(X)
    clf.save(tmp_path / "detector")
    loaded = pyod_ssad.load(tmp_path / "detector", custom=[darken])
    assert_array_equal(loaded.augment(X, 1), clf.augment(X, 1))
