"""Data for trying and comparing detectors: textures, folders, one-class splits.

Nothing here downloads anything, and importing this package does not import torch.
"""

from .anomaly_dataset import AnomalyDataset
from .folders import list_objects, load_mvtec_style
from .one_class import load_one_class
from .textures import TEXTURES, load_textures

__all__ = [
    "TEXTURES",
    "AnomalyDataset",
    "list_objects",
    "load_mvtec_style",
    "load_one_class",
    "load_textures",
]
