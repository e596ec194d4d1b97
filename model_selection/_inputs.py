"""Data and errors of a selection, in the words of its users."""

from collections.abc import Iterator

import numpy as np
from sklearn.utils import check_random_state


def read_once(X):
    """Return data that can be read again: an iterator as a list."""
    return list(X) if isinstance(X, Iterator) else X


def first(X, other):
    """Return the first data that are given."""
    return other if X is None else X


def require_any_data(prefit, X, X_unlabeled):
    """Raise ValueError if there is nothing to fit or judge on."""
    if X is not None or (prefit and X_unlabeled is not None):
        return
    if prefit:
        raise ValueError(
            "got neither X nor X_unlabeled; wanted data to judge the detectors on: "
            "pass fit(X_unlabeled=...), or fit(X, X_unlabeled=...)"
        )
    raise ValueError(
        "got X=None; wanted training data: pass fit(X), or prefit=True if the "
        "detectors are fitted already"
    )


def fit_error(failures, n_fitted, put_off=()):
    """Return the error that names the detectors that failed to fit.

    Parameters
    ----------
    failures : dict of str to str
        A line and the place of each error, by the detectors' names.
    n_fitted : int
        How many others are fitted.
    put_off : sequence of str, optional (default=())
        Names of those that have yet to make their scores out of sample.
    """
    reasons = [f"detector {n} failed to fit: {f}" for n, f in failures.items()]
    lines = "; ".join(reason.splitlines()[0] for reason in reasons)
    advice = (
        f"; mend or leave out these: {still_there(n_fitted, put_off)}"
        if n_fitted
        else ""
    )
    error = RuntimeError(lines + advice)
    error.__cause__ = RuntimeError("\n".join(reasons))
    return error


def later_error(error, n_fitted, put_off=()):
    """Return an error that says that what was fitted is kept."""
    return like(error, f"{error}; {still_there(n_fitted, put_off)}")


def like(error, text):
    """Return an error with another text, of a kind that needs nothing else."""
    kinds = (kind for kind in (ValueError, TypeError) if isinstance(error, kind))
    return next(kinds, RuntimeError)(text)


def still_there(count, put_off):
    """Say how to go on with what was fitted."""
    kept = (
        f"{count} fitted detectors are kept, and ModelSelector("
        "selector.named_detectors_, prefit=True) goes on with them"
    )
    if not put_off:
        return kept
    return (
        f"{kept}; thresholds of {', '.join(put_off)} are from folds of the density "
        "alone: call cross_calibrate(X) on those that are to answer, as fit would have"
    )


def as_seed(random_state):
    """Return one integer, so that each detector draws the same augmentation."""
    if isinstance(random_state, int | np.integer):
        return int(random_state)
    return int(check_random_state(random_state).randint(2**31 - 1))
