"""Data that criteria draw from by their columns: tables of numbers."""

import numpy as np


def require_table(criterion, X):
    """Return data as a float table.

    Parameters
    ----------
    criterion : str
        Its name, for the error.
    X : object

    Returns
    -------
    ndarray of shape (n_samples, n_features)

    Raises
    ------
    TypeError
        If the data are no finite table.
    """
    mend = "choose 'evidence', 'sel' or 'mc' for data of another form"
    try:
        table = np.asarray(X, dtype=np.float64)
    except (TypeError, ValueError):
        table = None
    if table is None or table.ndim != 2 or not np.isfinite(table).all():
        got = type(X).__name__ if table is None else f"shape {table.shape}"
        raise TypeError(
            f"criterion {criterion!r} draws rows like those of the data, which must be "
            f"a finite table (n_samples, n_features) of numbers, got {got}; {mend}"
        )
    return table
