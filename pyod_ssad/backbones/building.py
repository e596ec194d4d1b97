"""Names or factories -> encoders."""

import os

import torch
from torch import nn

from pyod_ssad.backbones.encoder import Encoder
from pyod_ssad.backbones.small_cnn import SmallCNN


def build_encoder(backbone, weights=None):
    """Build an encoder.

    Parameters
    ----------
    backbone : str or callable
        ``"small_cnn"``, the name of a torchvision classification model such as
        ``"resnet18"`` (its last linear layer is removed), or a callable that takes
        no argument and returns a `torch.nn.Module`.
    weights : str or path, optional (default=None)
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
    path = weights if _is_file(weights) else None
    if path is None and weights is not None:
        _check_weights_name(weights, models.get_model_weights(name))
    model = models.get_model(name, weights=None if path else weights)
    if path:
        model.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return _without_last_linear(model, name)


def _is_file(weights):
    return isinstance(weights, str | os.PathLike) and os.path.isfile(weights)


def _check_weights_name(weights, known):
    # torchvision takes whatever is true and no name for "download the default".
    if weights not in (*known.__members__, "DEFAULT"):
        raise ValueError(
            f"weights={weights!r} is neither an existing file nor one of "
            f"{', '.join(known.__members__)}, DEFAULT."
        )


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
