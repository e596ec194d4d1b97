"""Cloning detectors whose parameters are torchvision's transforms."""

import copy

from pyod.models.base import BaseDetector
from sklearn.base import clone

from pyod_ssad.augmentations._wrapped import is_torchvision_v2


class CopyingTransforms(BaseDetector):
    """PyOD's parameters, of which some may be transforms of torchvision."""

    # torchvision's transforms have a get_params, which draws and takes arguments.
    def get_params(self, deep=True):
        """Return the parameters; see `pyod.models.base.BaseDetector`."""
        params = super().get_params(deep=False)
        nested = {
            f"{name}__{inner}": value
            for name, part in params.items()
            if deep and hasattr(part, "get_params") and not is_torchvision_v2(part)
            for inner, value in part.get_params().items()
        }
        return {**params, **nested}

    def __sklearn_clone__(self):
        """Return an unfitted copy with copies of the parameters."""
        params = {
            name: (copy.deepcopy if is_torchvision_v2(value) else _clone)(value)
            for name, value in self.get_params(deep=False).items()
        }
        return type(self)(**params)


def _clone(value):
    return clone(value, safe=False)
