"""What the densities share: rows in chunks, in float64, of unit length."""

import numpy as np

ENTRIES = 2**22
"""Numbers that a temporary array holds, 32 MiB in float64."""

LEAST_VARIANCE = 1e-20
"""What rounding leaves of the variance of equal embeddings."""

MOST_ROUNDING = 1e-3
"""How far above 0 rounding may leave the logarithm of a probability."""


def score_by_chunks(score, Z, width):
    """Score rows so many at a time that memory does not grow with their number.

    Parameters
    ----------
    score : callable (rows) -> ndarray of shape (n_rows,)
        Gets some rows of `Z` in float64.
    Z : ndarray of shape (n, d)
    width : int
        How many numbers `score` computes for a row.

    Returns
    -------
    scores : float64 ndarray of shape (n,)
    """
    scores = np.empty(len(Z))
    for rows in chunks(len(Z), width):
        scores[rows] = score(np.asarray(Z[rows], dtype=np.float64))
    return scores


def chunks(n, width):
    """Return slices of ``range(n)``, each of few enough rows of `width` numbers."""
    step = max(1, ENTRIES // width)
    return [slice(start, start + step) for start in range(0, n, step)]


def unit_rows(Z):
    """Return rows scaled to unit length, in float64; rows of zeros stay."""
    Z = np.asarray(Z, dtype=np.float64)
    length = np.linalg.norm(Z, axis=-1, keepdims=True)
    return Z / np.where(length > 0, length, 1.0)


def total_variance(Z):
    """Return the sum of the variances of all columns, in float64."""
    mean = np.mean(Z, axis=0, dtype=np.float64)
    squares = score_by_chunks(
        lambda rows: np.square(rows - mean).sum(axis=1), Z, Z.shape[1]
    )
    return squares.mean()


def require_spread(variance):
    """Raise if training embeddings do not differ, or are no numbers.

    Parameters
    ----------
    variance : float
        The sum of the variances of all columns.

    Raises
    ------
    ValueError
        If there is nothing to scale by, or the variance is not finite.
    """
    if not np.isfinite(variance):
        raise ValueError(
            "The training embeddings are not all finite, so no density can be fitted. "
            "Training diverged: try a smaller lr."
        )
    if not variance > LEAST_VARIANCE:
        raise ValueError(
            "All training embeddings are the same, so no density can be fitted. "
            "The images may be identical, or training collapsed: try a smaller "
            "lr, or fewer steps."
        )


def split_columns(R, n_groups, what):
    """Return representations ``(n, n_groups * k)`` as a view ``(n, n_groups, k)``.

    Raises
    ------
    ValueError
        If the columns cannot be split evenly.
    """
    R = np.asarray(R)
    if R.ndim != 2 or R.shape[1] == 0 or R.shape[1] % n_groups:
        raise ValueError(
            f"Got representations of shape {R.shape}; wanted (n, {n_groups} * k): "
            f"as many columns for each of {n_groups} {what}."
        )
    return R.reshape(len(R), n_groups, -1)


def split_log_p(R, n_transforms):
    """Return log-probabilities ``(n, M * K)`` as a view ``(n, M, K)``.

    Raises
    ------
    ValueError
        If the columns cannot be split evenly, or an entry is positive.
    """
    log_p = split_columns(R, n_transforms, "transforms")
    largest = log_p.max(initial=0.0)
    if largest > MOST_ROUNDING:
        raise ValueError(
            f"Got log-probabilities up to {largest:.3g}; wanted none above 0, which is "
            "what log_softmax gives of logits."
        )
    return log_p
