"""The CutAvg detector."""

from pyod_ssad.augmentations import CutAvg
from pyod_ssad.detectors._patch import PatchSSAD


class CutAvgSSAD(PatchSSAD):
    _augmentation_class = CutAvg
