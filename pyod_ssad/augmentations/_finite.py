"""Augmentations that choose among a few fixed transforms."""

import torch

from pyod_ssad.augmentations.base import Augmentation


class FiniteAugmentation(Augmentation):
    """An augmentation of a few fixed transforms, of which the first changes nothing.

    A subclass has `n_transforms` and writes `transform`. As an augmentation, it draws
    one of the others for every image; pretext tasks use them all.
    """

    n_transforms = None

    def transform(self, images, index):
        """Transform all images alike.

        Parameters
        ----------
        images : torch.Tensor of shape (n, C, H, W)
            Values in [0, 1].
        index : int
            From 0, the identity, to ``n_transforms - 1``.

        Returns
        -------
        transformed : torch.Tensor of shape (n, C, H, W)
        """
        raise NotImplementedError

    def sample(self, shape, generator=None):
        """Draw the index of a transform other than the identity for every image."""
        others = self.n_transforms - 1
        return {"index": 1 + torch.randint(others, shape[:1], generator=generator)}

    def apply(self, images, parameters):
        """Transform each image by its own; see `Augmentation.apply`."""
        transformed = images.clone()
        for index in parameters["index"].unique().tolist():
            rows = parameters["index"] == index
            transformed[rows] = self.transform(images[rows], index)
        return transformed
