"""Checks of constructor arguments; errors say what was got and what is wanted."""

import numbers

from pyod_ssad.augmentations.base import check_number
from pyod_ssad.training import PRECISIONS


def check_parameters(detector):
    """Raise if an argument that all detectors share is not as wanted.

    Raises
    ------
    ValueError
        Naming the argument.
    """
    _check_contamination(detector.contamination)
    _check_integer("image_size", detector.image_size, 8)
    _check_integer("steps", detector.steps, 0)
    _check_integer("batch_size", detector.batch_size, 1)
    check_number("jitter", detector.jitter, 0.0, 0.5)
    if not (isinstance(detector.lr, numbers.Real) and detector.lr > 0):
        raise ValueError(f"lr must be a positive number, got {detector.lr!r}.")
    if detector.precision not in PRECISIONS:
        raise ValueError(
            f"precision must be one of {PRECISIONS}, got {detector.precision!r}."
        )


def _check_contamination(contamination):
    if isinstance(contamination, numbers.Real):
        is_known = 0 < contamination <= 0.5
    else:
        is_known = hasattr(contamination, "fit") and hasattr(contamination, "predict")
    if not is_known:
        raise ValueError(
            "contamination must be a number in (0, 0.5] or a pythresh object, got "
            f"{contamination!r}."
        )


def _check_integer(name, value, low):
    is_integer = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not is_integer or value < low:
        raise ValueError(f"{name} must be an integer of at least {low}, got {value!r}.")
