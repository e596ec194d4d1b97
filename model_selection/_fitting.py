"""Fitting a group of detectors, in parallel where the user asks for it."""

import sys
import time
from contextlib import contextmanager

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm


def fit_group(names, members, data, *, n_jobs=None, verbose=0):
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
    n_jobs : int, optional (default=None)
        How many to fit at a time, through `joblib.Parallel`.
    verbose : int, optional (default=0)
        0 silent, 1 a progress bar, 2 a line a detector.

    Returns
    -------
    fitted : list
        In the order of ``members``.
    seconds : ndarray of shape (n_models,)
        Wall-clock time of each fit.

    Raises
    ------
    RuntimeError
        If a detector fails to fit; the error names it.

    Notes
    -----
    Sums are taken in another order where more threads share them, which float32 shows.
    A worker process has fewer threads than the main process, so each fit gets one
    wherever it runs, and ``n_jobs`` changes no result.
    """
    clones = [clone(detector) for detector in members]
    tasks = [
        delayed(_fit_one)(i, name, detector, _training_data(name, detector, data))
        for i, (name, detector) in enumerate(zip(names, clones, strict=True))
    ]
    fitted, seconds = [None] * len(names), np.empty(len(names))
    # Limits of some libraries hold for a whole process: they must outlast all fits
    # where joblib runs these in threads.
    with _one_thread():
        jobs = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(tasks)
        for i, detector, took in tqdm(jobs, total=len(names), disable=verbose != 1):
            fitted[i], seconds[i] = detector, took
            if verbose > 1:
                print(f"{names[i]}: fitted in {took:.1f} s")
    return fitted, seconds


def _training_data(name, detector, data):
    """Return the data to fit a detector on."""
    with _naming(name):
        return data.for_detector(detector)


def _fit_one(index, name, detector, X):
    """Fit one detector; return its position, itself, and the seconds it took."""
    start = time.perf_counter()
    with _naming(name), _one_thread():
        detector.fit(X)
    return index, detector, time.perf_counter() - start


def _one_thread():
    """Return a context in which libraries that are loaded take one thread."""
    # Where it is loaded, PyTorch sets a thread's number at its first use, over any
    # limit set before: asking for that number is such a use.
    if "torch" in sys.modules:
        sys.modules["torch"].get_num_threads()
    return threadpool_limits(limits=1)


@contextmanager
def _naming(name):
    """Name the detector in whatever error arises."""
    try:
        yield
    except Exception as error:
        raise RuntimeError(
            f"detector {name} failed to fit: {type(error).__name__}: {error}"
        ) from error


def check_fitted(names, members):
    """Return fitted detectors with unknown fitting times.

    Parameters
    ----------
    names : list of str
        What errors call the detectors.
    members : list
        Detectors.

    Returns
    -------
    fitted : list
        The same detectors.
    seconds : ndarray of shape (n_models,)
        NaN.

    Raises
    ------
    ValueError
        Naming the detectors that are not fitted.
    """
    lacking = [
        name
        for name, detector in zip(names, members, strict=True)
        if not hasattr(detector, "decision_scores_")
    ]
    if lacking:
        raise ValueError(
            f"prefit=True, but not fitted: {', '.join(lacking)}; "
            "call fit on them, or use prefit=False"
        )
    return members, np.full(len(members), np.nan)
