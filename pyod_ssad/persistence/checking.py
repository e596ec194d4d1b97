"""Checks of what a file has made, which may have been forged."""

import math
import numbers

import numpy as np
import torch

from pyod_ssad.densities import score
from pyod_ssad.densities._patches import PatchDensity
from pyod_ssad.persistence.errors import ModelFileError
from pyod_ssad.persistence.networks import LARGEST_SIDE
from pyod_ssad.pretext.embeddings import represent

LARGEST_COUNT = 10_000
CPU = torch.device("cpu")


def check_attributes(cls, state):
    """Check names of attributes: none hides a method or is Python's own."""
    for name in state:
        is_hiding = callable(getattr(cls, name, None)) or isinstance(
            getattr(cls, name, None), property
        )
        if not name.isidentifier() or name.startswith("__") or is_hiding:
            raise ModelFileError(f"{cls.__name__} can have no attribute {name!r}.")


def check_thresholded(detector):
    """Check the scores of the training data, and what follows from them."""
    scores = getattr(detector, "decision_scores_", None)
    labels = getattr(detector, "labels_", None)
    _check_vector("decision_scores_", scores)
    _check_vector("labels_", labels)
    if len(scores) != len(labels):
        raise ModelFileError(f"Got {len(scores)} scores and {len(labels)} labels.")
    for name in ("threshold_", "_mu", "_sigma"):
        value = getattr(detector, name, None)
        if not (isinstance(value, numbers.Real) and np.isfinite(value)):
            raise ModelFileError(f"{name} is {value!r}; wanted a finite number.")


def _check_vector(name, value):
    is_vector = isinstance(value, np.ndarray) and value.ndim == 1
    if not is_vector or value.dtype.kind not in "biuf" or not np.isfinite(value).all():
        raise ModelFileError(f"{name} is {value!r}; wanted finite numbers, one axis.")


def check_sizes(detector):
    """Check what a detector knows of the images, or rows, that it was fitted on."""
    columns = getattr(detector, "n_features_in_", None)
    if columns is not None:
        _check_count("n_features_in_", columns)
        return
    _check_count("image_size_", getattr(detector, "image_size_", None))
    channels = getattr(detector, "n_channels_", None)
    if channels not in (1, 3):
        raise ModelFileError(f"n_channels_ is {channels!r}; wanted 1 or 3.")


def _check_count(name, value):
    if not isinstance(value, numbers.Integral) or value < 1:
        raise ModelFileError(f"{name} is {value!r}; wanted a positive integer.")


def check_densities(detector):
    """Check that the densities score what the network makes of an image."""
    _check_density(detector, detector.density_, detector._fitted_stage())
    maps = getattr(detector, "map_density_", None)
    if maps is not None:
        _check_density(detector, maps, detector._fitted_map_stage())


def _check_density(detector, density, stage):
    is_too_large = max(detector._fitted_shape) > LARGEST_SIDE
    if is_too_large and isinstance(density, PatchDensity):
        return  # Its layers and positions are those of larger images.
    seen = represent(detector.network_, stage, [_example(detector)], CPU)
    try:
        scores = score(density, seen)
    except Exception as error:
        raise ModelFileError(
            f"The density cannot score rows of {seen.shape[-1]} features, which are "
            f"those of the network: {error}"
        ) from error
    if scores.shape != (1,) or not np.isfinite(scores).all():
        raise ModelFileError(
            f"The density gives {scores!r} for one embedding; wanted a finite score."
        )


def _example(detector):
    channels, *sides = detector._fitted_shape
    shape = (1, channels, *(min(side, LARGEST_SIDE) for side in sides))
    return torch.linspace(0, 1, math.prod(shape)).view(shape)


def check_affordable(detector):
    """Check that a detector which is to be fitted asks for no absurd work."""
    for name, value in detector.get_params(deep=False).items():
        is_count = isinstance(value, numbers.Integral) and name != "random_state"
        if is_count and abs(value) > LARGEST_COUNT:
            raise ModelFileError(
                f"{type(detector).__name__} is to be fitted anew with {name}={value}; "
                f"wanted at most {LARGEST_COUNT}, so that loading ends."
            )
