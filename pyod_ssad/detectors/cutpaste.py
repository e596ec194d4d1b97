"""The CutPaste detector."""

from pyod_ssad.augmentations import CutPaste
from pyod_ssad.detectors._patch import PatchSSAD


class CutPasteSSAD(PatchSSAD):
    """Tell images from images with a displaced patch: section 2 of [1]_.

    The patch has the parameters `patch_area` and `aspect`, as in `PatchSSAD`; the rest,
    and what a fitted detector holds, are at `AugmentationSSAD`.

    .. [1] C.-L. Li, K. Sohn, J. Yoon and T. Pfister, "CutPaste: Self-supervised
       learning for anomaly detection and localization", CVPR 2021.
    """

    _augmentation_class = CutPaste
