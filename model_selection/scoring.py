"""Score matrices of a group of detectors, and criteria on them."""

from abc import abstractmethod

import numpy as np

from model_selection._naming import name_detectors
from model_selection._sharing import share
from model_selection.criterion import Criterion


def check_scores(scores, names=None):
    """Return a score matrix as float64, or say what is wrong with it.

    Parameters
    ----------
    scores : array-like of shape (n_samples, n_models)
        Anomaly scores.
    names : list of str, optional (default=None)
        What errors call the models; their column numbers if None.

    Returns
    -------
    ndarray of shape (n_samples, n_models)
        Finite float64 scores.

    Raises
    ------
    ValueError
        If it is not 2-D, has fewer than two samples or no model, or holds NaN or
        infinity; the error names the models.
    """
    scores = np.asarray(scores, dtype=np.float64)
    if scores.ndim != 2 or scores.shape[0] < 2 or scores.shape[1] < 1:
        raise ValueError(
            "scores must be a matrix (n_samples, n_models) of at least two samples and "
            f"one model, got shape {scores.shape}; stack one column a model"
        )
    bad = np.flatnonzero(~np.isfinite(scores).all(axis=0))
    if bad.size:
        listed = ", ".join(names[i] if names else f"column {i}" for i in bad)
        raise ValueError(
            f"scores must be finite, got NaN or infinity from model {listed}; "
            "leave it out or mend its decision_function"
        )
    return scores


def score_matrix(detectors, X):
    """Return the anomaly scores of each detector as a column.

    Parameters
    ----------
    detectors : list or dict
        Fitted detectors.
    X : array-like or sequence of length n_samples
        Data, in whatever form the detectors take. Detectors with ``preprocess(X)`` and
        equal, hashable ``preprocessing`` share what the first of them makes of it.

    Returns
    -------
    ndarray of shape (n_samples, n_models)
        From ``decision_function``, float64.

    Raises
    ------
    ValueError
        If the detectors return different numbers of scores.
    """
    names, members = name_detectors(detectors)
    data = share(detectors, X)
    columns = [_scores(detector, data.for_detector(detector)) for detector in members]
    lengths = {name: len(c) for name, c in zip(names, columns, strict=True)}
    if len(set(lengths.values())) > 1:
        raise ValueError(
            f"detectors must return one score a sample, got these numbers: {lengths}; "
            "mend the decision_function that differs"
        )
    return np.column_stack(columns)


def _scores(detector, X):
    """Return the scores of one detector as a float64 vector."""
    return np.asarray(detector.decision_function(X), dtype=float).ravel()


class ScoreCriterion(Criterion):
    """A criterion on the scores that models give to unlabeled data."""

    @abstractmethod
    def values(self, scores):
        """Return the values of all models.

        Parameters
        ----------
        scores : ndarray of shape (n_samples, n_models)
            Finite anomaly scores, larger where more anomalous.

        Returns
        -------
        ndarray of shape (n_models,)
            Float values; NaN for a model with constant scores.
        """

    def evaluate_scores(self, scores, names=None):
        """Return one value a model from scores made before.

        Parameters
        ----------
        scores : array-like of shape (n_samples, n_models)
            As `score_matrix` returns them.
        names : list of str, optional (default=None)
            What errors call the models.

        Returns
        -------
        ndarray of shape (n_models,)
            Float values; NaN for a model with constant scores.

        Raises
        ------
        ValueError
            If the scores are not a finite matrix of at least two samples.
        """
        return self.values(check_scores(scores, names))

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        """Score the unlabeled data with each detector and return one value a model.

        Parameters
        ----------
        detectors : list or dict
            Fitted detectors.
        X_train : object
            Not used; it is there for a common signature.
        X_unlabeled : array-like or sequence
            Data to score.
        random_state : object
            Not used; nothing is drawn.

        Returns
        -------
        ndarray of shape (n_models,)
            From `values`.

        Raises
        ------
        ValueError
            If a detector returns NaN or infinity; the error names it.
        """
        names, _ = name_detectors(detectors)
        return self.evaluate_scores(score_matrix(detectors, X_unlabeled), names)


class ConsensusCriterion(ScoreCriterion):
    """A criterion that judges models by one another."""
