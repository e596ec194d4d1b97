"""Names or factories -> encoders of a network's output, or of its layers."""

from difflib import get_close_matches

from torch import nn

from pyod_ssad.backbones.encoder import Encoder
from pyod_ssad.backbones.layers import LayerFeatures
from pyod_ssad.backbones.small_cnn import SmallCNN
from pyod_ssad.backbones.stages import find_middle_stages, find_stages

IMAGENET_CLASSES = 1000

FINDING = {"stages": find_stages, "middle": find_middle_stages}
"""How layers are found that are not named."""


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
    return Encoder(_make_module(backbone, weights, by_output=True))


def build_layer_encoder(
    backbone, weights=None, layers="stages", pool="mean_std", image_size=224
):
    """Build an encoder of the outputs of layers, pooled over positions.

    Parameters
    ----------
    backbone : str or callable
        As for `build_encoder`. Where layers are taken, the network may end in the
        logits of classes, which are not used.
    weights : str or path, optional (default=None)
        As for `build_encoder`.
    layers : list of str, "stages", "middle" or None, optional (default="stages")
        Names of submodules; "stages" for those that `find_stages` finds, "middle" for
        those of `find_middle_stages`; None for the backbone's own output.
    pool : str, optional (default="mean_std")
        The statistics over positions: one of `POOLS`, see `LayerFeatures`.
    image_size : int, optional (default=224)
        In pixels, where the stages are looked for.

    Returns
    -------
    encoder : Encoder
        Around `LayerFeatures`. Let `count_features` see whether it works.

    Raises
    ------
    ValueError
        As `build_encoder`, and if a layer or `pool` is unknown, or if no stages are
        found.
    ConnectionError
        If weights could not be downloaded.
    """
    module = _make_module(backbone, weights, by_output=layers is None)
    if isinstance(layers, str) and layers in FINDING:
        layers = FINDING[layers](module, image_size, backbone)
    return Encoder(LayerFeatures(module, layers, pool))


def _make_module(backbone, weights, by_output):
    """Return the network; `by_output` if its own output is to be the features."""
    if isinstance(backbone, str) and backbone != "small_cnn":
        return _torchvision_features(backbone, weights, by_output)
    if weights is not None:
        raise ValueError(
            f"weights={weights!r} go with torchvision backbones only, got "
            f"backbone={backbone!r}. Load the weights inside a backbone factory."
        )
    if backbone == "small_cnn":
        return SmallCNN()
    module = _call_factory(backbone)
    if by_output:
        _refuse_logits(module)
    return module


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


def _torchvision_features(name, weights, by_output):
    from torchvision import models

    known = models.list_models(module=models)
    if name not in known:
        raise ValueError(_unknown(name, known))
    from pyod_ssad.backbones.weights import load_model

    model = load_model(name, weights)
    return _without_last_linear(model, name) if by_output else model


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
