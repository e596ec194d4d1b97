"""Excess mass and mass volume: how small the regions are that a model calls normal."""

from abc import abstractmethod
from types import MappingProxyType

import numpy as np

from model_selection._tables import require_table
from model_selection.calibration import check_two
from model_selection.criterion import Criterion, value_each


def mass_volume(scores, uniform_scores, *, lowest=0.9, highest=0.999):
    """Area under the curve of the volumes that hold given shares of the data (MV).

    Parameters
    ----------
    scores : array-like of shape (n,)
        Anomaly scores of the data.
    uniform_scores : array-like of shape (m,)
        Anomaly scores of points drawn uniformly from a box around the data.
    lowest, highest : float, optional (default=0.9, 0.999)
        The shares of the data between which the curve is integrated.

    Returns
    -------
    float
        In [0, 0.1] by default; smaller is better. The unit of volumes is the box.

    Raises
    ------
    ValueError
        If either is not 1-D, is empty or holds NaN.

    Notes
    -----
    :math:`\\int MV(\\alpha) d\\alpha` with :math:`MV(\\alpha)` the share of the box
    whose score is at most that quantile of the data's scores [1]_. It was below a
    random choice in two comparisons of criteria, and with more than about ten columns
    no point of the box is near the data, so that all models are equal. It is here for
    comparison.

    References
    ----------
    .. [1] N. Goix, "How to Evaluate the Quality of Unsupervised Anomaly Detection
       Algorithms?", ICML Anomaly Detection Workshop 2016.

    Examples
    --------
    >>> round(mass_volume([1, 2, 3, 4], [1, 5, 6, 7]), 3)
    0.025
    """
    data, uniform = check_two(scores=scores, uniform_scores=uniform_scores)
    shares = np.linspace(lowest, highest, 1000)
    levels = np.quantile(data, shares, method="inverted_cdf")
    return float(np.trapezoid(_share_up_to(uniform, levels), shares))


def excess_mass(scores, uniform_scores, *, highest=0.9):
    """Area under the curve of the mass beyond what volumes would hold by chance (EM).

    Parameters
    ----------
    scores, uniform_scores
        As in `mass_volume`.
    highest : float, optional (default=0.9)
        The curve, which falls from 1, is integrated down to this value.

    Returns
    -------
    float
        Positive; larger is better.

    Raises
    ------
    ValueError
        As in `mass_volume`.

    Notes
    -----
    :math:`EM(t) = \\max_u [P(s(X) \\le u) - t \\, V(u)]` with the share V(u) of the box
    whose score is at most u, integrated over t from 0 to where it falls to ``highest``
    [1]_, but at most 100, where volumes are 0. See `mass_volume` for what it is worth.

    References
    ----------
    .. [1] N. Goix, "How to Evaluate the Quality of Unsupervised Anomaly Detection
       Algorithms?", ICML Anomaly Detection Workshop 2016.

    Examples
    --------
    >>> round(excess_mass([1, 2, 3, 4], [1, 5, 6, 7]), 2)
    0.38
    """
    data, uniform = check_two(scores=scores, uniform_scores=uniform_scores)
    levels = np.unique(data)
    masses, volumes = _share_up_to(data, levels), _share_up_to(uniform, levels)
    t = np.linspace(0.0, 100.0, 10_001)
    curve = _upper_envelope(masses, volumes, t)
    inside = curve >= highest
    return float(np.trapezoid(curve[inside], t[inside]))


def _upper_envelope(masses, volumes, t):
    """Return the largest of ``masses - t * volumes``, without all pairs in memory."""
    curve = np.full(len(t), -np.inf)
    # Of levels with one volume, the one with the most mass is above the others.
    for volume in np.unique(volumes):
        curve = np.maximum(curve, masses[volumes == volume].max() - t * volume)
    return curve


def _share_up_to(scores, levels):
    """Return the share of scores that are at most each level."""
    return np.searchsorted(np.sort(scores), levels, side="right") / len(scores)


class _OnVolumes(Criterion):
    """A criterion on scores of the data, and of points drawn uniformly around them."""

    _checks_that_do_not_fit = MappingProxyType(
        {"check_bad_model_loses": "planted models know no volumes"}
    )

    def __init__(self, n_uniform=10_000):
        self.n_uniform = n_uniform

    @abstractmethod
    def value(self, scores, uniform_scores):
        """Return the value of one model."""

    def check_data(self, X_train, X_unlabeled):
        """Raise `TypeError` if the data are no table."""
        require_table(self.name, X_unlabeled)

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        """Score the data, and points around them, and return one value a model.

        Parameters
        ----------
        detectors : list or dict
            Fitted detectors of tables.
        X_train : object
            Not used.
        X_unlabeled : array-like of shape (n_samples, n_features)
            The data to score; the points are drawn from the smallest box around them.
        random_state : int, optional (default=0)
            Seed of the points.

        Returns
        -------
        ndarray of shape (n_models,)

        Raises
        ------
        TypeError
            If the data are no table.
        ValueError
            If a detector returns NaN; the error names it.
        """
        X = require_table(self.name, X_unlabeled)
        rng = np.random.default_rng(random_state)
        size = self.n_uniform, X.shape[1]
        points = rng.uniform(X.min(axis=0), X.max(axis=0), size)

        def value_of(detector):
            own, around = (np.ravel(detector.decision_function(x)) for x in (X, points))
            return self.value(own, around)

        return value_each(detectors, value_of)


class ExcessMass(_OnVolumes):
    """Excess mass of each model of tables; larger is better.

    Parameters
    ----------
    n_uniform : int, optional (default=10_000)
        How many points are drawn around the data. See `excess_mass`, which has the
        formula and the source.
    """

    name = "excess_mass"
    greater_is_better = True

    def value(self, scores, uniform_scores):
        """Return the excess mass of one model."""
        return excess_mass(scores, uniform_scores)


class MassVolume(_OnVolumes):
    """Mass volume of each model of tables; smaller is better.

    Parameters
    ----------
    n_uniform : int, optional (default=10_000)
        How many points are drawn around the data. See `mass_volume`, which has the
        formula and the source.
    """

    name = "mass_volume"
    greater_is_better = False

    def value(self, scores, uniform_scores):
        """Return the mass volume of one model."""
        return mass_volume(scores, uniform_scores)
