"""Folds of a density: each embedding is scored by the others."""

import numpy as np

from pyod_ssad.densities import score

DENSITY_FOLDS = 5


def split(n, n_parts, seed):
    """Return a random partition of ``range(n)`` as arrays of nearly equal length."""
    return np.array_split(np.random.default_rng(seed).permutation(n), n_parts)


def fewest_left(n, n_parts):
    """Return how many of n are left without the largest part of `split`."""
    return n - -(-n // min(n_parts, n))


def out_of_fold_scores(make_density, Z, seed):
    """Score each embedding by a density that was fitted without its fold.

    Parameters
    ----------
    make_density : callable () -> object
        Returns an unfitted density.
    Z : ndarray of shape (n, d)
        At least three embeddings.
    seed : int
        Of the partition into five folds, or n where that is less.

    Returns
    -------
    scores : float64 ndarray of shape (n,)

    Raises
    ------
    ValueError
        If the density cannot be fitted without a fold.
    """
    scores = np.empty(len(Z))
    for fold in split(len(Z), min(DENSITY_FOLDS, len(Z)), seed):
        scores[fold] = score(_fit_without(make_density(), Z, fold), Z[fold])
    return scores


def _fit_without(density, Z, fold):
    others = np.delete(Z, fold, axis=0)
    try:
        density.fit(others)
    except Exception as error:
        raise ValueError(
            f"The density {density} cannot be fitted on {len(others)} of {len(Z)} "
            f"embeddings, to score the others ({error}). Give more images, or a "
            "density that wants fewer."
        ) from error
    return density
