"""The CutAvg detector."""

from pyod_ssad.augmentations import CutAvg
from pyod_ssad.detectors._patch import PatchSSAD


class CutAvgSSAD(PatchSSAD):
    """Tell images from images with a box of its own mean colour [1]_.

    Like `CutOutSSAD`, with `pyod_ssad.augmentations.CutAvg`: a fainter anomaly, which
    smooth images hide.

    .. [1] J. Yoo, Y. Zhao, L. Zhao and L. Akoglu, "DSV: An alignment validation loss
       for self-supervised outlier model selection", ECML PKDD 2023.
    """

    _augmentation_class = CutAvg
