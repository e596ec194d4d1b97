"""Data for trying and comparing detectors: textures, folders, one-class splits.

Nothing here downloads anything, and importing this package does not import torch.
"""

from pyod_ssad.datasets.anomaly_dataset import AnomalyDataset
from pyod_ssad.datasets.folders import list_objects, load_mvtec_style
from pyod_ssad.datasets.one_class import load_one_class
from pyod_ssad.datasets.textures import TEXTURES, load_textures

__all__ = [
    "TEXTURES",
    "AnomalyDataset",
    "list_objects",
    "load_mvtec_style",
    "load_one_class",
    "load_textures",
]
