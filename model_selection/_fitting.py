"""Fitting a group of detectors, in parallel where the user asks for it."""

import inspect
import time
import traceback
import warnings
from contextlib import contextmanager

import numpy as np
from joblib import Parallel, delayed
from pyod.models.base import BaseDetector
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.validation import check_is_fitted
from tqdm.auto import tqdm

from model_selection._cross_fitting import put_off_scores
from model_selection._threads import one_thread
from model_selection.adapters import SklearnDetector

# What `warn_if_too_few` says; a selector says it of the scores that answer.
TOO_FEW = "Scores of .* cannot bound false alarms"


def fit_group(
    names,
    members,
    data,
    X_unlabeled=None,
    *,
    n_jobs=None,
    verbose=0,
    put_off=True,
):
    """Fit a clone of each detector, each with one thread.

    Parameters
    ----------
    names : list of str
        What errors and lines call the detectors.
    members : list
        Detectors; they stay as they are.
    data : SharedData
        Training data. They are preprocessed here, before any detector is fitted, so
        that workers get arrays, which joblib hands to all of them as one file.
    X_unlabeled : array-like or sequence, optional (default=None)
        Handed over untouched to the detectors whose ``fit`` takes it by this name.
    n_jobs : int, optional (default=None)
        How many to fit at a time, through `joblib.Parallel`.
    verbose : int, optional (default=0)
        0 silent, 1 a progress bar, 2 a line a detector.
    put_off : bool, optional (default=True)
        Whether to leave out the training that only scores out of sample need.

    Returns
    -------
    fitted : list
        In the order of ``members``; None for those that failed.
    seconds : ndarray of shape (n_models,)
        Wall-clock time of each fit, NaN for those that failed; without what was put
        off.
    failures : dict of str to str
        Why each of those failed, by their names. All others are fitted first.

    Raises
    ------
    RuntimeError
        If the data cannot be preprocessed for a detector; nothing is fitted then.

    Notes
    -----
    Sums are taken in another order where more threads share them, which float32 shows.
    A worker process has fewer threads than the main process, so each fit gets one
    wherever it runs, and ``n_jobs`` changes no result.
    """
    # Detectors of other libraries may have no get_params: those are copied.
    clones = [clone(detector, safe=False) for detector in members]
    if put_off:
        clones = [put_off_scores(detector) for detector in clones]
    seen = [_training_data(*pair, data) for pair in zip(names, clones, strict=True)]
    tasks = [
        delayed(_fit_one)(i, detector, X, _more_data(detector, X_unlabeled))
        for i, (detector, X) in enumerate(zip(clones, seen, strict=True))
    ]
    fitted, seconds = [None] * len(names), np.full(len(names), np.nan)
    failures = {}
    try:
        for i, detector, took, failure in _run(tasks, n_jobs, verbose):
            if failure:
                failures[names[i]] = failure
            else:
                fitted[i], seconds[i] = detector, took
                data.keep(detector, seen[i])
            if verbose > 1:
                print(f"{names[i]}: {_outcome(took, failure)}")
    except Exception as error:
        # A worker that dies takes the rest with it, but not what was fitted before.
        lost = [n for n, d in zip(names, fitted, strict=True) if d is None]
        failures = {name: _describe(error) for name in lost} | failures
    return fitted, seconds, failures


def _run(tasks, n_jobs, verbose):
    """Yield the outcomes of the tasks as they come."""
    # Limits of some libraries, and filters of warnings, hold for a whole process: they
    # must outlast all fits where joblib runs these in threads.
    with one_thread(), _without_too_few():
        jobs = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(tasks)
        yield from tqdm(jobs, total=len(tasks), disable=verbose != 1)


def _outcome(took, failure):
    """Return a line's end on one fit."""
    return (
        f"failed, {failure.splitlines()[0]}" if failure else f"fitted in {took:.1f} s"
    )


def _training_data(name, detector, data):
    """Return the data to fit a detector on."""
    try:
        return data.for_detector(detector)
    except Exception as error:
        raise RuntimeError(
            f"detector {name} failed to fit: {type(error).__name__}: {error}"
        ) from error


def _more_data(detector, X_unlabeled):
    """Return what to hand to ``fit`` beside the training data; never labels."""
    if X_unlabeled is None:
        return {}
    wanted = "X_unlabeled" in inspect.signature(detector.fit).parameters
    return {"X_unlabeled": X_unlabeled} if wanted else {}


@contextmanager
def _without_too_few():
    """Silence what detectors say of the number of their own scores."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", TOO_FEW, UserWarning)
        yield


def _fit_one(index, detector, X, more):
    """Fit one detector; return its position, itself, the seconds, and what failed."""
    start = time.perf_counter()
    try:
        with one_thread(), _without_too_few():
            detector.fit(X, **more)
    except Exception as error:
        # As text, because not every error can be sent back by a worker.
        return index, None, np.nan, _describe(error)
    return index, detector, time.perf_counter() - start, ""


def _describe(error):
    """Return an error as one line, and below it where it arose."""
    return f"{type(error).__name__}: {error}\n{traceback.format_exc()}"


def adopt_fitted(names, members, X):
    """Return detectors that are fitted already, those of scikit-learn adapted.

    Parameters
    ----------
    names : list of str
        What errors call the detectors.
    members : list
        Admitted detectors.
    X : array-like or sequence
        What an adapted estimator scores where it keeps no scores of its own.

    Returns
    -------
    list
        The detectors, in order; those of PyOD are the very same.

    Raises
    ------
    ValueError
        Naming the detectors that are not fitted.
    """
    lacking = [n for n, d in zip(names, members, strict=True) if not _is_fitted(d)]
    if lacking:
        raise ValueError(
            f"prefit=True, but not fitted: {', '.join(lacking)}; "
            "call fit on them, or use prefit=False"
        )
    return [_adopt(detector, X) for detector in members]


def _is_adapter(detector):
    """Say whether this is an adapter around what may be fitted by itself."""
    is_adapter = isinstance(detector, SklearnDetector)
    return is_adapter and not hasattr(detector, "estimator_")


def _is_fitted(detector):
    """Say whether a detector is fitted."""
    if _is_adapter(detector):
        return _has_learned(detector.estimator)
    if isinstance(detector, BaseDetector):
        return hasattr(detector, "decision_scores_")
    return _has_learned(detector)


def _has_learned(estimator):
    """Say whether scikit-learn takes an estimator for a fitted one."""
    if not hasattr(estimator, "__sklearn_tags__"):
        return any(name.endswith("_") for name in vars(estimator))
    try:
        check_is_fitted(estimator)
    except NotFittedError:
        return False
    return True


def _adopt(detector, X):
    """Return a fitted detector with PyOD's conventions."""
    if _is_adapter(detector):
        return SklearnDetector.of_fitted(detector.estimator, X, detector.contamination)
    return detector
