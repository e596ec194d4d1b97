"""Evidence: a good model finds unlabeled data less usual than held-out normal ones."""

import numpy as np

from model_selection.calibration import conformal_p_values
from model_selection.held_out import HeldOutCriterion


def evidence(held_out_scores, scores):
    """Mean evidence against the claim that all unlabeled data are normal.

    Parameters
    ----------
    held_out_scores : array-like of shape (n,)
        Scores of normal data that the model has not learned from.
    scores : array-like of shape (m,)
        Scores of unlabeled data, larger where more anomalous.

    Returns
    -------
    float
        In (0, log(n + 1)]; larger is better. About 1 if all unlabeled data are like
        the held-out ones, whatever the model.

    Raises
    ------
    ValueError
        If either is not 1-D or holds NaN, or there are no held-out scores.

    Notes
    -----
    The mean over unlabeled samples of :math:`-\\log p(s)`, with the p-values of
    `conformal_p_values`: Fisher's statistic for the combination of tests [1]_, divided
    by twice the number of samples. Normal data have the same distribution of p-values
    by every model, if the held-out scores are out of sample. So what is above 1 comes
    from anomalies, and the better a model tells them, the more it is. Or it comes from
    normal data that have moved, and then it says nothing.

    As a criterion for selection it is the project's own. Embeddings are not needed, and
    neither the unit nor the shape of the scores matters: models of different networks
    may be compared. How far a score is beyond all held-out ones does not count, because
    data that have moved are the farthest.

    References
    ----------
    .. [1] R. A. Fisher, "Statistical Methods for Research Workers", 4th edition, 1932,
       section 21.1.

    See Also
    --------
    unlabeled_auc : It weighs all ranks alike, not the highest ones most.

    Examples
    --------
    >>> round(evidence([1, 2, 3], [1, 3, 12]), 3)
    0.693
    """
    p = conformal_p_values(held_out_scores, scores)
    return float(-np.log(p).mean())


class Evidence(HeldOutCriterion):
    """Mean evidence against the claim that all data are normal; larger is better.

    See `evidence` for the formula.
    """

    name = "evidence"
    greater_is_better = True

    def value(self, held_out_scores, scores):
        """Return the evidence that one model finds."""
        return evidence(held_out_scores, scores)
