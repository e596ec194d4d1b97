"""Checks of constructor arguments; errors say what was got and what is wanted."""

import inspect
import math
import numbers

from pyod.models.knn import KNN
from sklearn.utils import check_random_state

from pyod_ssad.augmentations.base import check_number
from pyod_ssad.densities._patches import SCORES_FROM
from pyod_ssad.suggesting import check_choice
from pyod_ssad.training import PRECISIONS

VERBOSE = (0, 1, 2)
CALIBRATIONS = ("cross_fit", "density")


def check_common(detector):
    """Raise if an argument that all detectors share is not as wanted.

    Raises
    ------
    ValueError
        Naming the argument.
    """
    _check_contamination(detector.contamination)
    check_choice("score_from", detector.score_from, SCORES_FROM)
    check_integer("image_size", detector.image_size, 8)
    _check_random_state(detector.random_state)
    _check_verbose(detector.verbose)


def check_training(detector):
    """Raise if an argument that all trained detectors share is not as wanted.

    Raises
    ------
    ValueError
        Naming the argument.
    """
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
    """Check that a parameter is a positive, finite number."""
    if not (isinstance(value, numbers.Real) and 0 < value < math.inf):
        raise ValueError(f"{name} must be a positive number, got {value!r}.")


def check_neighbors(density, n_images, n_fitted):
    """Check that KNN is fitted on as many images as it asks for neighbours.

    Parameters
    ----------
    density : "gaussian" or PyOD detector
    n_images : int
        Training images.
    n_fitted : int
        The fewest of them that a density is fitted on, to score the others.

    Raises
    ------
    ValueError
        Before anything is trained, where the density would fail after it.
    """
    if isinstance(density, KNN) and density.n_neighbors >= n_fitted:
        raise ValueError(
            f"density={type(density).__name__}(n_neighbors={density.n_neighbors}) "
            f"wants more than {density.n_neighbors} images, and of {n_images} training "
            f"images {n_fitted} are fitted on at a time, to score the others. Use "
            f"n_neighbors={max(1, n_fitted - 1)} or less, or more images."
        )


def _check_random_state(random_state):
    try:
        check_random_state(random_state)
    except ValueError as error:
        raise ValueError(
            "random_state must be an integer from 0 to 4294967295, a numpy "
            f"RandomState or None, got {random_state!r}."
        ) from error


def _check_verbose(verbose):
    if not isinstance(verbose, numbers.Integral) or verbose not in VERBOSE:
        raise ValueError(
            f"verbose must be 0 (silent), 1 (a progress bar) or 2 (lines), got "
            f"{verbose!r}."
        )


def _check_contamination(contamination):
    if isinstance(contamination, numbers.Real):
        is_known = 0 < contamination <= 0.5
    else:
        is_known = hasattr(contamination, "fit") and hasattr(contamination, "predict")
    if not is_known:
        raise ValueError(
            "contamination must be a number in (0, 0.5] or a pythresh object, got "
            f"{contamination!r}. Take the expected share of anomalies, such as 0.1."
        )
