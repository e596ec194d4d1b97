"""Scores that the pretext computes itself."""

import numpy as np


class GivenScore:
    """The representation is the score: a reconstruction error or a distance.

    Notes
    -----
    There is nothing to fit.
    """

    def __repr__(self):
        """Return what errors call it."""
        return "GivenScore()"

    def fit(self, R, y=None):
        """Check the shape of scores ``(n, 1)``; `y` is ignored."""
        self.decision_function(R)
        return self

    def decision_function(self, R):
        """Return the scores ``(n,)`` of ``(n, 1)``.

        Raises
        ------
        ValueError
            If there is not one column.
        """
        R = np.asarray(R, dtype=np.float64)
        if R.ndim != 2 or R.shape[1] != 1:
            raise ValueError(
                f"Got scores of shape {R.shape}; wanted (n, 1), one score an image."
            )
        return R[:, 0]
