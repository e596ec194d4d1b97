"""CSI's score: similarity, length and predicted shift of all shifted copies."""

import numpy as np

from pyod_ssad.densities._rows import (
    require_spread,
    score_by_chunks,
    split_columns,
    total_variance,
    unit_rows,
)


class CSIDensity:
    """Minus the similarity to training images and the confidence in the shifts.

    Parameters
    ----------
    n_shifts : int
        K, how many shifted copies of an image there are, itself included.
    bank_size : int, optional (default=1000)
        Training images that others are compared with: all, or as many that lie evenly
        spaced among them.

    Attributes
    ----------
    bank_ : ndarray of shape (K, m, d)
        Unit-length training projections of each shift.
    contrast_weights_ : ndarray of shape (K,)
    shift_weights_ : ndarray of shape (K,)

    Notes
    -----
    Row i holds, shift after shift, the projection ``z_k(x_i)``, d numbers that are not
    normalised, and the logit ``l_k(x_i)`` of the shift that was applied, both averaged
    over the augmented passes. The score [1]_, Section 2.3, is

    ``-(1 / K) sum_k [w_k max_m <z_k(x), z_k(x_m) / ||z_k(x_m)||> + v_k l_k(x)]``

    with ``w_k = 1 / mean_m ||z_k(x_m)||`` and ``v_k = 1 / mean_m |l_k(x_m)|``. The
    authors have ``1 / mean_m l_k(x_m)``, which is the same where all training logits
    are positive; otherwise it can be huge, or negative, so that a shift that is
    recognised would count as anomalous. A weight is 0 where its divisor is.

    References
    ----------
    .. [1] J. Tack, S. Mo, J. Jeong and J. Shin, "CSI: Novelty detection via contrastive
       learning on distributionally shifted instances", NeurIPS 2020.
    """

    def __init__(self, n_shifts, bank_size=1000):
        self.n_shifts = n_shifts
        self.bank_size = bank_size

    def __repr__(self):
        """Return what errors call it."""
        return f"CSIDensity(n_shifts={self.n_shifts}, bank_size={self.bank_size})"

    def fit(self, R, y=None):
        """Fit to projections and logits ``(n, K * (d + 1))``; `y` is ignored.

        Raises
        ------
        ValueError
            If the columns are no multiple of K, or all rows are the same.
        """
        projections, logits = self._split(np.asarray(R, dtype=np.float64))
        require_spread(total_variance(R))
        lengths = np.linalg.norm(projections, axis=2)
        self.contrast_weights_ = _invert(lengths.mean(axis=0))
        self.shift_weights_ = _invert(np.abs(logits).mean(axis=0))
        kept = _evenly_spaced(len(projections), self.bank_size)
        self.bank_ = unit_rows(projections[kept].swapaxes(0, 1))
        return self

    def decision_function(self, R):
        """Return the scores ``(n,)`` of projections and logits ``(n, K * (d + 1))``."""
        self._split(R)
        return score_by_chunks(self._score, R, self.bank_[..., 0].size + R.shape[1])

    def _score(self, rows):
        projections, logits = self._split(rows)
        products = projections.swapaxes(0, 1) @ self.bank_.swapaxes(1, 2)
        contrast = products.max(axis=2).T @ self.contrast_weights_
        return -(contrast + logits @ self.shift_weights_) / self.n_shifts

    def _split(self, R):
        parts = split_columns(R, self.n_shifts, "shifts")
        return parts[..., :-1], parts[..., -1]


def _invert(means):
    return np.where(means > 0, 1 / np.where(means > 0, means, 1), 0.0)


def _evenly_spaced(n, most):
    return np.linspace(0, n - 1, min(n, most)).round().astype(int)
