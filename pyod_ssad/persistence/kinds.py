"""How objects of each kind of class are taken apart and put together.

What is stored of an object is a dict of parts; putting them together calls the class's
own constructor, so that its checks of arguments hold for files too.
"""

import inspect

import numpy as np
import torch
from pyod.models.base import BaseDetector
from torch import nn

from pyod_ssad.augmentations import Augmentation
from pyod_ssad.densities import PyODDensity, score
from pyod_ssad.image_detector import BaseImageDetector
from pyod_ssad.persistence.checking import (
    check_affordable,
    check_attributes,
    check_densities,
    check_sizes,
    check_thresholded,
)
from pyod_ssad.persistence.errors import ModelFileError
from pyod_ssad.persistence.networks import restore_network
from pyod_ssad.persistence.versions import tell_versions

MODULE_INTERNALS = frozenset(vars(nn.Module()))


class Plain:
    """Objects of attributes without a constructor of their own, such as densities."""

    def take_apart(self, value):
        """Return the parts of an object."""
        return {"state": vars(value)}

    def put_together(self, cls, parts, reader):
        """Return an object of its parts."""
        made = cls.__new__(cls)
        return _with_state(made, parts["state"])


class Estimator:
    """Objects with scikit-learn's parameters: selectors, criteria, PyOD's detectors."""

    def take_apart(self, value):
        """Return the parameters, and the fitted attributes if there are any."""
        parameters = value.get_params(deep=False)
        state = {} if _is_unfitted(value) else vars(value)
        fitted = {name: v for name, v in state.items() if name not in parameters}
        return {"parameters": parameters, "state": fitted}

    def put_together(self, cls, parts, reader):
        """Return an estimator of its parameters and fitted attributes."""
        made = _with_state(construct(cls, parts["parameters"]), parts["state"])
        if isinstance(made, BaseDetector) and not _is_unfitted(made):
            check_thresholded(made)
        return made


def _is_unfitted(value):
    # PyOD's constructors make attributes too, which are no result of a fit.
    scores = getattr(value, "decision_scores_", None)
    return isinstance(value, BaseDetector) and scores is None


class Detector(Estimator):
    """Detectors of this package, and users' own."""

    def take_apart(self, value):
        """Return parameters, fitted attributes, and the weights of the network."""
        parts = super().take_apart(value)
        network = parts["state"].pop("network_", None)
        weights = None if network is None else dict(network.state_dict())
        return {**parts, "network_": weights}

    def put_together(self, cls, parts, reader):
        """Return a detector with its network."""
        made = super().put_together(cls, parts, reader)
        if parts["network_"] is None:
            return made
        check_sizes(made)
        made.network_ = restore_network(made, parts["network_"])
        if cls.decision_function is BaseImageDetector.decision_function:
            check_densities(made)
        return made


class AugmentationKind:
    """Augmentations, whose arguments are kept under their names."""

    def take_apart(self, value):
        """Return the arguments of the constructor, other attributes, and tensors."""
        arguments = _arguments(value)
        state = {
            name: v
            for name, v in vars(value).items()
            if name not in MODULE_INTERNALS and name not in arguments
        }
        return {
            "arguments": arguments,
            "state": state,
            "tensors": dict(value.state_dict()),
        }

    def put_together(self, cls, parts, reader):
        """Return an augmentation of its arguments."""
        made = construct(cls, parts["arguments"])
        for name, value in _arguments(made).items():
            if not _is_same(value, parts["arguments"][name]):
                raise ModelFileError(
                    f"{cls.__name__}({name}={parts['arguments'][name]!r}) has "
                    f"{name}={value!r}; wanted arguments kept as they were given."
                )
        made.load_state_dict(parts["tensors"])
        return _with_state(made, parts["state"])


def _arguments(augmentation):
    names = _named_arguments(type(augmentation))
    lacking = [name for name in names if not hasattr(augmentation, name)]
    if lacking:
        raise TypeError(
            f"{type(augmentation).__name__} does not keep its arguments {lacking}, so "
            f"that it cannot be stored: write self.{lacking[0]} = {lacking[0]} in its "
            "constructor."
        )
    return {name: getattr(augmentation, name) for name in names}


def _named_arguments(cls):
    parameters = inspect.signature(cls).parameters.values()
    # A class without a constructor has that of torch.nn.Module, which takes any.
    return [
        p.name for p in parameters if p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]


def _is_same(value, given):
    if isinstance(value, np.ndarray | torch.Tensor | nn.Module):
        return type(value) is type(given)
    return type(value) is type(given) and value == given


class Refitted:
    """PyOD's detectors on embeddings: fitted anew, and held against the old scores."""

    def take_apart(self, value):
        """Return the parameters, the embeddings and their scores."""
        Z = value.embeddings_
        return {"detector": value.detector, "embeddings": Z, "scores": score(value, Z)}

    def put_together(self, cls, parts, reader):
        """Return a density that gives the stored scores."""
        Z, wanted = parts["embeddings"], parts["scores"]
        check_affordable(parts["detector"])
        made = cls(parts["detector"]).fit(Z)
        if not np.array_equal(score(made, Z), wanted):
            raise ModelFileError(
                f"{parts['detector']!r}, fitted anew on the stored embeddings, gives "
                "other scores than when it was saved. Load it with the libraries of "
                f"the file: {tell_versions(reader.versions)}; or fit the detector anew."
            )
        return made


def kind_of(cls):
    """Return how objects of a class are stored."""
    if issubclass(cls, PyODDensity):
        return Refitted()
    if issubclass(cls, BaseImageDetector):
        return Detector()
    if issubclass(cls, Augmentation):
        return AugmentationKind()
    return Estimator() if hasattr(cls, "get_params") else Plain()


def construct(cls, arguments):
    """Call a constructor; say which arguments it does not know."""
    known = inspect.signature(cls).parameters
    unknown = sorted(set(arguments) - set(known))
    if unknown:
        raise ModelFileError(
            f"{cls.__name__} has no arguments {unknown}: the file is of another "
            "version of it, which has to be installed to load it."
        )
    return cls(**arguments)


def _with_state(made, state):
    check_attributes(type(made), state)
    vars(made).update(state)
    return made
