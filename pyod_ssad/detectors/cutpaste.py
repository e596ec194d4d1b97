"""The CutPaste detector."""

from pyod_ssad.augmentations import CutPaste
from pyod_ssad.detectors._patch import PatchSSAD


class CutPasteSSAD(PatchSSAD):
    _augmentation_class = CutPaste
