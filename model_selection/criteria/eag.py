"""Expected anomaly gap (EAG): how clearly scores fall into a high and a low group."""

from types import MappingProxyType

import numpy as np

from model_selection.criteria._ranks import among_informative
from model_selection.scoring import ScoreCriterion, check_scores


def expected_anomaly_gap(scores, *, lowest=0.8):
    """How clearly the scores of each model fall into a high and a low group (EAG).

    Parameters
    ----------
    scores : array-like of shape (n_samples, n_models)
        Anomaly scores of unlabeled data, larger where more anomalous.
    lowest : float, optional (default=0.8)
        Quantile of the lowest threshold between the groups.

    Returns
    -------
    ndarray of shape (n_models,)
        Larger is better; NaN for constant scores, and where all scores above the lowest
        threshold are equal, so that nothing divides them.

    Raises
    ------
    ValueError
        If the scores are not a finite matrix of at least two samples, or ``lowest`` is
        not in [0, 1).

    Notes
    -----
    The mean over thresholds of
    :math:`w_0 w_1 (m_0 - m_1)^2 / (w_0 v_0 + w_1 v_1)`, with the shares w, means m and
    population variances v of the scores up to the threshold and above it [1]_:
    between-group over within-group variance. Thresholds are all scores from the
    quantile on, but the largest. Shift and scale do not matter, but the shape does, as
    in `relative_top_median`.

    References
    ----------
    .. [1] W. Dai and J. Fan, "AutoUAD: Hyper-parameter Optimization for Unsupervised
       Anomaly Detection", ICLR 2025.

    Examples
    --------
    >>> expected_anomaly_gap([[0.0], [2.0], [9.0], [11.0]], lowest=0.5)
    array([10.57649254])
    """
    scores = check_scores(scores)
    if not 0 <= lowest < 1:
        raise ValueError(f"lowest must be a quantile in [0, 1), got {lowest!r}")
    return among_informative(
        scores, lambda s: np.array([_gap(column, lowest) for column in s.T])
    )


def _gap(scores, lowest):
    """Mean over thresholds of the variance between over that within the groups."""
    ordered = np.sort(scores - scores.mean())
    n = len(ordered)
    # How many are up to each threshold, once for equal scores.
    counts = np.flatnonzero(np.diff(ordered) > 0) + 1
    low = counts[counts >= max(1, int(np.ceil(lowest * n)))]
    if not low.size:
        return np.nan
    sums, squares = np.cumsum(ordered), np.cumsum(ordered**2)
    means = sums[low - 1] / low, (sums[-1] - sums[low - 1]) / (n - low)
    share = low / n
    between = share * (1 - share) * (means[0] - means[1]) ** 2
    within = squares[-1] / n - (sums[-1] / n) ** 2 - between
    floor = np.finfo(float).eps * squares[-1] / n
    return float(np.mean(between / np.maximum(within, floor)))


class EAG(ScoreCriterion):
    """Expected anomaly gap of each model's scores; larger is better.

    Parameters
    ----------
    lowest : float, optional (default=0.8)
        Quantile of the lowest threshold. See `expected_anomaly_gap`, which has the
        formula and the source.
    """

    name = "eag"
    greater_is_better = True

    _checks_that_do_not_fit = MappingProxyType(
        {"check_bad_model_loses": "more than a fifth of the planted data are anomalies"}
    )

    def __init__(self, lowest=0.8):
        self.lowest = lowest

    def values(self, scores):
        """Return the gap of each model."""
        return expected_anomaly_gap(scores, lowest=self.lowest)
