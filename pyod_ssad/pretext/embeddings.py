"""The usual second stage: a density of the embeddings."""

import torch
from torch.nn import functional as F

from pyod_ssad.images.levels import to_unit
from pyod_ssad.pretext.stage import Stage

CHUNK = 128
"""Images that are embedded at a time, which bounds the memory."""


class Features(Stage):
    """Represent images by the pooled features before the head.

    Parameters
    ----------
    make_density : callable () -> object, optional (default=None)
        Returns the unfitted density that scores them, if they are to be scored.
    """

    def __init__(self, make_density=None):
        self.make_density = make_density

    def represent(self, network, images):
        """Return the features ``(n, d)``."""
        return network.encoder(images).float()


class Embeddings(Features):
    """Represent images by their embeddings: the features, scaled to unit length."""

    def represent(self, network, images):
        """Return the embeddings ``(n, d)``."""
        return F.normalize(super().represent(network, images), dim=1)


@torch.no_grad()
def represent(network, stage, batches, device):
    """Return what a second stage sees of images, in float32 and eval mode.

    Parameters
    ----------
    network : PretextNetwork
        Comes back on the CPU, so that it can be stored and loaded anywhere.
    stage : Stage
        `Embeddings`, patches, or a `Pretext` with a score of its own.
    batches : iterable of tensors (n, C, H, W)
        uint8, or float in [0, 1].
    device : torch.device

    Returns
    -------
    representation : float32 ndarray of shape (n, d)
    """
    network.to(device).eval()
    parts = [
        stage.represent(network, to_unit(batch.to(device))).float().cpu()
        for batch in batches
    ]
    network.to("cpu")
    return torch.cat(parts).numpy()


def embed(network, batches, device):
    """Return unit-length embeddings of images; see `represent`."""
    return represent(network, Embeddings(), batches, device)
