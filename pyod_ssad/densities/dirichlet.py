"""GEOM's score: how usual the outputs of a classifier of transforms are."""

import numpy as np
from scipy.special import digamma, polygamma

from pyod_ssad.densities._rows import (
    chunks,
    require_spread,
    score_by_chunks,
    split_log_p,
    total_variance,
)

TOLERANCE = 1e-9
MAX_ITERATIONS = 1000
NEWTON_STEPS = 5


class DirichletDensity:
    """A Dirichlet distribution of the predicted probabilities of each transform.

    Parameters
    ----------
    n_transforms : int
        M, how many transformed copies of an image are classified.

    Attributes
    ----------
    alpha_ : ndarray of shape (M, K)
        The parameters of each transform's distribution over K classes.

    Notes
    -----
    Row i holds, transform after transform, the log-probabilities
    ``log p(k | T_t x_i)`` that the classifier of transforms gives to the K classes,
    usually as many as transforms. The score is minus the normality score of [1]_,
    Section 4,

    ``-(1 / M) sum_t sum_k (alpha_tk - 1) log p(k | T_t x)``,

    with the maximum-likelihood alpha_t of the training images. All is computed from
    log-probabilities, so that none is lost where a probability is too small for a
    float.

    References
    ----------
    .. [1] I. Golan and R. El-Yaniv, "Deep anomaly detection using geometric
       transformations", NeurIPS 2018.
    """

    def __init__(self, n_transforms):
        self.n_transforms = n_transforms

    def __repr__(self):
        """Return what errors call it."""
        return f"DirichletDensity(n_transforms={self.n_transforms})"

    def fit(self, R, y=None):
        """Fit to log-probabilities ``(n, M * K)``; `y` is ignored.

        Raises
        ------
        ValueError
            If the columns are no multiple of M, an entry is positive, or all rows are
            the same.
        """
        log_p = self._split(R)
        require_spread(total_variance(R))
        self.alpha_ = fit_dirichlet(log_p)
        return self

    def decision_function(self, R):
        """Return the scores ``(n,)`` of log-probabilities ``(n, M * K)``."""
        self._split(R)
        weights = 1.0 - self.alpha_.ravel()
        scores = score_by_chunks(lambda rows: rows @ weights, R, R.shape[1])
        return scores / self.n_transforms

    def _split(self, R):
        return split_log_p(R, self.n_transforms)


def fit_dirichlet(log_p):
    """Return the maximum-likelihood parameters of Dirichlet distributions.

    Parameters
    ----------
    log_p : ndarray of shape (n, M, K)
        n samples, as log-probabilities, of each of M distributions over K classes.

    Returns
    -------
    alpha : float64 ndarray of shape (M, K)

    Notes
    -----
    The fixed point ``psi(alpha_k) = psi(sum_j alpha_j) + mean_i log p_ik`` is iterated
    [1]_ until no parameter of a distribution changes by 1e-9, at most 1,000 times. It
    starts at [2]_

    ``alpha_k = f_k (K - 1) (-psi(1)) / sum_j f_j (log f_j - mean_i log p_ij)``,

    f being the mean probabilities. The divisor is positive by Jensen's inequality, but
    for rounding where the samples hardly differ: it is kept above 1e-12. Of a confident
    classifier, with alpha in the thousands, 1,000 iterations end short of the maximum.

    References
    ----------
    .. [1] T. Minka, "Estimating a Dirichlet distribution", MIT, 2000.
    .. [2] N. Wicker, J. Muller, R. Kalathur and O. Poch, "A maximum likelihood
       approximation method for Dirichlet's parameter estimation", Computational
       Statistics & Data Analysis 52, 2008.
    """
    mean_log_p = log_p.mean(axis=0, dtype=np.float64)
    alpha = _first_alpha(_mean_p(log_p), mean_log_p)
    moving = np.arange(len(alpha))
    for _ in range(MAX_ITERATIONS):
        before = alpha[moving]
        total = before.sum(axis=1, keepdims=True)
        alpha[moving] = inverse_digamma(digamma(total) + mean_log_p[moving])
        moving = moving[np.abs(alpha[moving] - before).max(axis=1) >= TOLERANCE]
        if len(moving) == 0:
            break
    return alpha


def inverse_digamma(y):
    """Return x > 0 with ``digamma(x) = y``, by five Newton steps.

    Parameters
    ----------
    y : ndarray

    Returns
    -------
    x : float64 ndarray of the same shape

    Notes
    -----
    It starts at ``exp(y) + 1/2`` for y >= -2.22, else ``-1 / (y - psi(1))``, which
    leaves 14 digits after five steps [1]_.

    References
    ----------
    .. [1] T. Minka, "Estimating a Dirichlet distribution", MIT, 2000, Appendix C.
    """
    y = np.asarray(y, dtype=np.float64)
    low = np.minimum(y, -2.22)
    x = np.where(y >= -2.22, np.exp(y) + 0.5, -1 / (low - digamma(1)))
    for _ in range(NEWTON_STEPS):
        x = x - (digamma(x) - y) / polygamma(1, x)
    return x


def _mean_p(log_p):
    width = log_p.shape[1] * log_p.shape[2]
    total = np.zeros(log_p.shape[1:])
    for rows in chunks(len(log_p), width):
        total += np.exp(log_p[rows], dtype=np.float64).sum(axis=0)
    return np.maximum(total / len(log_p), np.finfo(float).tiny)


def _first_alpha(mean_p, mean_log_p):
    divisor = np.sum(mean_p * (np.log(mean_p) - mean_log_p), axis=1, keepdims=True)
    n_free = mean_p.shape[1] - 1
    return mean_p * n_free * -digamma(1) / np.maximum(divisor, 1e-12)
