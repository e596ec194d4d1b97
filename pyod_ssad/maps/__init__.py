"""Anomaly maps: patches of images, and maps of their scores."""

from pyod_ssad.maps.building import PATCH_DENSITIES, build_patch_density
from pyod_ssad.maps.drawing import draw_maps, resize_maps
from pyod_ssad.maps.grid_stage import GridStage

__all__ = [
    "PATCH_DENSITIES",
    "GridStage",
    "build_patch_density",
    "draw_maps",
    "resize_maps",
]
