"""Relative top median (RTM): how far the highest scores are above the median."""

import numpy as np

from model_selection.criteria._ranks import among_informative
from model_selection.scoring import ScoreCriterion, check_scores


def relative_top_median(scores, *, top=0.05):
    """How far the highest scores of each model are above its median one (RTM).

    Parameters
    ----------
    scores : array-like of shape (n_samples, n_models)
        Anomaly scores of unlabeled data, larger where more anomalous, of a scale that
        begins at 0, such as distances.
    top : float, optional (default=0.05)
        Share of samples that are the highest, at least one.

    Returns
    -------
    ndarray of shape (n_models,)
        Larger is better. NaN for constant scores, and for a median that is not
        positive, because a ratio to it says nothing.

    Raises
    ------
    ValueError
        If the scores are not a finite matrix of at least two samples, or ``top`` is not
        in (0, 1].

    Notes
    -----
    :math:`(\\bar s_{top} - \\mathrm{med}\\, s) / \\mathrm{med}\\, s` [1]_. It depends
    on what scale scores are on: that of squares of distances is larger than that of the
    distances, for the same ranking. So it compares models of one kind.

    References
    ----------
    .. [1] W. Dai and J. Fan, "AutoUAD: Hyper-parameter Optimization for Unsupervised
       Anomaly Detection", ICLR 2025.

    Examples
    --------
    >>> relative_top_median([[1.0], [2.0], [6.0]])
    array([2.])
    """
    scores = check_scores(scores)
    if not 0 < top <= 1:
        raise ValueError(f"top must be a share in (0, 1], got {top!r}")
    return among_informative(scores, lambda s: _relative_top(s, top))


def _relative_top(scores, top):
    n_top = max(1, int(top * len(scores)))
    highest = np.sort(scores, axis=0)[-n_top:].mean(axis=0)
    median = np.median(scores, axis=0)
    positive = np.where(median > 0, median, np.nan)
    return (highest - median) / positive


class RTM(ScoreCriterion):
    """Relative top median of each model's scores; larger is better.

    Parameters
    ----------
    top : float, optional (default=0.05)
        Share of samples that are the highest. See `relative_top_median`, which has the
        formula and the source.
    """

    name = "rtm"
    greater_is_better = True

    def __init__(self, top=0.05):
        self.top = top

    def values(self, scores):
        """Return the relative top median of each model."""
        return relative_top_median(scores, top=self.top)
