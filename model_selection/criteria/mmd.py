"""MMD: can the test embeddings be told apart from all that training saw?"""

import numpy as np
from scipy.spatial.distance import cdist, pdist

from model_selection._pairwise import check_embeddings, pairwise_moments
from model_selection.criteria._pooling import pool_seen
from model_selection.embedding import AlignmentCriterion

KERNELS = ("linear", "rbf")


def squared_mmd(Z_a, Z_b, *, kernel="linear"):
    """Squared maximum mean discrepancy between two sets of embeddings.

    Parameters
    ----------
    Z_a, Z_b : array-like of shape (n_a, d) and (n_b, d)
        The two sets.
    kernel : {"linear", "rbf"}, optional (default="linear")
        ``"linear"`` compares the means, as [1]_ does. ``"rbf"`` is a Gaussian kernel
        whose bandwidth is the median distance within the pooled sets.

    Returns
    -------
    float
        Never negative; 0 where the sets cannot be told apart.

    Raises
    ------
    ValueError
        If an input is not a finite, non-empty 2-D array, the widths differ, or the
        kernel is unknown.

    Notes
    -----
    :math:`\\mathrm{MMD}^2 = \\overline{k(A, A)} + \\overline{k(B, B)} - 2
    \\overline{k(A, B)}` [2]_, the biased estimate, floored at 0. With the linear
    kernel it is :math:`\\|\\bar a - \\bar b\\|^2`. The median bandwidth needs all
    distances within the pooled sets at once: ``4 * (n_a + n_b)**2`` bytes.

    References
    ----------
    .. [1] Yoo et al., "DSV: An Alignment Validation Loss for Self-supervised Outlier
       Model Selection", ECML PKDD 2023.
    .. [2] Gretton et al., "A Kernel Two-Sample Test", JMLR 2012.

    Examples
    --------
    >>> squared_mmd([[0.0], [2.0]], [[4.0]])
    9.0
    """
    A, B = check_embeddings(Z_a=Z_a, Z_b=Z_b)
    if kernel == "linear":
        return float(np.square(A.mean(axis=0) - B.mean(axis=0)).sum())
    if kernel == "rbf":
        return _rbf_mmd(A, B)
    raise ValueError(f"kernel must be one of {KERNELS}, got {kernel!r}")


def _rbf_mmd(A, B):
    """Squared MMD with a Gaussian kernel of median bandwidth."""
    bandwidth = np.median(pdist(np.vstack([A, B])))
    if bandwidth == 0.0:
        # Most points coincide: the mean distance still has a scale, if any is left.
        bandwidth = pdist(np.vstack([A, B])).mean() or 1.0

    def kernel_mean(P, Q):
        return pairwise_moments(P, Q, kernel)[0]

    def kernel(P, Q):
        return np.exp(-cdist(P, Q, "sqeuclidean") / (2.0 * bandwidth**2))

    value = kernel_mean(A, A) + kernel_mean(B, B) - 2.0 * kernel_mean(A, B)
    return max(0.0, value)


class MMD(AlignmentCriterion):
    """Squared MMD of training and augmented against test embeddings; smaller is better.

    Parameters
    ----------
    kernel : {"linear", "rbf"}, optional (default="linear")
        See `squared_mmd`, which has the formula and the source.
    """

    name = "mmd"
    greater_is_better = False

    def __init__(self, kernel="linear"):
        self.kernel = kernel

    def value(self, Z_trn, Z_aug, Z_test):
        """Return the squared MMD for one model."""
        seen, test = pool_seen(Z_trn, Z_aug, Z_test)
        return squared_mmd(seen, test, kernel=self.kernel)
