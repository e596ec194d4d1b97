"""Augmentations that turn normal images into pseudo anomalies."""

from pyod_ssad._discovery import find_classes
from pyod_ssad.augmentations._finite import FiniteAugmentation
from pyod_ssad.augmentations._learnable import LearnableAugmentation
from pyod_ssad.augmentations.base import Augmentation
from pyod_ssad.augmentations.making import make_augmentation, make_transforms

AUGMENTATIONS = {
    cls.__name__.lower(): cls for cls in find_classes(__name__, __path__, Augmentation)
}

globals().update({cls.__name__: cls for cls in AUGMENTATIONS.values()})

__all__ = [
    "AUGMENTATIONS",
    "Augmentation",
    "FiniteAugmentation",
    "LearnableAugmentation",
    "make_augmentation",
    "make_transforms",
    *(cls.__name__ for cls in AUGMENTATIONS.values()),
]
