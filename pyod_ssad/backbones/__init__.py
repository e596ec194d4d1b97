"""Backbones: names or factories, and the encoders that wrap them."""

from pyod_ssad.backbones.building import build_encoder, build_layer_encoder
from pyod_ssad.backbones.encoder import Encoder
from pyod_ssad.backbones.grids import LayerGrids
from pyod_ssad.backbones.layers import POOLS, LayerFeatures
from pyod_ssad.backbones.probing import count_features
from pyod_ssad.backbones.scaling import trained_with_scale
from pyod_ssad.backbones.small_cnn import SmallCNN
from pyod_ssad.backbones.stages import find_middle_stages, find_stages

__all__ = [
    "POOLS",
    "Encoder",
    "LayerFeatures",
    "LayerGrids",
    "SmallCNN",
    "build_encoder",
    "build_layer_encoder",
    "count_features",
    "find_middle_stages",
    "find_stages",
    "trained_with_scale",
]
