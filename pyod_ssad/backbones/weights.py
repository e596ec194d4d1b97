"""torchvision's classification models with their weights."""

import os
from urllib.parse import urlparse

import torch
from torch import nn
from torchvision import models


def load_model(name, weights=None):
    """Return a torchvision classification model.

    Parameters
    ----------
    name : str
        One of ``torchvision.models.list_models(module=torchvision.models)``.
    weights : str or path, optional (default=None)
        The name of torchvision weights, which are downloaded unless they were before;
        or the path of a state dict; None starts from random weights.

    Raises
    ------
    ValueError
        If the weights are neither, or do not fit the model.
    ConnectionError
        If they could not be downloaded.
    """
    if isinstance(weights, str | os.PathLike) and os.path.isfile(weights):
        model = _make_random(name)
        _load_state(model, name, weights)
    elif weights is None:
        model = _make_random(name)
    else:
        model = _download(name, weights)
    return _without_auxiliary_heads(model)


def _make_random(name):
    # These two warn unless it is said that their weights are to be drawn.
    drawn = {"init_weights": True} if name in ("googlenet", "inception_v3") else {}
    return models.get_model(name, **drawn)


def _download(name, weights):
    known = models.get_model_weights(name)
    # torchvision takes whatever is true and no name for "download the default".
    if weights not in (*known.__members__, "DEFAULT"):
        names = [*(member.name for member in known), "DEFAULT"]
        raise ValueError(
            f"weights={weights!r} is neither an existing file nor one of the weights "
            f"of {name}: {', '.join(names)}."
        )
    try:
        return models.get_model(name, weights=weights)
    except OSError as error:
        url = known[weights].url
        file = os.path.basename(urlparse(url).path)
        raise ConnectionError(
            f"weights={weights!r}: could not download {file} from {url} ({error}). "
            "Where there is no network, download it elsewhere and pass its path: "
            f"weights='path/to/{file}'."
        ) from error


def _load_state(model, name, path):
    wanted = f"a state dict of torchvision's {name}"
    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except Exception as error:
        raise ValueError(
            f"weights={str(path)!r} cannot be read ({type(error).__name__}); wanted "
            f"{wanted}, as torch.save(model.state_dict(), path) writes it."
        ) from error
    try:
        model.load_state_dict(state)
    except (RuntimeError, TypeError, AttributeError) as error:
        lines = " ".join(str(error).split())
        raise ValueError(
            f"weights={str(path)!r} do not fit; wanted {wanted}. Rename or pick its "
            f"entries, or load them inside a backbone factory. {lines[:300]}"
        ) from error


def _without_auxiliary_heads(model):
    """Take away what GoogLeNet and Inception add in training: it wants large images."""
    if hasattr(model, "aux_logits"):
        model.aux_logits = False
        for name in ("aux1", "aux2", "AuxLogits"):
            if isinstance(getattr(model, name, None), nn.Module):
                setattr(model, name, None)
    return model
