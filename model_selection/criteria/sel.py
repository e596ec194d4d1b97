"""Selective agreement (SEL): a good model agrees with the models that agree.

See M. Q. Ma, Y. Zhao, X. Zhang and L. Akoglu, "The Need for Unsupervised Outlier Model
Selection: A Review and Evaluation of Internal Evaluation Strategies", SIGKDD
Explorations 2023.
"""

import numpy as np

from model_selection.correlation import kendall_with
from model_selection.criteria._ranks import (
    RANK_ORDERS,
    among_informative,
    check_choice,
    rank_weights,
)
from model_selection.scoring import ConsensusCriterion, check_scores

THRESHOLDS = ("mean", "last")


def select_agreement(scores, *, threshold="mean", rank_order="descending"):
    """Agreement of each model with a selectively grown consensus (SEL).

    Parameters
    ----------
    scores : array-like of shape (n_samples, n_models)
        Anomaly scores, larger where more anomalous.
    threshold : {"mean", "last"}, optional (default="mean")
        A model joins the consensus if its agreement exceeds the mean of the accepted
        agreements, or the last accepted one.
    rank_order : {"descending", "ascending"}, optional (default="descending")
        Which sample has rank 1 and so the most weight: the most outlying one, or the
        least outlying one as in the published scripts of [1]_.

    Returns
    -------
    ndarray of shape (n_models,)
        Kendall's tau-b with the consensus, in [-1, 1]; larger is better. A model with
        constant scores gets NaN and takes no part.

    Raises
    ------
    ValueError
        If the scores are not a finite matrix of at least two samples, or an option is
        unknown.

    Notes
    -----
    Each model's scores become outlyingness ``1 / rank`` (descending) or ``-1 / rank``
    (ascending), ties at their average rank. The model that agrees most with the mean
    of all models starts the consensus. Then, again and again, the model that agrees
    most with the mean of the accepted ones joins, while its agreement exceeds the
    threshold; the agreement of the starting model counts as accepted. It is the
    vertical selection of SELECT [2]_ as used for model selection in [1]_, with
    Kendall's tau as the agreement.

    References
    ----------
    .. [1] Ma et al., "The Need for Unsupervised Outlier Model Selection", SIGKDD
       Explorations 2023.
    .. [2] S. Rayana and L. Akoglu, "Less is More: Building Selective Anomaly
       Ensembles", ACM TKDD 2016.

    Examples
    --------
    >>> select_agreement([[1, 1, 3], [2, 2, 2], [3, 3, 1]])
    array([ 1.,  1., -1.])
    """
    scores = check_scores(scores)
    check_choice("threshold", threshold, THRESHOLDS)
    check_choice("rank_order", rank_order, RANK_ORDERS)
    return among_informative(scores, lambda s: _agreement(s, threshold, rank_order))


def _agreement(scores, threshold, rank_order):
    """Agreement of all models with the consensus of the accepted ones."""
    sign = 1.0 if rank_order == "descending" else -1.0
    outlyingness = sign * rank_weights(scores, rank_order)
    accepted = _grow_consensus(outlyingness, threshold)
    return kendall_with(outlyingness, _consensus(outlyingness[:, accepted]))


def _grow_consensus(outlyingness, threshold):
    """Return the accepted models, in order of acceptance."""
    agreement = kendall_with(outlyingness, _consensus(outlyingness))
    accepted = [int(np.argmax(agreement))]
    levels = [agreement[accepted[0]]]
    while len(accepted) < outlyingness.shape[1]:
        agreement = kendall_with(outlyingness, _consensus(outlyingness[:, accepted]))
        agreement[accepted] = -np.inf
        candidate = int(np.argmax(agreement))
        bar = levels[-1] if threshold == "last" else np.mean(levels)
        # No other model can pass where the best candidate fails.
        if agreement[candidate] <= bar:
            break
        accepted.append(candidate)
        levels.append(agreement[candidate])
    return accepted


def _consensus(outlyingness):
    """Mean over models."""
    # Rounding follows the order of summation, and ties hang on rounding: sorted terms
    # make the mean the same for every order of the models.
    return np.sort(outlyingness, axis=1).mean(axis=1)


class SEL(ConsensusCriterion):
    """Agreement with a selectively grown consensus; larger is better.

    Parameters
    ----------
    threshold : {"mean", "last"}, optional (default="mean")
        Which agreement a model must exceed to join the consensus.
    rank_order : {"descending", "ascending"}, optional (default="descending")
        Which sample has rank 1. See `select_agreement`, which has the formula and the
        source.
    """

    name = "sel"
    greater_is_better = True

    def __init__(self, threshold="mean", rank_order="descending"):
        self.threshold = threshold
        self.rank_order = rank_order

    def values(self, scores):
        """Return the agreement of each model."""
        return select_agreement(
            scores, threshold=self.threshold, rank_order=self.rank_order
        )
