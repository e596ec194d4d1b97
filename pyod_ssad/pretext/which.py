"""The pretext of 3-way CutPaste: which augmentation was it?"""

import torch
from torch.nn import functional as F

from pyod_ssad.pretext.base import Pretext
from pyod_ssad.pretext.network import projection_head


class WhichAugmentation(Pretext):
    """Tell images, and what each of several augmentations makes of them, apart.

    Parameters
    ----------
    augmentations : sequence of Augmentation
        K of them; each makes a class of its own.

    Notes
    -----
    The mean softmax cross-entropy of a batch of images, class 0, together with one
    copy of each by the augmentation k, class k: K + 1 classes, and as many times the
    images of the batch. With K = 1 it is Eq. 1 of [1]_, and its 3-way classification
    with an ordinary patch and a scar.

    References
    ----------
    .. [1] C.-L. Li, K. Sohn, J. Yoon and T. Pfister, "CutPaste: Self-supervised
       learning for anomaly detection and localization", CVPR 2021.
    """

    def __init__(self, augmentations):
        self.augmentations = tuple(augmentations)

    def make_head(self, n_features):
        """Return a projection head with K + 1 outputs."""
        return projection_head(n_features, n_outputs=1 + len(self.augmentations))

    def loss(self, forward, images, generator):
        """Return the cross-entropy; see `Pretext.loss`."""
        copies = [images, *(make(images, generator) for make in self.augmentations)]
        target = torch.arange(len(copies), device=images.device)
        logits = forward(torch.cat(copies))
        return {"loss": F.cross_entropy(logits, target.repeat_interleave(len(images)))}
