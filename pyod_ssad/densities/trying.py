"""Trying a density before there is anything to fit it on."""

import numpy as np

from pyod_ssad.densities._rows import unit_rows
from pyod_ssad.densities.building import score


def check_density_fits(make_density, n_fitted, n_features, seed):
    """Fit a density on random embeddings, to learn before training whether it fails.

    Parameters
    ----------
    make_density : callable () -> object
        Returns an unfitted density.
    n_fitted : int
        The fewest embeddings that it is to be fitted on.
    n_features : int
        Of an embedding.
    seed : int
        Of the random embeddings, which have unit length.

    Raises
    ------
    ValueError
        If it cannot be fitted on them, or gives no finite score to another one.
    """
    Z = np.random.default_rng(seed).normal(size=(n_fitted + 1, n_features))
    Z = unit_rows(Z).astype(np.float32)
    density = make_density()
    try:
        density.fit(Z[1:])
        scores = score(density, Z[:1])
        if scores.shape != (1,) or not np.isfinite(scores).all():
            raise ValueError(f"it scores one embedding as {scores}")
    except Exception as error:
        raise ValueError(
            f"The density {density} cannot be fitted on {n_fitted} embeddings of "
            f"{n_features} features, as it would be after training ({error}). Change "
            "its parameters, give more images, or take another density."
        ) from error
