"""Self-supervised anomaly detectors for images, with PyOD's API."""

import importlib

__version__ = "0.1.0"

_SUBPACKAGES = (
    "augmentations",
    "auto",
    "checks",
    "datasets",
    "detectors",
    "images",
    "persistence",
)
_HOMES = {
    "AutoSSAD": "pyod_ssad.auto",
    "PAPER_SETTINGS": "pyod_ssad.settings",
    "Tuning": "pyod_ssad.self_tuning.tuning",
    "load": "pyod_ssad.persistence",
}


def __getattr__(name):
    """Find a public name when it is first used: importing torch takes seconds."""
    if name in _SUBPACKAGES:
        return importlib.import_module(f"pyod_ssad.{name}")
    if name in _HOMES:
        return getattr(importlib.import_module(_HOMES[name]), name)
    if name == "__all__":
        return [*_HOMES, *importlib.import_module("pyod_ssad.detectors").DETECTORS]
    if name.startswith("_"):
        raise AttributeError(f"module 'pyod_ssad' has no attribute {name!r}")
    detectors = importlib.import_module("pyod_ssad.detectors").DETECTORS
    if name in detectors:
        return detectors[name]
    raise AttributeError(
        f"module 'pyod_ssad' has no attribute {name!r}; it has "
        f"{', '.join([*_HOMES, *detectors])}"
    )


def __dir__():
    """List the public names, which imports torch."""
    detectors = importlib.import_module("pyod_ssad.detectors").DETECTORS
    return sorted([*globals(), *_SUBPACKAGES, *_HOMES, *detectors])
