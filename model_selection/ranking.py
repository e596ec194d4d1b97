"""Ranks of models by one criterion or by several."""

import numpy as np
from scipy.stats import beta, rankdata

from model_selection.correlation import kendall_matrix


def mean_ranks(losses):
    """Return each model's rank, averaged over criteria.

    Parameters
    ----------
    losses : array-like of shape (n_models, n_criteria)
        Smaller is better; infinite where a criterion could not judge a model.

    Returns
    -------
    ndarray of shape (n_models,)
        1 where a model is the best by every criterion. Models that tie by a criterion
        share the mean of their ranks, and so do those that it could not judge, at the
        end.

    Examples
    --------
    >>> mean_ranks([[0.5, 3.0], [0.1, 2.0], [0.5, 1.0]])
    array([2.75, 1.5 , 1.75])
    """
    return rankdata(_matrix(losses), axis=0).mean(axis=1)


def robust_ranks(losses):
    """Return how far up each model is by some criteria, whatever the others say.

    Parameters
    ----------
    losses : array-like of shape (n_models, n_criteria)
        As `mean_ranks` takes them.

    Returns
    -------
    ndarray of shape (n_models,)
        In (0, 1]; smaller is better. A bound on the probability that a model whose
        ranks are random is as far up by as many criteria.

    Notes
    -----
    With the ranks of a model as shares of the number of models, in order,
    :math:`r_{(1)} \\le \\dots \\le r_{(k)}`, it is
    :math:`\\min(1, k \\min_j P(B_j \\le r_{(j)}))` for :math:`B_j` of the Beta
    distribution :math:`(j, k - j + 1)`, that of the j-th of k random numbers [1]_.
    A criterion that ranks at random does less harm here than in the mean.

    References
    ----------
    .. [1] R. Kolde, S. Laur, P. Adler and J. Vilo, "Robust rank aggregation for gene
       list integration and meta-analysis", Bioinformatics 28(4), 2012.

    Examples
    --------
    >>> robust_ranks([[0.1, 0.2], [0.2, 0.1], [0.3, 0.3], [0.4, 0.4]])
    array([0.5, 0.5, 1. , 1. ])
    """
    losses = _matrix(losses)
    n_models, n_criteria = losses.shape
    ordered = np.sort(rankdata(losses, axis=0) / n_models, axis=1)
    place = np.arange(1, n_criteria + 1)
    chances = beta.cdf(ordered, place, n_criteria - place + 1)
    return np.minimum(1.0, n_criteria * chances.min(axis=1))


AGGREGATIONS = {"mean": mean_ranks, "robust": robust_ranks}
"""How rankings by several criteria become one."""


def rank_agreement(losses):
    """Return how alike criteria rank the models.

    Parameters
    ----------
    losses : array-like of shape (n_models, n_criteria)
        As `mean_ranks` takes them.

    Returns
    -------
    ndarray of shape (n_criteria, n_criteria)
        Kendall's tau-b: 1 where two rank alike, -1 where one reverses the other, and 0
        with a criterion that ranks nothing, itself included.

    Examples
    --------
    >>> rank_agreement([[1, 3], [2, 2], [3, 1]])
    array([[ 1., -1.],
           [-1.,  1.]])
    """
    return kendall_matrix(rankdata(_matrix(losses), axis=0))


def _matrix(losses):
    losses = np.asarray(losses, dtype=np.float64)
    if losses.ndim != 2 or np.isnan(losses).any():
        raise ValueError(
            "losses must be a matrix (n_models, n_criteria) without NaN, got shape "
            f"{losses.shape} with {np.isnan(losses).sum()} NaN; take Criterion.losses"
        )
    return losses
