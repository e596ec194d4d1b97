"""The encoder that wraps a backbone."""

import torch
from torch import nn
from torch.nn import functional as F

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class Encoder(nn.Module):
    """Images in [0, 1] to features: three channels, ImageNet scaling, pooling.

    Parameters
    ----------
    backbone : torch.nn.Module
        Maps ``(n, 3, H, W)`` to ``(n, d)`` or ``(n, d, h, w)``.
    """

    def __init__(self, backbone):
        super().__init__()
        self.backbone = backbone
        self.register_buffer("mean", torch.tensor(IMAGENET_MEAN).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor(IMAGENET_STD).view(1, 3, 1, 1))

    def forward(self, images):
        """Return features ``(n, d)``."""
        scaled = (images.expand(-1, 3, -1, -1) - self.mean) / self.std
        features = self.backbone(scaled.contiguous(memory_format=torch.channels_last))
        if not isinstance(features, torch.Tensor):
            raise ValueError(
                f"The backbone returned {type(features).__name__}; wanted one tensor "
                "(n, d) or (n, d, h, w). Wrap it in a module that picks one output."
            )
        if features.ndim == 4:
            features = F.adaptive_avg_pool2d(features, 1)
        return features.flatten(1)
