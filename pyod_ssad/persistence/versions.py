"""The libraries that a file was written with."""

import platform
from importlib import metadata

import torch

import pyod_ssad

LIBRARIES = ("torchvision", "numpy", "scikit-learn", "pyod", "safetensors")


def current_versions():
    """Return the versions of what a detector depends on, by name."""
    libraries = {name: metadata.version(name) for name in LIBRARIES}
    return {
        "pyod_ssad": pyod_ssad.__version__,
        "python": platform.python_version(),
        # With what it was built for, which the package's metadata do not tell.
        "torch": str(torch.__version__),
        **libraries,
    }


def tell_versions(versions):
    """Return the versions of a file beside those here, where they differ."""
    current = current_versions()
    different = [
        f"{name} {version} (here {current.get(name)})"
        for name, version in versions.items()
        if version != current.get(name)
    ]
    return ", ".join(different) or "their versions are those here"
