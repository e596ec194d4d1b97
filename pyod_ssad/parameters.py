"""Checks of constructor arguments; errors say what was got and what is wanted."""

import inspect
import numbers

from pyod_ssad.augmentations.base import check_number
from pyod_ssad.training import PRECISIONS

CALIBRATIONS = ("cross_fit", "density")


def check_parameters(detector):
    """Raise if an argument that all detectors share is not as wanted.

    Raises
    ------
    ValueError
        Naming the argument.
    """
    _check_contamination(detector.contamination)
    check_integer("image_size", detector.image_size, 8)
    check_integer("steps", detector.steps, 0)
    check_integer("batch_size", detector.batch_size, 1)
    check_number("jitter", detector.jitter, 0.0, 0.5)
    check_positive("lr", detector.lr)
    check_choice("precision", detector.precision, PRECISIONS)
    check_choice("calibration", detector.calibration, CALIBRATIONS)


def refuse_variadic(cls):
    """Raise if a constructor takes ``*args`` or ``**kwargs``.

    Raises
    ------
    TypeError
        Naming the class: `clone` and `get_params` would drop what is not named.
    """
    parameters = inspect.signature(cls.__init__).parameters.values()
    variadic = [
        str(p) for p in parameters if p.kind in (p.VAR_POSITIONAL, p.VAR_KEYWORD)
    ]
    if variadic:
        raise TypeError(
            f"The constructor of {cls.__name__} takes {', '.join(variadic)}; wanted "
            "every parameter by its name, since clone and get_params lose the others. "
            "Make the class a dataclass of its own parameters, as CONTRIBUTING shows."
        )


def check_integer(name, value, low):
    """Check that a parameter is an integer of at least `low`."""
    is_integer = isinstance(value, numbers.Integral) and not isinstance(value, bool)
    if not is_integer or value < low:
        raise ValueError(f"{name} must be an integer of at least {low}, got {value!r}.")


def check_positive(name, value):
    """Check that a parameter is a positive number."""
    if not (isinstance(value, numbers.Real) and value > 0):
        raise ValueError(f"{name} must be a positive number, got {value!r}.")


def check_choice(name, value, known):
    """Check that a parameter is one of some names."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} must be one of {list(known)}, got {value!r}.")


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
