"""Checks of embeddings, and moments over all pairs without an all-pairs array."""

import numpy as np
from scipy.spatial.distance import cdist

# A block of pairs is one float64 matrix of about this many entries (32 MB).
BLOCK_ENTRIES = 4_000_000


def check_embeddings(**arrays):
    """Return the named embeddings as float64 matrices of one common width.

    Parameters
    ----------
    **arrays : array-like of shape (n_i, d)
        Embeddings by the name that errors should use.

    Returns
    -------
    list of ndarray of shape (n_i, d)
        In the order given, float64.

    Raises
    ------
    ValueError
        If one is not 2-D, is empty, holds NaN or infinity, or the widths differ.
    """
    checked = [_check_one(name, array) for name, array in arrays.items()]
    widths = {name: z.shape[1] for name, z in zip(arrays, checked, strict=True)}
    if len(set(widths.values())) > 1:
        raise ValueError(
            f"embeddings must have one common width, got {widths}; "
            "embed all of them with the same detector"
        )
    return checked


def _check_one(name, array):
    """Return one embedding matrix as float64, or say what is wrong with it."""
    z = np.asarray(array, dtype=np.float64)
    if z.ndim != 2:
        raise ValueError(
            f"{name} must be a 2-D array (n_samples, n_features), got shape {z.shape}; "
            "flatten each sample, or use reshape(1, -1) for a single one"
        )
    if z.size == 0:
        raise ValueError(
            f"{name} must hold at least one sample and one feature, got shape "
            f"{z.shape}; pass the embeddings of a non-empty set"
        )
    if not np.isfinite(z).all():
        raise ValueError(
            f"{name} must be finite, got {(~np.isfinite(z)).sum()} NaN or infinite "
            "entries; check the images and the training of this detector"
        )
    return z


def pairwise_moments(A, B, pair_values):
    """Mean and population variance of a function of all pairs of rows.

    Parameters
    ----------
    A : ndarray of shape (n_a, d)
        First set; it is cut into blocks of rows.
    B : ndarray of shape (n_b, d)
        Second set, used whole.
    pair_values : callable
        Maps a block ``(n_block, d)`` of ``A`` and ``B`` to ``(n_block, n_b)`` values.

    Returns
    -------
    mean, variance : float
        Over all ``n_a * n_b`` pairs.
    """
    count, mean, spread = 0, 0.0, 0.0
    for block in _row_blocks(A, len(B)):
        values = pair_values(block, B)
        new_mean = values.mean()
        new_spread = np.square(values - new_mean).sum()
        # Merging centred moments avoids the cancellation of E[v^2] - E[v]^2.
        total = count + values.size
        shift = new_mean - mean
        spread += new_spread + shift**2 * count * values.size / total
        mean += shift * values.size / total
        count = total
    return float(mean), float(spread / count)


def _row_blocks(A, n_other):
    """Yield row slices of A whose pairs with n_other rows fit in one block."""
    step = max(1, BLOCK_ENTRIES // n_other)
    for start in range(0, len(A), step):
        yield A[start : start + step]


def euclidean_moments(A, B):
    """Mean and population variance of all Euclidean distances between two sets.

    Parameters
    ----------
    A : ndarray of shape (n_a, d)
        First set.
    B : ndarray of shape (n_b, d)
        Second set.

    Returns
    -------
    mean, variance : float
        Over all ``n_a * n_b`` distances.
    """
    return pairwise_moments(A, B, cdist)
