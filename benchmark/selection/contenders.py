"""A zoo of very different detectors, and the groups of it that are selected from."""

from functools import partial

from benchmark.common.imagenet import has_imagenet, imagenet_backbone
from benchmark.common.runs import make_trained
from benchmark.localization.contenders import DEEP
from pyod_ssad import (
    CutDiffSSAD,
    CutPasteSSAD,
    DenseSSAD,
    PatchFeatures,
    PretrainedFeatures,
    RotationSSAD,
)

FROZEN = {
    "pooled": PretrainedFeatures,
    "pooled_mean_std": partial(PretrainedFeatures, pool="mean_std", image_size=256),
    "coreset_deep": partial(PatchFeatures, layers=DEEP, density="coreset"),
    "position_gaussian": partial(PatchFeatures, density="position_gaussian"),
    "subspace": partial(PatchFeatures, density="subspace"),
    "dense": partial(DenseSSAD, steps=0, image_size=256),
}
"""With ImageNet weights, which are frozen."""

STRENGTHS = {
    "cutpaste_0.005": partial(CutPasteSSAD, patch_area=(0.002, 0.02)),
    "cutpaste_0.05": partial(CutPasteSSAD, patch_area=(0.02, 0.1)),
    "cutpaste_0.15": partial(CutPasteSSAD, patch_area=(0.05, 0.3)),
}
"""From scratch: one family."""

TRAINED = {
    **STRENGTHS,
    "cutpaste_union": partial(CutPasteSSAD, variant="union"),
    "cutdiff": CutDiffSSAD,
    "rotation": RotationSSAD,
}
"""From scratch: several."""

GROUPS = {
    "everything": [*FROZEN, *TRAINED],
    "frozen": list(FROZEN),
    "scratch": list(TRAINED),
    "strengths": list(STRENGTHS),
}


def available():
    """Return the names of the detectors whose packages are installed."""
    return [*(FROZEN if has_imagenet() else ()), *TRAINED]


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
    if name in TRAINED:
        return make_trained(TRAINED[name], seed, options)
    shared = {"device": options.device, "random_state": seed}
    return FROZEN[name](backbone=imagenet_backbone, **shared)
