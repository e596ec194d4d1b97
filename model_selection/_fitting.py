"""Fitting a group of detectors, in parallel where the user asks for it."""

import time

import numpy as np
from joblib import Parallel, delayed
from sklearn.base import clone
from tqdm.auto import tqdm


def fit_group(names, members, X, *, n_jobs=None, verbose=0):
    """Fit a clone of each detector.

    Parameters
    ----------
    names : list of str
        What errors and lines call the detectors.
    members : list
        Detectors; they stay as they are.
    X : array-like or sequence
        Training data, handed over untouched.
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
    """
    jobs = Parallel(n_jobs=n_jobs, return_as="generator_unordered")(
        delayed(_fit_one)(i, name, clone(detector), X)
        for i, (name, detector) in enumerate(zip(names, members, strict=True))
    )
    fitted, seconds = [None] * len(names), np.empty(len(names))
    for i, detector, took in tqdm(jobs, total=len(names), disable=verbose != 1):
        fitted[i], seconds[i] = detector, took
        if verbose > 1:
            print(f"{names[i]}: fitted in {took:.1f} s")
    return fitted, seconds


def _fit_one(index, name, detector, X):
    """Fit one detector; return its position, itself, and the seconds it took."""
    start = time.perf_counter()
    try:
        detector.fit(X)
    except Exception as error:
        raise RuntimeError(
            f"detector {name} failed to fit: {type(error).__name__}: {error}"
        ) from error
    return index, detector, time.perf_counter() - start


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
