"""Hubness (HITS): a good model points at the samples that good models point at."""

import numpy as np
from scipy.linalg import eigh

from model_selection.criteria._ranks import (
    RANK_ORDERS,
    among_informative,
    check_choice,
    rank_weights,
)
from model_selection.scoring import ConsensusCriterion, check_scores


def hits_hubness(scores, *, rank_order="descending"):
    """Hubness of each model in the graph of models and samples (HITS).

    Parameters
    ----------
    scores : array-like of shape (n_samples, n_models)
        Anomaly scores, larger where more anomalous.
    rank_order : {"descending", "ascending"}, optional (default="descending")
        Which sample has the heaviest edge, as in `select_agreement`.

    Returns
    -------
    ndarray of shape (n_models,)
        Not negative, of Euclidean length 1; larger is better. A model with constant
        scores gets NaN and takes no part.

    Raises
    ------
    ValueError
        If the scores are not a finite matrix of at least two samples, or the order is
        unknown.

    Notes
    -----
    Models are hubs, samples authorities, and an edge weighs ``1 / rank`` of the sample
    in the model's scores, ties at their average rank: a good model points at samples
    that good models point at [1]_. Hubness is the fixed point of
    :math:`h \\propto W^\\top W h` [2]_, the leading eigenvector, taken directly.

    References
    ----------
    .. [1] Ma et al., "The Need for Unsupervised Outlier Model Selection", SIGKDD
       Explorations 2023.
    .. [2] J. M. Kleinberg, "Authoritative Sources in a Hyperlinked Environment",
       Journal of the ACM 1999.

    Examples
    --------
    >>> hits_hubness([[1, 1], [2, 2]]).round(6)
    array([0.707107, 0.707107])
    """
    scores = check_scores(scores)
    check_choice("rank_order", rank_order, RANK_ORDERS)
    return among_informative(scores, lambda s: _hubness(s, rank_order))


def _hubness(scores, rank_order):
    """Leading eigenvector of the hub matrix, non-negative by Perron-Frobenius."""
    weights = rank_weights(scores, rank_order)
    last = weights.shape[1] - 1
    _, vectors = eigh(weights.T @ weights, subset_by_index=[last, last])
    return np.abs(vectors[:, 0])


class HITS(ConsensusCriterion):
    """Hubness in the graph of models and samples; larger is better.

    Parameters
    ----------
    rank_order : {"descending", "ascending"}, optional (default="descending")
        Which sample has rank 1. See `hits_hubness`, which has the formula and the
        source.
    """

    name = "hits"
    greater_is_better = True

    def __init__(self, rank_order="descending"):
        self.rank_order = rank_order

    def values(self, scores):
        """Return the hubness of each model."""
        return hits_hubness(scores, rank_order=self.rank_order)
