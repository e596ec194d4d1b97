"""ST-SSAD and what it is compared with: each makes an unfitted detector."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np
from pyod.models.auto_encoder import AutoEncoder
from pyod.models.deep_svdd import DeepSVDD

from benchmark.common.imagenet import has_imagenet, imagenet_backbone
from pyod_ssad import STSSAD, AugmentationSSAD, PatchFeatures, PretrainedFeatures
from pyod_ssad.augmentations import (
    CutDiff,
    CutOut,
    CutPaste,
    LearnableAugmentation,
    Rotation,
)
from pyod_ssad.backbones import SmallCNN

OURS = "ST-SSAD"
TINY_CNN = "tiny_cnn"
EPOCHS = 50
SHORT_NAMES = {"cutout": "CO", "cutpaste": "CP", "cutdiff": "CD", "rotation": "RO"}
VARIANTS = {
    OURS: {},
    "MMD1": {"validation_loss": "mmd"},
    "MMD2": {"validation_loss": "mmd_unnormalized"},
    "FO": {"order": "first"},
}
"""Columns, and how their `pyod_ssad.Tuning` differs from the suite's."""

PATCHES = {
    "PatchCore": "coreset",
    "PaDiM": "position_gaussian",
    "SubspaceAD": "subspace",
}
"""Columns of patches of EfficientNet-Lite0, and their densities."""


@dataclass(frozen=True)
class Contender:
    """One column of the tables.

    Parameters
    ----------
    make : callable (shape, seed) -> detector
        `shape` is that of the training images.
    kind : {"pixels", "inductive", "tuned"}
        Whether it takes flat pixels, takes images, or takes unlabelled ones too.
    """

    make: Callable
    kind: str


def make_contenders(suite, options):
    """Return every contender of a suite by its name, as the paper abbreviates them.

    Parameters
    ----------
    suite : benchmark.st_ssad.suites.Suite
    options : argparse.Namespace
        ``image_size``, ``backbone``, ``device``, ``precision``.

    Returns
    -------
    contenders : dict of str to Contender
        "AE", "D-SVDD"; where the suite has photographs and ImageNet's weights are
        installed, "Pooled", a Gaussian of layers, and `PATCHES`; for each random
        augmentation "RS-" (strength drawn once) and "RD-" (drawn for every image);
        ST-SSAD, its variants with another loss or order, and ST-SSAD with each further
        family, "ST-SSAD <family>".
    """
    network = _network(options)
    contenders = {
        "AE": Contender(_autoencoder, "pixels"),
        "D-SVDD": Contender(_deep_svdd, "pixels"),
    }
    if suite.has_photographs and has_imagenet():
        contenders |= _pretrained(options.device)
    for name in suite.random:
        for prefix, is_static in (("RS", True), ("RD", False)):
            augmentation = _random_augmentation(name, suite.family)
            parameters = {**network, "steps": suite.steps}
            make = partial(_random, augmentation, is_static, parameters)
            contenders[f"{prefix}-{SHORT_NAMES[name]}"] = Contender(make, "inductive")
    tuned = {**network, **suite.tuned}
    for name, changes in VARIANTS.items():
        make = partial(_tuned, {**tuned, "augmentation": suite.family}, changes)
        contenders[name] = Contender(make, "tuned")
    for family in suite.families:
        make = partial(_tuned, {**tuned, "augmentation": family}, {})
        contenders[f"{OURS} {family}"] = Contender(make, "tuned")
    return contenders


def _pretrained(device):
    """Return what others do with a frozen network, at its own size."""
    makes = {"Pooled": partial(_pooled, device)}
    makes |= {name: partial(_patches, device, d) for name, d in PATCHES.items()}
    return {name: Contender(make, "inductive") for name, make in makes.items()}


def _pooled(device, shape, seed):
    return PretrainedFeatures(
        imagenet_backbone,
        pool="mean_std",
        image_size=256,
        device=device,
        random_state=seed,
    )


def _patches(device, density, shape, seed):
    return PatchFeatures(
        imagenet_backbone, density=density, device=device, random_state=seed
    )


def make_untuned(suite, options):
    """Return ST-SSAD that picks a start by its rule, without tuning it."""
    parameters = {**_network(options), **suite.tuned, "augmentation": suite.family}
    return Contender(partial(_tuned, parameters, {"iterations": 0}), "tuned")


def _network(options):
    return {
        "image_size": options.image_size,
        "backbone": find_backbone(options.backbone),
        "device": options.device,
        "precision": options.precision,
        # Networks for thresholds alone would take as long again.
        "calibration": "density",
        "lr": 2e-3,
    }


def find_backbone(name):
    """Return what `pyod_ssad` understands; "tiny_cnn" is half as wide as its own."""
    return partial(SmallCNN, (16, 32, 64, 128)) if name == TINY_CNN else name


def _autoencoder(shape, seed):
    # PyOD drops an incomplete batch.
    batch_size = min(32, shape[0])
    return AutoEncoder(
        epoch_num=EPOCHS, batch_size=batch_size, random_state=seed, verbose=0
    )


def _deep_svdd(shape, seed):
    n_features = int(np.prod(shape[1:]))
    return DeepSVDD(n_features, epochs=EPOCHS, random_state=seed, verbose=0)


def _tuned(parameters, changes, shape, seed):
    tuning = replace(parameters["tuning"], **changes)
    return STSSAD(**{**parameters, "tuning": tuning}, random_state=seed)


def _random_augmentation(name, family):
    """Return an augmentation with its default ranges, as the tuned one otherwise."""
    chosen = _AUGMENTATIONS[name]
    return family if isinstance(family, chosen) else chosen()


def _random(augmentation, is_static, parameters, shape, seed):
    if is_static:
        augmentation = _drawn_once(augmentation, np.random.default_rng(seed))
    return AugmentationSSAD(augmentation, **parameters, random_state=seed)


def _drawn_once(augmentation, rng):
    drawn = {
        name: draw(*getattr(augmentation, name), rng)
        for name, draw in _DRAWS.items()
        if hasattr(augmentation, name)
    }
    if isinstance(augmentation, LearnableAugmentation):
        return augmentation.fixed_at(drawn)
    return type(augmentation)(**drawn)


def _log_uniform(low, high, rng):
    return float(np.exp(rng.uniform(np.log(low), np.log(high))))


def _uniform(low, high, rng):
    return float(rng.uniform(low, high))


_AUGMENTATIONS = {
    "cutout": CutOut,
    "cutpaste": CutPaste,
    "cutdiff": CutDiff,
    "rotation": Rotation,
}
_DRAWS = {"patch_area": _log_uniform, "aspect": _log_uniform, "angle": _uniform}
