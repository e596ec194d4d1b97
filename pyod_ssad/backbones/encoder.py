"""The encoder that wraps a backbone."""

import torch
from torch import nn
from torch.nn import functional as F

from pyod_ssad.backbones.scaling import IMAGENET_MEAN, IMAGENET_STD

WANTED = "wanted a float tensor (n, d) or (n, d, h, w)"


class Encoder(nn.Module):
    """Images in [0, 1] to features: three channels, ImageNet scaling, pooling.

    Parameters
    ----------
    backbone : torch.nn.Module
        Maps ``(n, 3, H, W)`` to ``(n, d)`` or ``(n, d, h, w)``; see also
        `trained_with_scale`.
    """

    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(IMAGENET_STD).view(1, 3, 1, 1))

    def forward(self, images):
        """Return features ``(n, d)``.

        Raises
        ------
        ValueError
            If the backbone returns something else than it should.
        """
        return self.pool(self.backbone(self.scale(images)), len(images))

    def scale(self, images):
        """Return what the backbone sees, ``(n, 3, H, W)``."""
        scaled = (images.expand(-1, 3, -1, -1) - self.mean) / self.std
        return scaled.contiguous(memory_format=torch.channels_last)

    def pool(self, features, n):
        """Return the features ``(n, d)`` of n images from what the backbone made."""
        self._check(features, n)
        if features.ndim == 4:
            features = F.adaptive_avg_pool2d(features, 1)
        return features.flatten(1)

    def _check(self, features, n):
        name = type(self.backbone).__name__
        if not isinstance(features, torch.Tensor):
            raise ValueError(
                f"The backbone {name} returned {type(features).__name__}; wanted one "
                "tensor (n, d) or (n, d, h, w). Wrap it in a module that picks one "
                "output."
            )
        shape = tuple(features.shape)
        if features.ndim not in (2, 4) or shape[0] != n or 0 in shape:
            raise ValueError(
                f"The backbone {name} returned the shape {shape} for {n} images; "
                f"{WANTED} with n = {n} and d > 0. Wrap it in a module that pools or "
                "picks the features, such as the class token of (n, tokens, d)."
            )
        if not features.is_floating_point():
            raise ValueError(
                f"The backbone {name} returned {features.dtype}; {WANTED}. Return "
                "what comes before classes or codes are picked."
            )
