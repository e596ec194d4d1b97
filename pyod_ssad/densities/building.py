"""Names or detectors -> second stages."""

import numpy as np
from pyod.models.base import BaseDetector
from sklearn.base import clone

from pyod_ssad.densities.detector import PyODDensity
from pyod_ssad.densities.gaussian import GaussianDensity
from pyod_ssad.densities.kde import KernelDensity
from pyod_ssad.densities.neighbor import NearestNeighbor
from pyod_ssad.densities.one_class_svm import OneClassSVM
from pyod_ssad.densities.scaled_gaussian import ScaledGaussianDensity
from pyod_ssad.suggesting import suggest

DENSITIES = {
    "gaussian": GaussianDensity,
    "scaled_gaussian": ScaledGaussianDensity,
    "kde": KernelDensity,
    "ocsvm": OneClassSVM,
    "knn": NearestNeighbor,
}
"""The names that the parameter `density` knows."""


def build_density(density, seed=None):
    """Return an unfitted second stage.

    Parameters
    ----------
    density : str or PyOD detector
        A name among `DENSITIES`: "gaussian", "scaled_gaussian", "kde", "ocsvm" or "knn"
        (the nearest neighbour). A detector is cloned, so that it can be shared between
        models.
    seed : int, optional (default=None)
        For a detector with a `random_state` that is None.

    Raises
    ------
    ValueError
        If it is neither. Scikit-learn's own outlier detectors are refused, since
        their scores are lower where more anomalous.
    """
    if isinstance(density, str) and density in DENSITIES:
        return DENSITIES[density]()
    if not isinstance(density, BaseDetector):
        raise ValueError(
            f"density must be one of {list(DENSITIES)} or a PyOD detector such as "
            f"KNN(), got {density!r}.{suggest(density, DENSITIES)}"
        )
    built = clone(density)
    if built.get_params().get("random_state", "no such argument") is None:
        built.set_params(random_state=seed)
    return PyODDensity(built)


def score(density, embeddings):
    """Return a fitted density's scores ``(n,)`` of embeddings, in float64."""
    return np.asarray(density.decision_function(embeddings), dtype=np.float64).ravel()
