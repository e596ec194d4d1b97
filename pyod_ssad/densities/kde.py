"""A kernel density of the directions of embeddings."""

import numpy as np
from scipy.special import logsumexp

from pyod_ssad.densities._rows import (
    require_spread,
    score_by_chunks,
    total_variance,
    unit_rows,
)


class KernelDensity:
    """Minus the log of a kernel density of unit-length embeddings.

    Parameters
    ----------
    gamma : float, optional (default=None)
        Of the kernel ``exp(-gamma ||z - z_j||^2)``; None is ``10 / (d Var)``, where Var
        is the variance over all entries of the unit-length training embeddings.

    Attributes
    ----------
    gamma_ : float
        The one that is used.
    embeddings_ : ndarray of shape (n, d)
        The training embeddings, as they were given.

    Notes
    -----
    With all embeddings scaled to unit length, the score is

    ``-(1 / gamma) log((1 / n) sum_j exp(-gamma ||z - z_j||^2))
    = 2 - (1 / gamma) log((1 / n) sum_j exp(2 gamma cos(z, z_j)))``,

    which lies between 0 and 4. The paper [1]_ leaves out the 2 and ``1 / n``; these
    change no order, but make scores positive and, for the folds that calibrate a
    detector, comparable between fits on different numbers of images. The default of
    `gamma` is the one that the authors' code has for the one-class SVM.

    References
    ----------
    .. [1] K. Sohn, C.-L. Li, J. Yoon, M. Jin and T. Pfister, "Learning and evaluating
       representations for deep one-class classification", ICLR 2021.
    """

    def __init__(self, gamma=None):
        self.gamma = gamma

    def __repr__(self):
        """Return what errors call it."""
        return f"KernelDensity(gamma={self.gamma})"

    def fit(self, Z, y=None):
        """Fit to embeddings ``(n, d)``; `y` is ignored.

        Raises
        ------
        ValueError
            If all embeddings are the same, or `gamma` is not positive.
        """
        Z = np.asarray(Z)
        require_spread(total_variance(Z))
        if self.gamma is not None and not self.gamma > 0:
            raise ValueError(f"gamma must be positive or None, got {self.gamma!r}.")
        self.gamma_ = default_gamma(unit_rows(Z)) if self.gamma is None else self.gamma
        self.embeddings_ = Z
        return self

    def decision_function(self, Z):
        """Return the scores ``(n,)`` of embeddings ``(n, d)``."""
        known = unit_rows(self.embeddings_)

        def score(rows):
            exponents = 2 * self.gamma_ * (unit_rows(rows) @ known.T - 1)
            return (np.log(len(known)) - logsumexp(exponents, axis=1)) / self.gamma_

        return score_by_chunks(score, Z, len(known))


def default_gamma(Z):
    """Return ``10 / (d Var)`` of embeddings ``(n, d)``, Var being over all entries."""
    return float(10.0 / (Z.shape[1] * np.var(Z, dtype=np.float64)))
