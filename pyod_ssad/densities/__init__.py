"""The second stage: a density, or any PyOD detector, on the embeddings."""

from pyod_ssad.densities.building import build_density, score
from pyod_ssad.densities.detector import PyODDensity
from pyod_ssad.densities.gaussian import GaussianDensity

__all__ = ["GaussianDensity", "PyODDensity", "build_density", "score"]
