"""Tables of numbers, for detectors that take these too."""

import numbers

import numpy as np
import torch
from sklearn.utils.validation import check_array


def is_table(X):
    """Say whether data are rows of numbers, and not images or their paths."""
    if isinstance(X, list | tuple):
        return len(X) > 0 and _is_row(X[0])
    rows = X.to_numpy() if hasattr(X, "to_numpy") else X
    return getattr(rows, "ndim", None) == 2 and len(rows) > 0 and _is_row(rows[0])


def _is_row(row):
    if isinstance(row, list | tuple):
        return all(isinstance(value, numbers.Real) for value in row)
    values = np.asarray(row)
    return values.ndim == 1 and values.dtype.kind in "biuf"


class Table:
    """Rows of numbers, with the methods of images.

    Parameters
    ----------
    X : array-like of shape (n, d)
    n_features : int, optional (default=None)
        The columns that are wanted; None takes any number.

    Raises
    ------
    ValueError
        If X is no table of finite numbers, or has other columns than wanted.
    """

    is_decoded = True

    def __init__(self, X, n_features=None):
        if not is_table(X):
            raise ValueError(
                f"Got {type(X).__name__}, which is no table; the detector was fitted "
                f"on one of {n_features} columns. Pass an array (n, {n_features}), or "
                "fit it on images."
            )
        self._rows = check_array(X, dtype=np.float32, input_name="X")
        if n_features not in (None, self._rows.shape[1]):
            raise ValueError(
                f"Got {self._rows.shape[1]} columns; wanted {n_features}, as in `fit`."
            )

    def __len__(self):
        """Return the number of rows."""
        return len(self._rows)

    def load(self, rows, size=None):
        """Return the rows of a slice, float32 ``(n, d)``; the size means nothing."""
        return torch.from_numpy(np.array(self._rows[rows]))
