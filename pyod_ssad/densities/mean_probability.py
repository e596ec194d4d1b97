"""The simplified score of a classifier of transforms."""

import numpy as np

from pyod_ssad.densities._rows import score_by_chunks, split_log_p


class MeanProbability:
    """Minus the mean probability of the transform that was applied.

    Parameters
    ----------
    n_transforms : int
        M, how many transformed copies of an image are classified.

    Notes
    -----
    Row i holds, transform after transform, the log-probabilities
    ``log p(k | T_t x_i)`` of the M classes. The score is
    ``-(1 / M) sum_t p(t | T_t x)``, the simplified normality score of [1]_, within -1
    and 0. There is nothing to fit.

    References
    ----------
    .. [1] I. Golan and R. El-Yaniv, "Deep anomaly detection using geometric
       transformations", NeurIPS 2018.
    """

    def __init__(self, n_transforms):
        self.n_transforms = n_transforms

    def __repr__(self):
        """Return what errors call it."""
        return f"MeanProbability(n_transforms={self.n_transforms})"

    def fit(self, R, y=None):
        """Check the shape of log-probabilities ``(n, M * M)``; `y` is ignored.

        Raises
        ------
        ValueError
            If there are not M classes for each of M transforms, or an entry is
            positive.
        """
        self._log_p_of_own(R)
        return self

    def decision_function(self, R):
        """Return the scores ``(n,)`` of log-probabilities ``(n, M * M)``."""
        own = self._log_p_of_own(R)
        return -score_by_chunks(
            lambda rows: np.exp(rows).mean(axis=1), own, self.n_transforms
        )

    def _log_p_of_own(self, R):
        log_p = split_log_p(R, self.n_transforms)
        if log_p.shape[2] != self.n_transforms:
            raise ValueError(
                f"Got {log_p.shape[2]} classes for each of {self.n_transforms} "
                "transforms; wanted one class a transform."
            )
        return np.diagonal(log_p, axis1=1, axis2=2)
