"""Pseudo-AUC: held-out normal data against pseudo anomalies of other families."""

import numpy as np

from model_selection._naming import name_detectors
from model_selection._sharing import share
from model_selection.calibration import check_two
from model_selection.criteria.unlabeled_auc import unlabeled_auc
from model_selection.criterion import Criterion, value_each
from model_selection.embedding import why_not_augmenting
from model_selection.held_out import held_out_scores


def cantelli_bound(normal_scores, anomalous_scores):
    """Lower bound on the AUC from the first two moments of scores.

    Parameters
    ----------
    normal_scores : array-like of shape (n,)
    anomalous_scores : array-like of shape (m,)

    Returns
    -------
    float
        In [-1, 1): no AUC of such scores is below it. Negative where anomalies score
        lower on average, and then it is no bound: larger is better.

    Raises
    ------
    ValueError
        If either is not 1-D, is empty or holds NaN.

    Notes
    -----
    :math:`m |m| / (v_0 + v_1 + m^2)` for the difference m of the means and the
    variances v, of the logarithms if all scores are positive: Cantelli's inequality for
    the difference of an anomalous and a normal score. It moves where the AUC is 1
    already.

    Examples
    --------
    >>> cantelli_bound([-1.0, 1.0], [3.0, 3.0])
    0.9
    """
    normal, anomalous = check_two(
        normal_scores=normal_scores, anomalous_scores=anomalous_scores
    )
    if min(normal.min(), anomalous.min()) > 0:
        normal, anomalous = np.log(normal), np.log(anomalous)
    gap = anomalous.mean() - normal.mean()
    total = normal.var() + anomalous.var() + gap**2
    return float(gap * abs(gap) / total) if total > 0 else 0.0


class PseudoAUC(Criterion):
    """AUC of pseudo anomalies that other families make; larger is better.

    Each model is judged by how it tells held-out normal data from augmented ones, made
    by ``augment`` of every other class of detectors of the group, and averaged over
    these. Pseudo anomalies of its own class do not count: it has been trained on them.

    Parameters
    ----------
    bound : bool, optional (default=False)
        Whether to take `cantelli_bound` for the AUC.

    Notes
    -----
    It is the selection with synthetic anomalies of [1]_, where these come from the
    models that are compared. On images of industrial products it seldom picks the best
    model [1]_: it knows how models generalise to the families of the group, and not to
    anomalies.

    References
    ----------
    .. [1] C. Fung, C. Qiu, A. Li and M. Rudolph, "Model Selection of Anomaly Detectors
       in the Absence of Labeled Validation Data", 2023.
    """

    name = "pseudo_auc"
    greater_is_better = True
    needs_training = True
    needs_held_out = True

    def __init__(self, bound=False):
        self.bound = bound

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        """Score pseudo anomalies with each detector and return one value a model.

        Parameters
        ----------
        detectors : list or dict
            Fitted detectors, of which at least two classes have
            ``augment(X, random_state=None)``.
        X_train : array-like or sequence
            The training data.
        X_unlabeled : object
            Not used.
        random_state : int, optional (default=0)
            Seed of the augmentations, and of folds.

        Returns
        -------
        ndarray of shape (n_models,)
            NaN for a model without another family.

        Raises
        ------
        TypeError
            If fewer than two classes augment these data.
        ValueError
            If a detector returns NaN; the error names it.
        """
        train = share(detectors, X_train)
        families = _find_families(detectors, train)
        measure = cantelli_bound if self.bound else unlabeled_auc

        def value_of(detector):
            X = train.for_detector(detector)
            own = held_out_scores(detector, X, random_state)
            others = [f for cls, f in families.items() if cls is not type(detector)]
            made = (f.augment(X, random_state=random_state) for f in others)
            scores = (np.ravel(detector.decision_function(images)) for images in made)
            areas = [measure(own, new) for new in scores]
            return np.mean(areas) if areas else np.nan

        return value_each(detectors, value_of)


def _find_families(detectors, train):
    """Return the first detector of each class that augments these data."""
    families = {}
    for detector in name_detectors(detectors)[1]:
        can = hasattr(detector, "augment") and not why_not_augmenting(detector, train)
        if can:
            families.setdefault(type(detector), detector)
    if len(families) < 2:
        raise TypeError(
            "criterion 'pseudo_auc' judges models by pseudo anomalies of other classes "
            f"of detectors, got {[c.__name__ for c in families]} that augment these "
            "data; wanted at least two, such as CutPasteSSAD and CutDiffSSAD"
        )
    return families
