"""The CutOut detector."""

from pyod_ssad.augmentations import CutOut
from pyod_ssad.detectors._patch import PatchSSAD


class CutOutSSAD(PatchSSAD):
    _augmentation_class = CutOut
