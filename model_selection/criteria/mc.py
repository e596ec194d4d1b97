"""Model centrality (MC): a good model correlates with the others.

See M. Q. Ma, Y. Zhao, X. Zhang and L. Akoglu, "The Need for Unsupervised Outlier Model
Selection: A Review and Evaluation of Internal Evaluation Strategies", SIGKDD
Explorations 2023.
"""

import numpy as np

from model_selection.correlation import kendall_matrix, spearman_matrix
from model_selection.criteria._ranks import among_informative, check_choice
from model_selection.scoring import ConsensusCriterion, check_scores

CORRELATIONS = {"kendall": kendall_matrix, "spearman": spearman_matrix}


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
    check_choice("correlation", correlation, CORRELATIONS)
    return among_informative(scores, lambda s: _mean_of_others(s, correlation))


def _mean_of_others(scores, correlation):
    """Mean correlation with the other columns; 0 for a lone column."""
    matrix = CORRELATIONS[correlation](scores)
    np.fill_diagonal(matrix, 0.0)
    return matrix.sum(axis=1) / max(1, len(matrix) - 1)


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
