"""Rank correlations of all pairs of models at once."""

import numpy as np
from scipy.stats import kendalltau, rankdata

# Entries of one float32 block of pairwise signs (32 MB).
BLOCK_ENTRIES = 8_000_000


def kendall_matrix(scores):
    """Kendall's tau-b between all pairs of columns.

    Parameters
    ----------
    scores : ndarray of shape (n_samples, n_models)
        Finite scores.

    Returns
    -------
    ndarray of shape (n_models, n_models)
        Symmetric; a constant column has correlation 0 with every column.

    Notes
    -----
    With :math:`s` the signs of the score differences of all pairs of samples,
    :math:`\\tau_b(a, b) = s_a^\\top s_b / (\\|s_a\\| \\|s_b\\|)`. So one Gram matrix of
    signs, summed block by block, holds every tau together with its correction for
    ties. Time grows with ``n_samples**2 * n_models**2``, memory only with
    ``n_samples * n_models`` and ``n_models**2``.
    """
    # Ranks fit float32 exactly where scores would not.
    ranks = dense_ranks(scores).astype(np.float32)
    n_models = ranks.shape[1]
    gram = np.zeros((n_models, n_models))
    for signs in _sign_blocks(ranks):
        # Sums of -1, 0, 1 are exact in float32 below 2**24 pairs, so is each block.
        gram += signs.T @ signs
    return _normalise_gram(gram)


def dense_ranks(scores):
    """Rank each column without gaps; neighbouring floating-point numbers are ties.

    Two scores one unit in the last place apart differ by rounding and not by
    outlyingness. The published correlations of the heart disease data in Ma et al.
    2023 tie such pairs too.

    Parameters
    ----------
    scores : ndarray of shape (n_samples, n_models)

    Returns
    -------
    ranks : ndarray of int of the same shape
        0 for the smallest score of a column.
    """
    order = np.argsort(scores, axis=0, kind="stable")
    ascending = np.take_along_axis(scores, order, axis=0)
    rises = ascending[1:] > np.nextafter(ascending[:-1], np.inf)
    ranks = np.zeros(scores.shape, dtype=np.int64)
    np.put_along_axis(ranks, order[1:], rises.cumsum(axis=0), axis=0)
    return ranks


def _sign_blocks(ranks):
    """Yield signs of rank differences, each pair of samples once."""
    n_samples, n_models = ranks.shape
    capacity = max(1, BLOCK_ENTRIES // n_models)
    block, filled = [], 0
    for lag in range(1, n_samples):
        # Dense ranks differ by whole numbers, so clipping is a faster sign.
        block.append(np.clip(ranks[lag:] - ranks[:-lag], -1.0, 1.0))
        filled += n_samples - lag
        if filled >= capacity:
            yield np.concatenate(block)
            block, filled = [], 0
    if block:
        yield np.concatenate(block)


def _normalise_gram(gram):
    """Divide a Gram matrix by the norms; zero norms give zero."""
    squares = np.diag(gram)
    scale = np.sqrt(np.outer(squares, squares))
    return gram / np.where(scale > 0, scale, 1.0)


def spearman_matrix(scores):
    """Spearman's rho between all pairs of columns, ties at their average rank.

    It takes and returns what `kendall_matrix` does.
    """
    ranks = rankdata(dense_ranks(scores), axis=0)
    centred = ranks - ranks.mean(axis=0)
    return _normalise_gram(centred.T @ centred)


def kendall_with(columns, target):
    """Kendall's tau-b of each column with one target.

    Parameters
    ----------
    columns : ndarray of shape (n_samples, n_models)
        Finite scores.
    target : ndarray of shape (n_samples,)
        What each column is compared with.

    Returns
    -------
    ndarray of shape (n_models,)
        0 where the column or the target is constant.
    """
    # Sorting beats signs here: one target needs n log n a model, not n**2.
    taus = [kendalltau(column, target).statistic for column in columns.T]
    return np.nan_to_num(np.array(taus, dtype=float))
