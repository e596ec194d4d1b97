"""The augmentations of the study, which are its gens too; each changes every image.

Strengths are those of [1]_ where it has the augmentation. Its draws that change
nothing, such as half of its flips, are left out: they would be normal images that are
called anomalous. Scars, blurs and patches have our defaults, which suit small images.

References
----------
.. [1] J. Yoo, T. Zhao and L. Akoglu, "Data augmentation is a hyperparameter:
   Cherry-picked self-supervision for unsupervised anomaly detection is creating the
   illusion of success", TMLR 2023.
"""

from functools import partial

from pyod_ssad.augmentations import (
    Blur,
    Chain,
    ColorJitter,
    Crop,
    CutDiff,
    CutOut,
    CutPaste,
    CutPasteScar,
    Flip,
    GeometricTransforms,
    Invert,
    Mask,
    Noise,
    QuarterTurns,
    SimCLR,
)

AUGMENTATIONS = {
    "cutout": partial(CutOut, (0.02, 0.33)),
    "cutpaste": CutPaste,
    "scar": CutPasteScar,
    "cutdiff": CutDiff,
    "mask": partial(Mask, 0.1),
    "noise": partial(Noise, 0.1),
    "blur": Blur,
    "invert": Invert,
    "color": partial(ColorJitter, 0.8, 0.2),
    "flip": partial(Flip, "vertical"),
    "rotate": QuarterTurns,
    "crop": partial(Crop, (0.08, 1.0)),
    "geom": GeometricTransforms,
    "simclr": lambda: Chain([SimCLR(0.8, area=(0.08, 1.0)), Blur()]),
}
# A texture that is flipped, turned, moved or cropped is a texture: such augmentations
# make no anomalies of the packaged photographs. They are there for folders.
DEFAULT = ("cutout", "cutpaste", "scar", "mask", "noise", "blur", "invert", "color")
