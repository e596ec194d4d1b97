"""Patches that are crops of an image, each embedded by itself."""

import torch
from torch.nn import functional as F

from pyod_ssad.pretext.stage import Stage

AT_ONCE = 512
"""Crops that are embedded at a time, which bounds the memory."""


class CropStage(Stage):
    """Represent images by the embeddings of crops on a grid.

    Parameters
    ----------
    make_density : callable () -> PatchDensity
    crop : int
        Side of a crop, in pixels.
    stride : int
        From one crop to the next, in pixels.
    """

    def __init__(self, make_density, crop, stride):
        self.make_density = make_density
        self.crop = crop
        self.stride = stride

    @property
    def margin(self):
        """Pixels at each side of an image that are nearest to no crop's centre."""
        return (self.crop - self.stride) / 2

    def represent(self, network, images):
        """Return the embeddings ``(n, positions, d)`` of unit length."""
        parts = images.split(max(1, AT_ONCE // self._n_crops(images.shape[-1])))
        return torch.cat([self._embed(network, part) for part in parts])

    def _embed(self, network, images):
        n, channels = images.shape[:2]
        rows = images.unfold(2, self.crop, self.stride)
        crops = rows.unfold(3, self.crop, self.stride).permute(0, 2, 3, 1, 4, 5)
        crops = crops.reshape(-1, channels, self.crop, self.crop)
        features = network.encoder(crops).float()
        return F.normalize(features, dim=1).view(n, -1, features.shape[1])

    def _n_crops(self, side):
        return ((side - self.crop) // self.stride + 1) ** 2
