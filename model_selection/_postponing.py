"""Calibration that takes long, done only for the detectors that answer.

A detector takes part if it has ``calibration="cross_fit"`` and the method
``cross_calibrate(X)``, which catches up on it after a fit with
``calibration="density"``.
"""

from sklearn.base import clone

from model_selection._fitting import one_thread


def postpone(detector):
    """Return an unfitted detector that leaves its calibration for later."""
    if not is_postponed(detector):
        return detector
    return clone(detector).set_params(calibration="density")


def catch_up(pairs, data):
    """Calibrate fitted detectors as was wanted, each with one thread as in its fit.

    Parameters
    ----------
    pairs : list of (detector, fitted)
        Detectors as they were given to `postpone`, and as they were fitted.
    data : SharedData
        The training data.
    """
    for detector, fitted in pairs:
        if is_postponed(detector):
            with one_thread():
                fitted.cross_calibrate(data.for_detector(fitted))


def is_postponed(detector):
    """Say whether the calibration of an unfitted detector is left for later."""
    is_wanted = getattr(detector, "calibration", None) == "cross_fit"
    return is_wanted and hasattr(detector, "cross_calibrate")
