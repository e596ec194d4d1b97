"""The CutPaste detector."""

from dataclasses import dataclass

from pyod_ssad.augmentations import CutPaste, CutPasteScar, CutPasteUnion
from pyod_ssad.detectors._patch import PatchSSAD
from pyod_ssad.pretext.augmented import AugmentedOrNot
from pyod_ssad.pretext.which import WhichAugmentation
from pyod_ssad.suggesting import check_choice

VARIANTS = ("normal", "scar", "union", "3way")


@dataclass(eq=False, repr=False)
class CutPasteSSAD(PatchSSAD):
    """Tell images from images with a displaced patch, or a scar: section 2 of [1]_.

    Parameters
    ----------
    patch_area, aspect
        Of the patch, as in `PatchSSAD`.
    variant : {"normal", "scar", "union", "3way"}, optional (default="normal")
        What is pasted: a patch; a thin turned scar; either of them, as one class of
        pseudo anomalies; or as two classes. The scar is that of
        `pyod_ssad.augmentations.CutPasteScar`: one of other sizes goes to
        ``AugmentationSSAD(CutPasteScar(width=...))``.
    **shared
        See `pyod_ssad.AugmentationSSAD`, as for the attributes.

    References
    ----------
    .. [1] C.-L. Li, K. Sohn, J. Yoon and T. Pfister, "CutPaste: Self-supervised
       learning for anomaly detection and localization", CVPR 2021.
    """

    variant: str = "normal"

    def _make_augmentation(self):
        check_choice("variant", self.variant, VARIANTS)
        if self.variant == "normal":
            return CutPaste(self.patch_area, self.aspect)
        if self.variant == "scar":
            return CutPasteScar()
        return CutPasteUnion(self.patch_area, self.aspect)

    def _make_pretext(self, augmentation):
        if self.variant == "3way":
            return WhichAugmentation(augmentation.parts)
        return AugmentedOrNot(augmentation)
