"""The detectors that are compared, by name."""

from functools import partial

from pyod_ssad import (
    CSI,
    DAE,
    GEOM,
    GOAD,
    SSD,
    ContrastiveSSAD,
    CutPasteSSAD,
    DeepSAD,
    RotationSSAD,
)

DETECTORS = {
    "rotation": RotationSSAD,
    "contrastive": partial(ContrastiveSSAD, transforms=None),
    "contrastive_da": ContrastiveSSAD,
    "geom": GEOM,
    "goad": GOAD,
    "ssd": SSD,
    "csi": CSI,
    "dae": DAE,
    "deep_sad": DeepSAD,
    "cutpaste": CutPasteSSAD,
    "untrained": CutPasteSSAD,
}


def make_detector(name, seed, options):
    """Return an unfitted detector; options that are None leave its own."""
    steps = 0 if name == "untrained" else options.steps
    asked = {"steps": steps, "batch_size": options.batch_size}
    return DETECTORS[name](
        backbone=options.backbone,
        image_size=options.image_size,
        device=options.device,
        precision=options.precision,
        # Networks for thresholds alone would take three times as long again.
        calibration="density",
        random_state=seed,
        **{key: value for key, value in asked.items() if value is not None},
    )
