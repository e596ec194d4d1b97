"""The detectors whose maps are measured: the field's baselines, and trained ones."""

from functools import partial

from benchmark.common.imagenet import has_imagenet, imagenet_backbone
from benchmark.common.runs import make_trained
from pyod_ssad import (
    DAE,
    ContrastiveSSAD,
    CropSSAD,
    CutDiffSSAD,
    CutPasteSSAD,
    DeepSAD,
    DenseSSAD,
    PatchFeatures,
    PretrainedFeatures,
    RotationSSAD,
)

DEEP = ["_blocks.10", "_blocks.15"]
"""Of EfficientNet-Lite0, at a sixteenth and a thirty-second of the resolution."""

BASELINES = {
    "pooled_gaussian": partial(PretrainedFeatures, pool="mean_std", image_size=256),
    "patchcore": partial(PatchFeatures, density="coreset"),
    "patchcore_deep": partial(PatchFeatures, layers=DEEP, density="coreset"),
    "patch_gaussian": partial(PatchFeatures, density="gaussian"),
    "padim": partial(PatchFeatures, density="position_gaussian"),
    "subspace": partial(PatchFeatures, density="subspace"),
}
"""With ImageNet weights, which are frozen."""

FROZEN = {"dense_frozen": partial(DenseSSAD, steps=0, image_size=256)}
"""Pseudo anomalies, with the same weights, also frozen."""

UNTRAINED = {"untrained": partial(PretrainedFeatures, "small_cnn", None, image_size=64)}

TRAINED = {
    "dense": DenseSSAD,
    "crop": CropSSAD,
    "cutpaste": CutPasteSSAD,
    "cutpaste_scar": partial(CutPasteSSAD, variant="scar"),
    "cutpaste_union": partial(CutPasteSSAD, variant="union"),
    "cutdiff": CutDiffSSAD,
    "deep_sad": DeepSAD,
    "rotation": RotationSSAD,
    "contrastive_da": ContrastiveSSAD,
    "dae": DAE,
}
"""From scratch."""


def available():
    """Return the names of the detectors whose packages are installed."""
    with_weights = [*BASELINES, *FROZEN] if has_imagenet() else []
    return [*with_weights, *UNTRAINED, *TRAINED]


def make_detector(name, seed, options):
    """Return an unfitted detector.

    Parameters
    ----------
    name : str
        One of `available`.
    seed : int
    options : argparse.Namespace
        ``image_size`` and ``steps`` of those that are trained, where None leaves the
        detector's own; ``device``, ``precision`` and ``calibration``.
    """
    shared = {"device": options.device, "random_state": seed}
    if name in BASELINES:
        return BASELINES[name](backbone=imagenet_backbone, weights=None, **shared)
    if name in FROZEN:
        return FROZEN[name](backbone=imagenet_backbone, **shared)
    if name in UNTRAINED:
        return UNTRAINED[name](**shared)
    return make_trained(TRAINED[name], seed, options)
