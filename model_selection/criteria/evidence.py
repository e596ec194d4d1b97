"""Evidence: a good model finds unlabeled data less usual than held-out normal ones."""

from model_selection.combining import calibrated_scores
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
        Larger is better. About 1 if all unlabeled data are like the held-out ones,
        whatever the model.

    Raises
    ------
    ValueError
        If either is not 1-D or holds NaN, or there are no held-out scores.

    Notes
    -----
    The mean over unlabeled samples of :math:`-\\log p(s)`, which is Fisher's statistic
    for the combination of tests [1]_, a half of it a sample, with the p-values of
    `conformal_p_values`, and their tail as `calibrated_scores` goes on with it where
    scores are beyond all held-out ones. Normal data have the same distribution of
    p-values by every model, if the held-out scores are out of sample. So what is above
    1 comes from anomalies, and the better a model tells them, the more it is; or it
    comes from normal data that have moved, of which it is no measure.

    This criterion is the project's own. It needs no embeddings, and no unit of the
    scores matters: models of different networks may be compared.

    References
    ----------
    .. [1] R. A. Fisher, "Statistical Methods for Research Workers", 4th edition, 1932,
       section 21.1.

    See Also
    --------
    unlabeled_auc : The same by ranks alone.

    Examples
    --------
    >>> round(evidence([1, 2, 3], [1, 3, 12]), 3)
    1.23
    """
    return float(calibrated_scores(held_out_scores, scores).mean())


class Evidence(HeldOutCriterion):
    """Mean evidence against the claim that all data are normal; larger is better.

    See `evidence` for the formula.
    """

    name = "evidence"
    greater_is_better = True

    def value(self, held_out_scores, scores):
        """Return the evidence that one model finds."""
        return evidence(held_out_scores, scores)
