"""Scores of normal data that a detector has not learned from, and criteria on them."""

from abc import abstractmethod

import numpy as np
from sklearn.base import clone
from sklearn.model_selection import KFold

from model_selection._sharing import share
from model_selection.adapters import training_scores
from model_selection.criterion import Criterion, value_each

FOLDS = 5


def scores_out_of_sample(detector):
    """Say whether a detector's ``decision_scores_`` are of data that it did not see.

    Parameters
    ----------
    detector : object
        Those of ``pyod_ssad`` say so by ``is_out_of_sample``; any other is taken for
        one whose ``decision_scores_`` are of the very data that it was fitted on.

    Returns
    -------
    bool
    """
    return bool(getattr(detector, "is_out_of_sample", False))


def held_out_scores(detector, X=None, random_state=0):
    """Score normal data by what has not learned from them.

    Parameters
    ----------
    detector : object
        Fitted.
    X : object, optional (default=None)
        The training data, in the form that the detector takes.
    random_state : int, optional (default=0)
        Seed of the folds.

    Returns
    -------
    ndarray of shape (n_samples,)
        ``decision_scores_`` where the detector says by ``is_out_of_sample`` what they
        are, or where ``X`` is no array of at least five samples. Otherwise clones are
        fitted without each of five folds, and score it.
    """
    has_rows = isinstance(X, np.ndarray) and X.ndim > 1 and len(X) >= FOLDS
    if hasattr(detector, "is_out_of_sample") or not has_rows:
        return training_scores(detector, X)
    scores = np.empty(len(X))
    folds = KFold(FOLDS, shuffle=True, random_state=random_state)
    for others, fold in folds.split(X):
        refitted = clone(detector, safe=False).fit(X[others])
        scores[fold] = np.ravel(refitted.decision_function(X[fold]))
    return scores


class HeldOutCriterion(Criterion):
    """A criterion on each model's scores of unlabeled and of held-out normal data.

    Such a criterion compares no embeddings and no units: models of different networks,
    and of images and tables, may be compared by it.
    """

    needs_unlabeled = True
    needs_held_out = True

    @abstractmethod
    def value(self, held_out_scores, scores):
        """Return the value of one model.

        Parameters
        ----------
        held_out_scores : ndarray of shape (n,)
            Scores of normal data that the model has not learned from.
        scores : ndarray of shape (m,)
            Scores of unlabeled data.

        Returns
        -------
        float
        """

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        """Score the unlabeled data with each detector and return one value a model.

        Parameters
        ----------
        detectors : list or dict
            Fitted detectors; see `held_out_scores` for what is asked of them.
        X_train : array-like or sequence
            The training data.
        X_unlabeled : array-like or sequence
            Unlabeled data.
        random_state : int, optional (default=0)
            Seed of the folds of detectors that have scores in sample only.

        Returns
        -------
        ndarray of shape (n_models,)
            From `value`.

        Raises
        ------
        ValueError
            If a detector returns NaN; the error names it.
        """
        train, unlabeled = share(detectors, X_train), share(detectors, X_unlabeled)

        def value_of(detector):
            X = train.for_detector(detector)
            own = held_out_scores(detector, X, random_state)
            new = detector.decision_function(unlabeled.for_detector(detector))
            return self.value(own, np.ravel(new))

        return value_each(detectors, value_of)
