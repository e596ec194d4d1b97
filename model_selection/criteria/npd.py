"""Normalized pseudo discrepancy (NPD): scores of random rows against held-out ones."""

from types import MappingProxyType

import numpy as np

from model_selection._tables import require_table
from model_selection.calibration import check_two
from model_selection.criterion import Criterion, value_each
from model_selection.held_out import held_out_scores as score_held_out


def pseudo_discrepancy(held_out_scores, generated_scores):
    """How far scores of random data are from those of held-out normal data (NPD).

    Parameters
    ----------
    held_out_scores : array-like of shape (n,)
        Scores of normal data that the model has not learned from.
    generated_scores : array-like of shape (m,)
        Scores of data drawn at random.

    Returns
    -------
    float
        Not negative; larger is better. 0 where all scores are equal, infinite where
        they only differ between the two.

    Raises
    ------
    ValueError
        If either is not 1-D, is empty or holds NaN.

    Notes
    -----
    :math:`(m_g - m_v)^2 / (2 (v_g + v_v))` with the means m and population variances v
    of generated and of validation scores [1]_. It is a square, so that a model that
    takes random data for more normal than normal ones is not told from its contrary;
    [1]_ has it so.

    References
    ----------
    .. [1] W. Dai and J. Fan, "AutoUAD: Hyper-parameter Optimization for Unsupervised
       Anomaly Detection", ICLR 2025.

    Examples
    --------
    >>> pseudo_discrepancy([1.0, 3.0], [7.0, 9.0])
    9.0
    """
    own, new = check_two(
        held_out_scores=held_out_scores, generated_scores=generated_scores
    )
    gap = (new.mean() - own.mean()) ** 2
    spread = 2 * (new.var() + own.var())
    if gap == 0:
        return 0.0
    return float(gap / spread) if spread > 0 else float("inf")


class NPD(Criterion):
    """Normalized pseudo discrepancy of each model of tables; larger is better.

    Parameters
    ----------
    n_generated : int or None, optional (default=None)
        How many rows to draw, from a Gaussian with the mean and the variances of the
        training data; as many as these if None. See `pseudo_discrepancy`, which has
        the formula and the source.
    """

    name = "npd"
    greater_is_better = True
    needs_training = True
    needs_held_out = True

    _checks_that_do_not_fit = MappingProxyType(
        {"check_bad_model_loses": "random rows are training rows to planted models"}
    )

    def __init__(self, n_generated=None):
        self.n_generated = n_generated

    def check_data(self, X_train, X_unlabeled):
        """Raise `TypeError` if the training data are no table."""
        require_table(self.name, X_train)

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        """Score random rows with each detector and return one value a model.

        Parameters
        ----------
        detectors : list or dict
            Fitted detectors of tables.
        X_train : array-like of shape (n_samples, n_features)
            The training data.
        X_unlabeled : object
            Not used.
        random_state : int, optional (default=0)
            Seed of the rows, and of folds.

        Returns
        -------
        ndarray of shape (n_models,)
            From `pseudo_discrepancy`.

        Raises
        ------
        TypeError
            If the training data are no table.
        ValueError
            If a detector returns NaN; the error names it.
        """
        X = require_table(self.name, X_train)
        generated = self._generate(X, random_state)

        def value_of(detector):
            own = score_held_out(detector, X, random_state)
            new = detector.decision_function(generated)
            return pseudo_discrepancy(own, np.ravel(new))

        return value_each(detectors, value_of)

    def _generate(self, X, random_state):
        """Draw rows, with columns that know nothing of one another."""
        n_rows = len(X) if self.n_generated is None else self.n_generated
        rng = np.random.default_rng(random_state)
        return rng.normal(X.mean(axis=0), X.std(axis=0), (n_rows, X.shape[1]))
