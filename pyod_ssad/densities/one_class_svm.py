"""A one-class support vector machine."""

import numpy as np
from sklearn import svm
from sklearn.metrics.pairwise import rbf_kernel

from pyod_ssad.densities._rows import require_spread, score_by_chunks, total_variance
from pyod_ssad.densities.kde import default_gamma


class OneClassSVM:
    """A one-class support vector machine with a Gaussian kernel.

    Parameters
    ----------
    nu : float, optional (default=0.5)
        Within (0, 1]: at most this share of the training embeddings lies outside, and
        at least this share are support vectors.
    gamma : float, optional (default=None)
        Of the kernel ``exp(-gamma ||z - z_j||^2)``; None is ``10 / (d Var)``, where Var
        is the variance over all entries of the training embeddings.

    Attributes
    ----------
    gamma_ : float
        The one that is used.
    support_vectors_ : ndarray of shape (m, d)
    dual_coef_ : ndarray of shape (m,)
        The weights of the support vectors; their sum is 1.
    offset_ : float

    Notes
    -----
    The score is ``offset - sum_j a_j exp(-gamma ||z - z_j||^2)``, positive outside,
    with the weights of [1]_, which sum to 1. Scikit-learn's, which solves the problem
    here, sum to ``nu n``, so that its scores grow with the number of samples: folds of
    the training data would not be comparable with all of it. On unit-length embeddings,
    and with the defaults, this is the second stage of [2]_.

    References
    ----------
    .. [1] B. Schoelkopf, J. Platt, J. Shawe-Taylor, A. Smola and R. Williamson,
       "Estimating the support of a high-dimensional distribution", Neural Computation
       13, 2001.
    .. [2] K. Sohn, C.-L. Li, J. Yoon, M. Jin and T. Pfister, "Learning and evaluating
       representations for deep one-class classification", ICLR 2021.
    """

    def __init__(self, nu=0.5, gamma=None):
        self.nu = nu
        self.gamma = gamma

    def __repr__(self):
        """Return what errors call it."""
        return f"OneClassSVM(nu={self.nu}, gamma={self.gamma})"

    def fit(self, Z, y=None):
        """Fit to embeddings ``(n, d)``; `y` is ignored.

        Raises
        ------
        ValueError
            If all embeddings are the same, or a parameter is none of scikit-learn's.
        """
        Z = np.asarray(Z)
        require_spread(total_variance(Z))
        self.gamma_ = default_gamma(Z) if self.gamma is None else self.gamma
        machine = svm.OneClassSVM(nu=self.nu, gamma=self.gamma_).fit(Z)
        total = machine.dual_coef_.sum()
        self.support_vectors_ = Z[machine.support_]
        self.dual_coef_ = machine.dual_coef_[0] / total
        self.offset_ = float(-machine.intercept_[0] / total)
        return self

    def decision_function(self, Z):
        """Return the scores ``(n,)`` of embeddings ``(n, d)``."""
        known = np.asarray(self.support_vectors_, dtype=np.float64)

        def score(rows):
            kernel = rbf_kernel(rows, known, gamma=self.gamma_)
            return self.offset_ - kernel @ self.dual_coef_

        return score_by_chunks(score, Z, len(known))
