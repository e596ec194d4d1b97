"""Criteria on score matrices: a model is good if the others agree with it.

They need only scores, so they accept any fitted PyOD detector; see M. Q. Ma, Y. Zhao,
X. Zhang and L. Akoglu, "The Need for Unsupervised Outlier Model Selection: A Review and
Evaluation of Internal Evaluation Strategies", SIGKDD Explorations 2023.
"""

import numpy as np
from scipy.linalg import eigh
from scipy.stats import rankdata

from model_selection.correlation import kendall_matrix, kendall_with, spearman_matrix
from model_selection.scoring import ConsensusCriterion, check_scores

__all__ = [
    "HITS",
    "MC",
    "SEL",
    "hits_hubness",
    "model_centrality",
    "select_agreement",
]

CORRELATIONS = {"kendall": kendall_matrix, "spearman": spearman_matrix}
THRESHOLDS = ("mean", "last")
RANK_ORDERS = ("descending", "ascending")


def model_centrality(scores, *, correlation="kendall"):
    """Mean rank correlation of each model with all others (MC).

    Parameters
    ----------
    scores : array-like of shape (n_samples, n_models)
        Anomaly scores, larger where more anomalous.
    correlation : {"kendall", "spearman"}, optional (default="kendall")
        Kendall's tau-b or Spearman's rho.

    Returns
    -------
    ndarray of shape (n_models,)
        In [-1, 1]; larger is better. A model with constant scores ranks nothing: it
        gets NaN and is left out of the others' means. The only model left gets 0.

    Raises
    ------
    ValueError
        If the scores are not a finite matrix of at least two samples, or the
        correlation is unknown.

    Notes
    -----
    :math:`MC_i = \\frac{1}{m - 1} \\sum_{j \\ne i} \\tau(s_i, s_j)` [1]_ [2]_ with the
    model itself excluded, as in the published Kendall vectors of [1]_. The published
    Spearman vectors divide the same sum by m, which changes no ranking.

    References
    ----------
    .. [1] Ma et al., "The Need for Unsupervised Outlier Model Selection", SIGKDD
       Explorations 2023.
    .. [2] Lin et al., "InfoGAN-CR and ModelCentrality", ICML 2020.

    Examples
    --------
    >>> model_centrality([[1, 1, 3], [2, 2, 2], [3, 3, 1]])
    array([ 0.,  0., -1.])
    """
    scores = check_scores(scores)
    _check_choice("correlation", correlation, CORRELATIONS)
    return _among_informative(scores, lambda s: _mean_of_others(s, correlation))


def _mean_of_others(scores, correlation):
    """Mean correlation with the other columns; 0 for a lone column."""
    matrix = CORRELATIONS[correlation](scores)
    np.fill_diagonal(matrix, 0.0)
    return matrix.sum(axis=1) / max(1, len(matrix) - 1)


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
    _check_choice("threshold", threshold, THRESHOLDS)
    _check_choice("rank_order", rank_order, RANK_ORDERS)
    return _among_informative(scores, lambda s: _agreement(s, threshold, rank_order))


def _agreement(scores, threshold, rank_order):
    """Agreement of all models with the consensus of the accepted ones."""
    sign = 1.0 if rank_order == "descending" else -1.0
    outlyingness = sign * _rank_weights(scores, rank_order)
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


def hits_hubness(scores, *, rank_order="descending"):
    """Hubness of each model in the graph of models and samples (HITS).

    Parameters
    ----------
    scores : array-like of shape (n_samples, n_models)
        Anomaly scores, larger where more anomalous.
    rank_order : {"descending", "ascending"}, optional (default="descending")
        Which sample has rank 1 and so the heaviest edge: the most outlying one, or the
        least outlying one as in the published scripts of [1]_.

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
    _check_choice("rank_order", rank_order, RANK_ORDERS)
    return _among_informative(scores, lambda s: _hubness(s, rank_order))


def _hubness(scores, rank_order):
    """Leading eigenvector of the hub matrix, non-negative by Perron-Frobenius."""
    weights = _rank_weights(scores, rank_order)
    last = weights.shape[1] - 1
    _, vectors = eigh(weights.T @ weights, subset_by_index=[last, last])
    return np.abs(vectors[:, 0])


def _rank_weights(scores, rank_order):
    """1 / rank of each sample in each model, with rank 1 at the chosen end."""
    ordered = -scores if rank_order == "descending" else scores
    return 1.0 / rankdata(ordered, axis=0)


def _among_informative(scores, values_of):
    """Apply a function to the models that rank anything; the others get NaN."""
    informative = (scores != scores[0]).any(axis=0)
    values = np.full(scores.shape[1], np.nan)
    if informative.any():
        values[informative] = values_of(scores[:, informative])
    return values


def _check_choice(argument, value, choices):
    """Raise ValueError unless the value is one of the choices."""
    if value not in choices:
        raise ValueError(f"{argument} must be one of {tuple(choices)}, got {value!r}")


class MC(ConsensusCriterion):
    """Model centrality: mean rank correlation with the other models; larger is better.

    Parameters
    ----------
    correlation : {"kendall", "spearman"}, optional (default="kendall")
        See `model_centrality`, which has the formula and the source.
    """

    name = "mc"
    greater_is_better = True

    def __init__(self, correlation="kendall"):
        self.correlation = correlation

    def values(self, scores):
        """Return the centrality of each model."""
        return model_centrality(scores, correlation=self.correlation)


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
