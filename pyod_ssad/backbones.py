"""Backbones: names or factories, and the encoder that wraps them."""

import os

import torch
from torch import nn
from torch.nn import functional as F

IMAGENET_MEAN = (0.485, 0.456, 0.406)
IMAGENET_STD = (0.229, 0.224, 0.225)


class SmallCNN(nn.Sequential):
    """Four stages of a stride-2 and a plain 3 x 3 convolution, then global pooling.

    Parameters
    ----------
    widths : tuple of int, optional (default=(32, 64, 128, 256))
        Channels of the stages; the last is the number of features.
    """

    def __init__(self, widths=(32, 64, 128, 256)):
        stages, previous = [], 3
        for width in widths:
            stages += [_conv(previous, width, stride=2), _conv(width, width, stride=1)]
            previous = width
        super().__init__(*stages, nn.AdaptiveAvgPool2d(1), nn.Flatten())


def _conv(n_in, n_out, stride):
    return nn.Sequential(
        nn.Conv2d(n_in, n_out, 3, stride, padding=1, bias=False),
        nn.BatchNorm2d(n_out),
        nn.ReLU(inplace=True),
    )


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
        if features.ndim == 4:
            features = F.adaptive_avg_pool2d(features, 1)
        return features.flatten(1)


def build_encoder(backbone, weights=None):
    """Build an encoder.

    Parameters
    ----------
    backbone : str or callable
        ``"small_cnn"``, the name of a torchvision classification model such as
        ``"resnet18"`` (its last linear layer is removed), or a callable that takes
        no argument and returns a `torch.nn.Module`.
    weights : str, optional (default=None)
        For torchvision models: a torchvision weights name such as ``"DEFAULT"``, or
        the path of a state dict; None starts from random weights.

    Returns
    -------
    encoder : Encoder

    Raises
    ------
    ValueError
        If the backbone is unknown, or has no linear layer to remove, or `weights`
        are given to another kind of backbone.
    """
    if isinstance(backbone, str) and backbone != "small_cnn":
        return Encoder(_torchvision_features(backbone, weights))
    if weights is not None:
        raise ValueError(
            f"weights={weights!r} go with torchvision backbones only, got "
            f"backbone={backbone!r}. Load the weights inside a backbone factory."
        )
    if backbone == "small_cnn":
        return Encoder(SmallCNN())
    is_factory = callable(backbone) and not isinstance(backbone, nn.Module)
    module = backbone() if is_factory else None
    if not isinstance(module, nn.Module):
        raise ValueError(
            f"backbone must be 'small_cnn', a torchvision classification model's name "
            f"or a callable that returns a torch.nn.Module, got {backbone!r}. For a "
            "module m, pass functools.partial(copy.deepcopy, m)."
        )
    return Encoder(module)


def count_features(encoder, image_size):
    """Return the number of features that an encoder gives for square images."""
    was_training = encoder.training
    encoder.eval()
    with torch.no_grad():
        features = encoder(torch.zeros(1, 3, image_size, image_size))
    encoder.train(was_training)
    return features.shape[1]


def _torchvision_features(name, weights):
    from torchvision import models

    known = models.list_models(module=models)
    if name not in known:
        raise ValueError(
            f"Unknown backbone {name!r}; wanted 'small_cnn' or one of torchvision's "
            f"classification models: {', '.join(known)}."
        )
    path = weights if weights is not None and os.path.isfile(weights) else None
    model = models.get_model(name, weights=None if path else weights)
    if path:
        model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return _without_last_linear(model, name)


def _without_last_linear(model, name):
    modules = dict(model.named_modules())
    linear = [key for key, module in modules.items() if isinstance(module, nn.Linear)]
    if not linear or list(modules)[-1] != linear[-1]:
        raise ValueError(
            f"backbone {name!r} does not end in a linear layer that could be removed. "
            "Choose another, or pass a factory of its feature extractor."
        )
    parent, _, child = linear[-1].rpartition(".")
    setattr(modules[parent], child, nn.Identity())
    return model
