"""The allow-list: which classes a file may name."""

import inspect
from dataclasses import is_dataclass
from importlib import import_module

from pyod.models.base import BaseDetector

import pyod_ssad
from pyod_ssad import densities
from pyod_ssad._discovery import find_classes
from pyod_ssad.augmentations import Augmentation
from pyod_ssad.persistence.errors import ModelFileError

OWN = ("pyod_ssad.", "model_selection.")
PACKAGES = ("pyod_ssad", "model_selection", "pyod", "pythresh")

PYOD = (
    "ABOD",
    "COPOD",
    "ECOD",
    "GMM",
    "HBOS",
    "IForest",
    "INNE",
    "KDE",
    "KNN",
    "KPCA",
    "LODA",
    "LOF",
    "MCD",
    "OCSVM",
    "PCA",
    "Sampling",
)
"""Detectors that a fit on the same data makes again, given parameters and a seed.

COF, SOD, SOS and others that score new data by comparing them with each other are left
out: no image could be scored alone.
"""

PYTHRESH = (
    "AUCP",
    "BOOT",
    "CHAU",
    "EB",
    "FGD",
    "FWFM",
    "GESD",
    "IQR",
    "KARCH",
    "MAD",
    "MCST",
    "MOLL",
    "MTT",
    "REGR",
    "WIND",
    "YJ",
    "ZSCORE",
)
"""Threshold objects whose fitted attributes are plain values."""

FOREIGN = {
    **{name: f"pyod.models.{name.lower()}" for name in PYOD},
    **{name: f"pythresh.thresholds.{name.lower()}" for name in PYTHRESH},
    "AutoSSAD": "pyod_ssad.auto",
    "ModelSelector": "model_selection",
    "OnPixels": "model_selection",
}
"""The module of each class that is not of this package."""


def find_class(name):
    """Return the class of the allow-list that has a name; None if there is none."""
    if name in FOREIGN:
        return getattr(import_module(FOREIGN[name]), name)
    return _own_classes().get(name) or _criteria().get(name)


def is_listed(cls):
    """Say whether a class is on the allow-list, and not one that has its name."""
    # Others are not looked up, so that no optional package is imported for them.
    is_near = cls.__module__.partition(".")[0] in PACKAGES
    return is_near and find_class(cls.__name__) is cls


def is_welcome(cls):
    """Say whether a class of others may be named, for `load` to be given it."""
    return issubclass(cls, (BaseDetector, Augmentation)) or _is_criterion(cls)


def _own_classes():
    """Return the classes of this package that a file may name, by name.

    These are detectors, augmentations, densities, and what is public and a dataclass,
    which groups parameters.
    """
    # Importing detectors imports whatever augmentations they use.
    detectors = import_module("pyod_ssad.detectors").DETECTORS
    public = (getattr(pyod_ssad, name) for name in dir(pyod_ssad))
    classes = [
        *detectors.values(),
        *_own_subclasses(Augmentation),
        *find_classes(densities.__name__, densities.__path__, object),
        *(value for value in public if inspect.isclass(value) and is_dataclass(value)),
    ]
    return {cls.__name__: cls for cls in classes}


def _own_subclasses(base):
    for cls in base.__subclasses__():
        if cls.__module__.startswith(OWN):
            yield cls
        yield from _own_subclasses(cls)


def _criteria():
    # Imported late: detectors do without the selection.
    criterion = import_module("model_selection").Criterion
    return {cls.__name__: cls for cls in _own_subclasses(criterion)}


def _is_criterion(cls):
    return issubclass(cls, import_module("model_selection").Criterion)


def name_custom(custom):
    """Return classes and functions of a user by the names that files have for them.

    Parameters
    ----------
    custom : sequence of classes and functions

    Raises
    ------
    TypeError, ValueError
        If one is neither, or two have the same name.
    """
    named = {}
    for value in custom:
        if not has_name(value):
            raise TypeError(
                f"custom holds {value!r}; wanted classes and functions that were "
                "written with def, themselves and not their names or instances."
            )
        if value.__qualname__ in named and named[value.__qualname__] is not value:
            raise ValueError(
                f"custom holds two named {value.__qualname__!r}; rename one."
            )
        named[value.__qualname__] = value
    return named


def has_name(value):
    """Say whether a value is a class or function that its name tells from others."""
    is_named = inspect.isclass(value) or inspect.isfunction(value)
    return is_named and "<lambda>" not in value.__qualname__


def get_custom(name, custom):
    """Return what the user has passed by this name."""
    if not isinstance(name, str) or name not in custom:
        raise ModelFileError(
            f"The file needs {name!r}, which is not of this package, so that load has "
            f"to be given it: load(path, custom=[{name}]). It was given "
            f"{list(custom)}."
        )
    return custom[name]


def get_listed(name):
    """Return the class of the allow-list that has a name, or say there is none."""
    found = find_class(name) if isinstance(name, str) else None
    if found is None:
        raise ModelFileError(
            f"The file names the class {name!r}, which is not on the list of those "
            "that it may. It was forged, or written by another version of pyod_ssad."
        )
    return found


def check_welcome(cls):
    """Check that what a user has passed is a class whose objects a file may hold."""
    if not (inspect.isclass(cls) and is_welcome(cls)):
        raise ModelFileError(
            f"The file has an object of {cls!r}; wanted a class of detectors, "
            "augmentations or criteria."
        )
    return cls
