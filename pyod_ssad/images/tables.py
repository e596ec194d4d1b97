"""Tables of numbers, for detectors that take these too."""

import numpy as np
import torch
from sklearn.utils.validation import check_array


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
        # Imported late: detectors do without the selection.
        from model_selection.pixels import is_table

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
