"""Augmentations of one fixed transform, which every image gets or does not get."""

import torch

from pyod_ssad.augmentations._finite import FiniteAugmentation
from pyod_ssad.augmentations.base import check_number


class ToggledAugmentation(FiniteAugmentation):
    """An augmentation that changes an image in one fixed way, or leaves it.

    A subclass writes `change`.

    Parameters
    ----------
    p : float in [0, 1], optional (default=1.0)
        Probability that an image is changed. Images that are left as they are would
        be normal ones called anomalous, so for pseudo anomalies it is 1.
    """

    n_transforms = 2

    def __init__(self, p=1.0):
        super().__init__()
        self.p = check_number("p", p, 0.0, 1.0)

    def change(self, images):
        """Change all images."""
        raise NotImplementedError

    def transform(self, images, index):
        """Change all images for index 1; see `FiniteAugmentation.transform`."""
        return self.change(images) if index else images

    def sample(self, shape, generator=None):
        """Draw whether to change, as an index of 0 or 1, for every image."""
        drawn = torch.rand(shape[0], generator=generator)
        return {"index": (drawn < self.p).long()}
