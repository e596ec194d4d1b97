"""Ranks of models by one criterion or by several."""

import numpy as np
from scipy.stats import rankdata

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
