"""The CutOut detector."""

from pyod_ssad.augmentations import CutOut
from pyod_ssad.detectors._patch import PatchSSAD


class CutOutSSAD(PatchSSAD):
    """Tell images from images with a black box [1]_.

    ``AugmentationSSAD(CutOut(patch_area, aspect))`` by a shorter name: `PatchSSAD`
    describes these two, `AugmentationSSAD` the other parameters and the attributes.

    .. [1] T. DeVries and G. W. Taylor, "Improved regularization of convolutional
       neural networks with cutout", arXiv:1708.04552, 2017.
    """

    _augmentation_class = CutOut
