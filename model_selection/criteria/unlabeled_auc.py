"""AUC of unlabeled data against held-out normal ones."""

from scipy.stats import mannwhitneyu

from model_selection.calibration import check_two
from model_selection.held_out import HeldOutCriterion


def unlabeled_auc(held_out_scores, scores):
    """Area under the ROC curve of unlabeled data against held-out normal ones.

    Parameters
    ----------
    held_out_scores : array-like of shape (n,)
        Scores of normal data that the model has not learned from.
    scores : array-like of shape (m,)
        Scores of unlabeled data, larger where more anomalous.

    Returns
    -------
    float
        In [0, 1]; larger is better. Ties count a half.

    Raises
    ------
    ValueError
        If either is not 1-D, is empty or holds NaN.

    Notes
    -----
    If a share :math:`\\gamma` of the unlabeled data are anomalies, and the others are
    like the held-out ones, it is
    :math:`(1 - \\gamma) / 2 + \\gamma \\, \\mathrm{AUC}` [1]_: it ranks models as the
    AUC does that the labels would give, but for chance, which is large where there are
    few anomalies. Good test data that have moved count as anomalies do.

    References
    ----------
    .. [1] A. Menon, B. van Rooyen, C. S. Ong and R. C. Williamson, "Learning from
       Corrupted Binary Labels via Class-Probability Estimation", ICML 2015.

    See Also
    --------
    evidence : It weighs the highest ranks most.

    Examples
    --------
    >>> unlabeled_auc([1.0, 2.0], [1.0, 3.0])
    0.625
    """
    own, new = check_two(held_out_scores=held_out_scores, scores=scores)
    return float(mannwhitneyu(new, own).statistic) / (own.size * new.size)


class UnlabeledAUC(HeldOutCriterion):
    """AUC of unlabeled against held-out normal data; larger is better.

    See `unlabeled_auc` for the formula and the source.
    """

    name = "unlabeled_auc"
    greater_is_better = True

    def value(self, held_out_scores, scores):
        """Return the area of one model."""
        return unlabeled_auc(held_out_scores, scores)
