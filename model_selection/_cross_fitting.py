"""Scores out of sample that cost training, made for the detectors that answer alone."""

from joblib import Parallel, delayed

from model_selection._threads import one_thread


def is_cross_fitted(detector):
    """Say whether a detector trains more to score its training data out of sample.

    It has ``cross_calibrate(X)``, which does after ``fit`` what its parameter
    ``calibration="cross_fit"`` does within.
    """
    has_method = hasattr(detector, "cross_calibrate")
    return has_method and getattr(detector, "calibration", None) == "cross_fit"


def put_off_scores(detector):
    """Let a detector be fitted without such training."""
    if is_cross_fitted(detector):
        detector.set_params(calibration="density")
    return detector


def catch_up(detectors, data, n_jobs=None):
    """Return fitted detectors after that training.

    Parameters
    ----------
    detectors : list
        Fitted after `put_off_scores`.
    data : SharedData
        The training data.
    n_jobs : int, optional (default=None)
        How many at a time, through `joblib.Parallel`.

    Returns
    -------
    list
        In order; where other processes do it, copies of the detectors.
    """
    tasks = [delayed(_cross_calibrate)(d, data.for_detector(d)) for d in detectors]
    with one_thread():
        return Parallel(n_jobs=n_jobs)(tasks)


def _cross_calibrate(detector, X):
    with one_thread():
        return detector.cross_calibrate(X)
