"""The detectors of the table, each with the settings that a user gets."""

from functools import partial

from benchmark.common.imagenet import has_imagenet, imagenet_backbone
from benchmark.common.runs import make_trained
from pyod_ssad import (
    CSI,
    DAE,
    GEOM,
    GOAD,
    SSD,
    STSSAD,
    ContrastiveSSAD,
    CutAvgSSAD,
    CutDiffSSAD,
    CutOutSSAD,
    CutPasteSSAD,
    DeepSAD,
    PretrainedFeatures,
    RotationSSAD,
)

DETECTORS = {
    "cutout": CutOutSSAD,
    "cutavg": CutAvgSSAD,
    "cutdiff": CutDiffSSAD,
    "cutpaste": CutPasteSSAD,
    "cutpaste_scar": partial(CutPasteSSAD, variant="scar"),
    "cutpaste_union": partial(CutPasteSSAD, variant="union"),
    "cutpaste_3way": partial(CutPasteSSAD, variant="3way"),
    "st_ssad": STSSAD,
    "deep_sad": DeepSAD,
    "dae": DAE,
    "rotation": RotationSSAD,
    "geom": GEOM,
    "goad": GOAD,
    "contrastive": partial(ContrastiveSSAD, transforms=None),
    "contrastive_da": ContrastiveSSAD,
    "ssd": SSD,
    "csi": CSI,
    "untrained": partial(PretrainedFeatures, "small_cnn", None),
    "imagenet": PretrainedFeatures,
}
TRANSDUCTIVE = ("st_ssad",)
"""Those that are given the test images too, without their labels."""
FROZEN = ("untrained", "imagenet")


def available():
    """Return the names of the detectors whose packages are installed."""
    return [name for name in DETECTORS if name != "imagenet" or has_imagenet()]


def make_detector(name, seed, options):
    """Return an unfitted detector.

    Parameters
    ----------
    name : str
        One of `available`.
    seed : int
    options : argparse.Namespace
        ``image_size`` and ``steps``, where None leaves the detector's own;
        ``device``, ``precision`` and ``calibration``.
    """
    if name in FROZEN:
        network = {"backbone": imagenet_backbone} if name == "imagenet" else {}
        return DETECTORS[name](device=options.device, random_state=seed, **network)
    return make_trained(DETECTORS[name], seed, options)
