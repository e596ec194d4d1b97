"""What scores of normal data say about new ones: p-values, and when not to trust them.

It works for any detector: all it needs are scores of normal samples that the detector
has not learned from, and scores of new ones.
"""

import numbers

import numpy as np

from model_selection._warning import warn_user

# Fewer new scores may all be high by chance, or be anomalies that were picked.
ENOUGH_TO_JUDGE = 10


def conformal_p_values(calibration_scores, scores):
    """Return conformal p-values: how usual each score would be for normal data.

    Parameters
    ----------
    calibration_scores : array-like of shape (n,)
        Scores of normal samples that the detector has not learned from.
    scores : array-like of shape (m,)
        Scores of new samples, larger where more anomalous.

    Returns
    -------
    ndarray of shape (m,)
        In [1 / (n + 1), 1]; small where anomalous.

    Raises
    ------
    ValueError
        If either is not 1-D or holds NaN, or there are no calibration scores.

    Notes
    -----
    :math:`p(s) = (1 + \\#\\{i : s_i \\ge s\\}) / (n + 1)` [1]_. If new normal samples
    and the calibration samples are exchangeable, the probability that a new one has
    :math:`p \\le \\alpha` is at most :math:`\\alpha`, for any detector. Many p-values
    that share their calibration scores depend on one another positively, so that
    `scipy.stats.false_discovery_control` still bounds the share of false alarms among
    what is flagged [2]_.

    References
    ----------
    .. [1] V. Vovk, A. Gammerman and G. Shafer, "Algorithmic Learning in a Random
       World", Springer 2005.
    .. [2] S. Bates, E. Candes, L. Lei, Y. Romano and M. Sesia, "Testing for outliers
       with conformal p-values", Annals of Statistics 51(1), 2023.

    Examples
    --------
    >>> conformal_p_values([1, 2, 3], [0, 2.5, 4])
    array([1.  , 0.5 , 0.25])
    """
    calibration = np.sort(check_vector("calibration_scores", calibration_scores))
    scores = check_vector("scores", scores)
    if not calibration.size:
        raise ValueError(
            "calibration_scores is empty; pass scores of normal samples that the "
            "detector has not learned from"
        )
    at_least = calibration.size - np.searchsorted(calibration, scores, side="left")
    return (1 + at_least) / (calibration.size + 1)


def check_vector(name, scores):
    """Return scores as a float vector, or say by this name what is wrong with them."""
    scores = np.asarray(scores, dtype=float)
    if scores.ndim != 1 or np.isnan(scores).any():
        raise ValueError(
            f"{name} must be one number a sample and no NaN, got shape {scores.shape} "
            f"with {np.isnan(scores).sum()} NaN; pass the output of decision_function"
        )
    return scores


def check_two(**scores):
    """Return two named score vectors, or say what is wrong; each must hold some.

    Parameters
    ----------
    **scores : array-like
        Two vectors, by the names that errors should use.

    Returns
    -------
    list of ndarray
        In the order given, float.

    Raises
    ------
    ValueError
        If one is not 1-D, is empty or holds NaN.
    """
    checked = [check_vector(name, values) for name, values in scores.items()]
    if not all(values.size for values in checked):
        pairs = zip(scores, checked, strict=True)
        got = " and ".join(f"{values.size} {name}" for name, values in pairs)
        raise ValueError(
            f"got {got}; wanted at least one of each: pass scores of some samples of "
            "both kinds"
        )
    return checked


def warn_if_too_few(n, contamination, stacklevel=None):
    """Warn if so few scores cannot bound the rate of false alarms that is asked for.

    Parameters
    ----------
    n : int
        The number of calibration scores.
    contamination : float or object
        The rate; an object that finds a threshold by itself asks for none.
    stacklevel : int or None, optional (default=None)
        Of `warnings.warn`; None finds the first line outside of the packages.

    Warns
    -----
    UserWarning
        If the smallest p-value, 1 / (n + 1), is above the rate.
    """
    is_rate = isinstance(contamination, numbers.Real)
    if is_rate and (n + 1) * contamination < 1:
        # Rounded first: 1 / 0.01 is a little above 100.
        wanted = int(np.ceil(round(1 / contamination, 6))) - 1
        warn_user(
            f"Scores of {n} normal samples cannot bound false alarms at contamination="
            f"{contamination:g}: the smallest rate that they can is "
            f"{1 / (n + 1):.2g}. Wanted are at least {wanted}: fit on more, pass more "
            "to calibrate, or choose a larger contamination.",
            stacklevel,
        )


def warn_if_moved(calibration_scores, scores, stacklevel=None):
    """Warn if most new scores are above all that normal data had.

    Parameters
    ----------
    calibration_scores : array-like of shape (n,)
        Scores of normal samples.
    scores : array-like of shape (m,)
        Scores of new samples. Fewer than ten are not judged.
    stacklevel : int or None, optional (default=None)
        Of `warnings.warn`; None finds the first line outside of the packages.

    Warns
    -----
    UserWarning
        If more than half are above the largest calibration score.
    """
    scores = np.asarray(scores, dtype=float)
    above = int((scores > np.max(calibration_scores)).sum())
    if len(scores) >= ENOUGH_TO_JUDGE and 2 * above > len(scores):
        warn_user(
            f"{above} of {len(scores)} new samples score above everything that was "
            "seen in normal data. Either most of them are anomalous, or the data have "
            "moved: another camera, light, product or preparation. Look at some; if "
            "they are good, fit on images such as these, or pass good ones to "
            "calibrate.",
            stacklevel,
        )


def threshold_of(contamination, decision_scores):
    """Return the threshold that a fitted object of pythresh means, in these scores.

    Parameters
    ----------
    contamination : object
        Fitted on `decision_scores`: it has ``labels_``, and ``thresh_`` if it keeps
        one.
    decision_scores : ndarray of shape (n,)
        Scores of normal samples.

    Returns
    -------
    float
        Scores above it are outliers, whether one score is asked about or many.

    Notes
    -----
    Objects of pythresh see scores s as :math:`(s - \\min) / (\\max - \\min)`, and
    label 1 from ``thresh_`` on; this undoes it. In any case the result is at least the
    largest score that is labelled 0, and below the smallest that is labelled 1. It is
    the former where there is no ``thresh_``, because such an object decides anew for
    each set of scores.
    """
    scores = np.asarray(decision_scores, dtype=float)
    labels = np.asarray(contamination.labels_)
    largest = scores[labels == 0].max(initial=-np.inf)
    smallest = scores[labels == 1].min(initial=np.inf)
    low, high = scores.min(), scores.max()
    kept = getattr(contamination, "thresh_", None)
    is_kept = isinstance(kept, numbers.Real) and np.isfinite(kept)
    wanted = low + kept * (high - low) if is_kept else largest
    # From the threshold on is above the number before it.
    before = np.nextafter(min(wanted, smallest), -np.inf)
    return float(max(before, largest) if largest < smallest else before)
