"""Plain functions and torchvision's transforms as augmentations."""

import pickle

import numpy as np
import pytest
import torch
from numpy.testing import assert_array_equal
from sklearn.base import clone
from torchvision.transforms import v2

from pyod_ssad import AugmentationSSAD
from pyod_ssad.augmentations import AUGMENTATIONS, CutOut
from pyod_ssad.augmentations._wrapped import (
    FunctionAugmentation,
    TransformAugmentation,
    as_augmentation,
)
from pyod_ssad.checks import check_augmentation, parametrize_with_checks

TINY = {"image_size": 16, "steps": 2, "batch_size": 4, "random_state": 0}


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def darken(images, generator):
    strength = torch.rand(len(images), 1, 1, 1, generator=generator)
    return images * (0.2 + 0.5 * strength)


def invert(images, generator):
    return 1 - images


def global_noise(images, generator):
    return (images + torch.rand_like(images)).clamp(0, 1)


TURN = v2.RandomRotation((30, 60))
BOTH = v2.Compose([v2.GaussianBlur(5, sigma=(0.5, 2.0)), v2.ColorJitter(0.5)])
FIXED_BLUR = v2.GaussianBlur(5, sigma=1.0)
WRAPPED = [darken, invert, global_noise, TURN, BOTH, FIXED_BLUR]


@parametrize_with_checks(WRAPPED)
def test_pass_the_public_checks(subject, check):
    check(subject)


@pytest.fixture(scope="module")
def X():
    return np.random.default_rng(0).random((6, 16, 16, 3))


@pytest.mark.parametrize("given", WRAPPED)
def test_detectors_with_them_are_cloned_pickled_and_seeded(given, X):
    before = torch.get_rng_state()
    clf = AugmentationSSAD(given, **TINY).fit(X)
    again = clone(clf).fit(X)
    assert torch.equal(torch.get_rng_state(), before)
    assert_array_equal(again.decision_scores_, clf.decision_scores_)
    copied = pickle.loads(pickle.dumps(clf))
    assert_array_equal(copied.augment(X, 3), clf.augment(X, 3))
    assert clf.get_params()["augmentation"] is given


def test_a_function_gets_the_batch_and_a_generator():
    images = torch.rand(5, 3, 8, 8, generator=generator())
    augmentation = as_augmentation(darken)
    (seed,) = set(augmentation.sample(images.shape, generator())["seed"].tolist())
    expected = darken(images, torch.Generator().manual_seed(seed))
    assert torch.equal(augmentation(images, generator()), expected)


def test_each_image_has_its_own_draw_of_a_transform():
    images = torch.rand(1, 3, 16, 16, generator=generator()).expand(8, -1, -1, -1)
    turned = as_augmentation(TURN)(images, generator())
    assert len(torch.unique(turned, dim=0)) == 8
    seeds = as_augmentation(TURN).sample(images.shape, generator())["seed"]
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(int(seeds[5]))
        assert torch.equal(turned[5], TURN(images[5]))


def test_pseudo_anomalies_of_a_transform_are_learned():
    rng = np.random.default_rng(0)
    X = np.repeat(rng.random((80, 1, 16)), 16, axis=1)
    turn = v2.RandomRotation((90, 90))
    clf = AugmentationSSAD(turn, **{**TINY, "steps": 60, "batch_size": 16}).fit(X[:60])
    normal = clf.decision_function(X[60:])
    turned = clf.decision_function(X[60:].transpose(0, 2, 1))
    assert turned.min() > np.median(normal)


def test_objects_are_copied_and_shown():
    cutout = CutOut(0.1)
    assert as_augmentation(cutout) is not cutout
    assert repr(as_augmentation(darken)) == "FunctionAugmentation(darken)"
    assert "RandomRotation(degrees=[30.0, 60.0]" in repr(as_augmentation(TURN))


def test_wrappers_are_no_named_augmentations():
    assert not {FunctionAugmentation, TransformAugmentation} & set(
        AUGMENTATIONS.values()
    )


def test_what_is_checked_of_them_still_fails():
    with pytest.raises(AssertionError, match="16 of 16 images were not changed"):
        check_augmentation(lambda images, generator: images.clone())
    with pytest.raises(AssertionError, match="in place"):
        check_augmentation(lambda images, generator: images.mul_(0.5))
    with pytest.raises(TypeError, match="pass the augmentation itself"):
        check_augmentation("cutout")


def lost(images, generator):
    return {}["key"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        (v2.CutMix(num_classes=2), "CutMix failed on .* labels should .* images alone"),
        (lost, "lost failed on .*shape .6, 3, 16, 16. .KeyError: 'key'.*mend it"),
    ],
)
def test_one_that_fails_is_named(given, words, X):
    with pytest.raises(ValueError, match=f"The augmentation {words}") as caught:
        AugmentationSSAD(given, **{**TINY, "batch_size": 6}).fit(X)
    assert caught.value.__cause__ is not None
    with pytest.raises(ValueError, match=f"The augmentation {words}"):
        AugmentationSSAD(given, **TINY).augment(X)
