"""Names or factories -> encoders."""

from difflib import get_close_matches

from torch import nn

from pyod_ssad.backbones.encoder import Encoder
from pyod_ssad.backbones.small_cnn import SmallCNN

IMAGENET_CLASSES = 1000


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
        If the backbone is unknown, has no linear layer to remove, or is a factory
        whose module ends in the logits of classes; if `weights` are unknown, do not
        fit, or are given to another kind of backbone.
    ConnectionError
        If weights could not be downloaded.
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
    module = _call_factory(backbone)
    _refuse_logits(module)
    return Encoder(module)


def _call_factory(backbone):
    is_factory = callable(backbone) and not isinstance(backbone, nn.Module)
    try:
        module = backbone() if is_factory else None
    except TypeError as error:
        raise ValueError(
            f"backbone={backbone!r} failed when called without arguments ({error}); "
            "wanted a callable that takes none. Bind them with functools.partial."
        ) from error
    if not isinstance(module, nn.Module):
        raise ValueError(
            f"backbone must be 'small_cnn', a torchvision classification model's name "
            f"or a callable that returns a torch.nn.Module, got {backbone!r}. For a "
            "module m, pass functools.partial(copy.deepcopy, m)."
        )
    return module


def _refuse_logits(module):
    """Refuse a classifier: its outputs say what ImageNet calls an image."""
    layers = [m for m in module.modules() if isinstance(m, nn.Linear | nn.Conv2d)]
    if not layers:
        return
    last = layers[-1]
    is_linear = isinstance(last, nn.Linear)
    n_outputs = last.out_features if is_linear else last.out_channels
    of_torchvision = type(module).__module__.startswith("torchvision.models.")
    if n_outputs == IMAGENET_CLASSES or (of_torchvision and is_linear):
        raise ValueError(
            f"The backbone {type(module).__name__} ends in {n_outputs} logits of "
            "classes; wanted features. Pass torchvision models by their names, such "
            "as backbone='resnet18', which removes the head; in a factory of your "
            "own, replace it, as in model.fc = torch.nn.Identity()."
        )


def _torchvision_features(name, weights):
    from torchvision import models

    known = models.list_models(module=models)
    if name not in known:
        raise ValueError(_unknown(name, known))
    from pyod_ssad.backbones.weights import load_model

    return _without_last_linear(load_model(name, weights), name)


def _unknown(name, known):
    plain = {k.replace("_", ""): k for k in ("small_cnn", *known)}
    asked = name.lower().replace("_", "").replace("-", "")
    close = [plain[match] for match in get_close_matches(asked, plain, n=3)]
    meant = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
    return (
        f"Unknown backbone {name!r}; wanted 'small_cnn' or one of torchvision's "
        f"classification models.{meant} They are {', '.join(known)}."
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
