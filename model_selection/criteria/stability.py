"""Stability: a good model ranks the same when it is trained again."""

from types import MappingProxyType

import numpy as np
from sklearn.base import clone

from model_selection._sharing import share
from model_selection.correlation import kendall_with
from model_selection.criterion import Criterion, value_each


def score_stability(scores, repeated_scores):
    """Mean rank correlation of a model's scores with those of its repetitions.

    Parameters
    ----------
    scores : array-like of shape (n_samples,)
        Of the model.
    repeated_scores : array-like of shape (n_samples, n_repeats)
        Of the same samples by the same model, trained again.

    Returns
    -------
    float
        Kendall's tau-b, in [-1, 1]; larger is better.

    Raises
    ------
    ValueError
        If the numbers of samples differ.

    Notes
    -----
    A model can be stable and wrong, as one that ranks by the brightness of images; what
    stability tells is which ranking is noise.

    Examples
    --------
    >>> score_stability([1, 2, 3], [[1, 3], [2, 2], [3, 1]])
    0.0
    """
    repeated = np.asarray(repeated_scores, dtype=float)
    scores = np.asarray(scores, dtype=float)
    if repeated.ndim != 2 or len(repeated) != len(scores):
        raise ValueError(
            f"repeated_scores must have one row for each of {len(scores)} samples and "
            f"one column a repetition, got shape {repeated.shape}"
        )
    return float(np.mean(kendall_with(repeated, scores)))


class Stability(Criterion):
    """Rank correlation of each model with itself, trained again; larger is better.

    Parameters
    ----------
    n_repeats : int, optional (default=2)
        How often each model is trained again, on as many samples drawn with
        replacement, and with another seed where it has a ``random_state``. So it costs
        as many further fits of the whole group. See `score_stability`, which has the
        formula.
    """

    name = "stability"
    greater_is_better = True
    needs_training = True

    _checks_that_do_not_fit = MappingProxyType(
        {"check_bad_model_loses": "the overfitted model is as stable as the others"}
    )

    def __init__(self, n_repeats=2):
        self.n_repeats = n_repeats

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        """Train clones of each detector and return one value a model.

        Parameters
        ----------
        detectors : list or dict
            Fitted detectors, which stay as they are.
        X_train : array-like of shape (n_samples, ...)
            The training data, or files of which detectors make arrays.
        X_unlabeled : array-like or sequence
            What is ranked.
        random_state : int, optional (default=0)
            Seed of the draws.

        Returns
        -------
        ndarray of shape (n_models,)
            From `score_stability`.
        """
        train, unlabeled = share(detectors, X_train), share(detectors, X_unlabeled)

        def value_of(detector):
            X = np.asarray(train.as_seen_by(detector))
            new = unlabeled.for_detector(detector)
            repeated = [
                _train_again(detector, X, random_state + i).decision_function(new)
                for i in range(1, self.n_repeats + 1)
            ]
            own = np.ravel(detector.decision_function(new))
            return score_stability(own, np.column_stack(repeated))

        return value_each(detectors, value_of)


def _train_again(detector, X, seed):
    """Return a clone that was fitted on a bootstrap sample with another seed."""
    again = clone(detector, safe=False)
    wanted = {"random_state": seed, "calibration": "density", "verbose": 0}
    known = again.get_params() if hasattr(again, "get_params") else {}
    again.set_params(**{name: wanted[name] for name in wanted if name in known})
    rows = np.random.default_rng(seed).integers(len(X), size=len(X))
    return again.fit(X[rows])
