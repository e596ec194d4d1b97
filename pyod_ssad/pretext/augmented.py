"""The pretext of CutOut, CutPaste and their relatives: what was augmented?"""

import torch
from torch.nn import functional as F

from pyod_ssad.pretext.base import Pretext
from pyod_ssad.pretext.network import projection_head


class AugmentedOrNot(Pretext):
    """Tell images from augmented images.

    Parameters
    ----------
    augmentation : Augmentation
        What makes pseudo anomalies.

    Notes
    -----
    The mean softmax cross-entropy of a batch of images, class 0, together with one
    augmented copy of each, class 1: Eq. 1 of [1]_.

    References
    ----------
    .. [1] C.-L. Li, K. Sohn, J. Yoon and T. Pfister, "CutPaste: Self-supervised
       learning for anomaly detection and localization", CVPR 2021.
    """

    def __init__(self, augmentation):
        self.augmentation = augmentation

    def make_head(self, n_features):
        """Return a projection head with two outputs."""
        return projection_head(n_features, n_outputs=2)

    def loss(self, forward, images, generator):
        """Return the cross-entropy; see `Pretext.loss`."""
        augmented = self.augmentation(images, generator)
        target = torch.arange(2, device=images.device).repeat_interleave(len(images))
        logits = forward(torch.cat([images, augmented]))
        return {"loss": F.cross_entropy(logits, target)}
