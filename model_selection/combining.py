"""Scores of several detectors, brought to one scale and averaged."""

import numpy as np

from model_selection.calibration import check_vector, conformal_p_values


def calibrated_scores(calibration_scores, scores):
    """Bring a detector's scores to a scale that all detectors share.

    Parameters
    ----------
    calibration_scores : array-like of shape (n,)
        Scores of normal samples, best of such that the detector has not learned from.
    scores : array-like of shape (m,)
        Scores of new samples, larger where more anomalous.

    Returns
    -------
    ndarray of shape (m,)
        Strictly increasing in the scores: no ranking is lost. 0 at the smallest
        calibration score, :math:`\\log((n + 1) / 2)` at a largest one.

    Raises
    ------
    ValueError
        If either is not 1-D or holds NaN, or there are no calibration scores.

    Notes
    -----
    It is :math:`-\\log p(s)` with the conformal p-value of `conformal_p_values` at
    each calibration score, and linear in between. p-values tie beyond the largest one,
    :math:`s_{(n)}`; here a tail follows, as of Pareto's distribution with index 1
    about the median m, :math:`p(s) \\propto (s_{(n)} - m) / (s - m)`, so that
    :math:`\\log((s - m) / (s_{(n)} - m))` is added. Below the smallest one, the same of
    the other side is subtracted. So no unit matters, and a distance that is squared or
    heavy-tailed, such as a Mahalanobis distance, does not drown the others: ten times
    as far beyond the median adds 2.3. Where the median is itself at an end, the range
    stands in for the distance from it, or 1 where all calibration scores are equal.

    Examples
    --------
    >>> calibrated_scores([1, 2, 3], [1, 3, 12]).round(3)
    array([0.   , 0.693, 2.996])
    """
    scores = check_vector("scores", scores)
    calibration = check_vector("calibration_scores", calibration_scores)
    knots = np.unique(calibration)
    levels = -np.log(conformal_p_values(calibration, knots))
    low, high = _widths(knots[0], np.median(calibration), knots[-1])
    inside = np.interp(scores, knots, levels)
    above = np.log1p(np.maximum(scores - knots[-1], 0.0) / high)
    below = np.log1p(np.maximum(knots[0] - scores, 0.0) / low)
    return inside + above - below


def _widths(lowest, median, highest):
    """Return the units of the tails below and above."""
    whole = highest - lowest or 1.0
    return median - lowest or whole, highest - median or whole


def mean_calibrated(calibrations, columns):
    """Return the mean of several detectors' calibrated scores.

    Parameters
    ----------
    calibrations : sequence of array-like
        Calibration scores, one array a detector.
    columns : sequence of array-like of shape (m,)
        Scores of the same new samples, one array a detector.

    Returns
    -------
    ndarray of shape (m,)
        Mean of `calibrated_scores` over the detectors.
    """
    pairs = zip(calibrations, columns, strict=True)
    return np.mean([calibrated_scores(own, new) for own, new in pairs], axis=0)
