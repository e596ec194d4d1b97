"""Backbones: names or factories, and the encoder that wraps them."""

from pyod_ssad.backbones.building import build_encoder
from pyod_ssad.backbones.encoder import Encoder
from pyod_ssad.backbones.probing import count_features
from pyod_ssad.backbones.small_cnn import SmallCNN

__all__ = ["Encoder", "SmallCNN", "build_encoder", "count_features"]
