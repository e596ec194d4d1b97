"""Names or detectors -> second stages."""

import numpy as np
from pyod.models.base import BaseDetector
from sklearn.base import clone

from pyod_ssad.densities.detector import PyODDensity
from pyod_ssad.densities.gaussian import GaussianDensity


def build_density(density, seed=None):
    """Return an unfitted second stage.

    Parameters
    ----------
    density : "gaussian" or PyOD detector
        A detector is cloned, so that it can be shared between models.
    seed : int, optional (default=None)
        For a detector with a `random_state` that is None.

    Raises
    ------
    ValueError
        If it is neither. Scikit-learn's own outlier detectors are refused, since
        their scores are lower where more anomalous.
    """
    if isinstance(density, str) and density == "gaussian":
        return GaussianDensity()
    if not isinstance(density, BaseDetector):
        raise ValueError(
            "density must be 'gaussian' or a PyOD detector such as KNN(), got "
            f"{density!r}."
        )
    built = clone(density)
    if built.get_params().get("random_state", "no such argument") is None:
        built.set_params(random_state=seed)
    return PyODDensity(built)


def score(density, embeddings):
    """Return a fitted density's scores ``(n,)`` of embeddings, in float64."""
    return np.asarray(density.decision_function(embeddings), dtype=np.float64).ravel()
