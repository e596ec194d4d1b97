"""The augmentations of the study; each changes every image."""

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
    Invert,
    Mask,
    Noise,
    Rotation,
    SimCLR,
)

AUGMENTATIONS = {
    "cutout": CutOut,
    "cutpaste": CutPaste,
    "scar": CutPasteScar,
    "cutdiff": CutDiff,
    "mask": Mask,
    "noise": Noise,
    "blur": Blur,
    "invert": Invert,
    "color": partial(ColorJitter, 0.8, 0.2),
    "flip": partial(Flip, "vertical"),
    "rotate": partial(Rotation, 90.0),
    "crop": partial(Crop, (0.08, 0.5)),
    "flip_rotate": lambda: Chain([Flip(), Rotation(90.0)]),
    "simclr": SimCLR,
}
# A texture that is flipped, turned or cropped is a texture: such augmentations make no
# anomalies of the packaged photographs. They are there for folders.
DEFAULT = ("cutout", "cutpaste", "scar", "mask", "noise", "blur", "invert", "color")
