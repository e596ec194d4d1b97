"""The pretext of CutOut, CutPaste and their relatives: what was augmented?"""

from pyod_ssad.pretext.which import WhichAugmentation


class AugmentedOrNot(WhichAugmentation):
    """Tell images from augmented images: `WhichAugmentation` of a single one.

    Parameters
    ----------
    augmentation : Augmentation
        What makes pseudo anomalies.
    """

    def __init__(self, augmentation):
        super().__init__([augmentation])
