"""Criteria that compare the test embeddings with the rest: Base, MMD and STD.

They are the baselines of [1]_: how far the unlabeled test embeddings lie from the
training embeddings and their augmented copies taken together.

References
----------
.. [1] J. Yoo, Y. Zhao, L. Zhao and L. Akoglu, "DSV: An Alignment Validation Loss for
   Self-supervised Outlier Model Selection", ECML PKDD 2023.
"""

import numpy as np
from scipy.spatial.distance import cdist, pdist

from model_selection._pairwise import (
    check_embeddings,
    euclidean_moments,
    pairwise_moments,
)
from model_selection.embedding import AlignmentCriterion

__all__ = [
    "MMD",
    "STD",
    "Base",
    "distance_std",
    "mean_distance",
    "squared_mmd",
]

KERNELS = ("linear", "rbf")


def mean_distance(Z_a, Z_b):
    """Mean Euclidean distance between two sets of embeddings.

    Parameters
    ----------
    Z_a : array-like of shape (n_a, d)
        First set.
    Z_b : array-like of shape (n_b, d)
        Second set.

    Returns
    -------
    float
        Distance in the units of the embeddings; smaller means closer sets.

    Raises
    ------
    ValueError
        If an input is not a finite, non-empty 2-D array, or the widths differ.

    Notes
    -----
    :math:`d(A, B) = \\frac{1}{|A||B|} \\sum_{a \\in A} \\sum_{b \\in B} \\|a - b\\|`.
    The authors' code of [1]_ halves it; this function does not.

    References
    ----------
    .. [1] Yoo et al., "DSV: An Alignment Validation Loss for Self-supervised Outlier
       Model Selection", ECML PKDD 2023.

    Examples
    --------
    >>> mean_distance([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]])
    3.0
    """
    A, B = check_embeddings(Z_a=Z_a, Z_b=Z_b)
    return euclidean_moments(A, B)[0]


def distance_std(Z_a, Z_b):
    """Population standard deviation of all distances between two sets.

    Parameters
    ----------
    Z_a : array-like of shape (n_a, d)
        First set.
    Z_b : array-like of shape (n_b, d)
        Second set.

    Returns
    -------
    float
        In the units of the embeddings; larger is better as a criterion.

    Raises
    ------
    ValueError
        If an input is not a finite, non-empty 2-D array, or the widths differ.

    Notes
    -----
    The standard deviation of :math:`\\|a - b\\|` over all :math:`|A||B|` pairs,
    without Bessel's correction and without halving. The authors of [1]_ minimise its
    negative.

    References
    ----------
    .. [1] Yoo et al., "DSV: An Alignment Validation Loss for Self-supervised Outlier
       Model Selection", ECML PKDD 2023.

    Examples
    --------
    >>> distance_std([[0.0]], [[1.0], [3.0]])
    1.0
    """
    A, B = check_embeddings(Z_a=Z_a, Z_b=Z_b)
    return float(np.sqrt(euclidean_moments(A, B)[1]))


def squared_mmd(Z_a, Z_b, *, kernel="linear"):
    """Squared maximum mean discrepancy between two sets of embeddings.

    Parameters
    ----------
    Z_a : array-like of shape (n_a, d)
        First set.
    Z_b : array-like of shape (n_b, d)
        Second set.
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


class Base(AlignmentCriterion):
    """Mean distance from training and augmented to test embeddings; smaller is better.

    See `mean_distance` for the formula and the source.
    """

    name = "base"
    greater_is_better = False

    def value(self, Z_trn, Z_aug, Z_test):
        """Return the mean distance for one model."""
        return mean_distance(*_seen_and_test(Z_trn, Z_aug, Z_test))


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
        seen, test = _seen_and_test(Z_trn, Z_aug, Z_test)
        return squared_mmd(seen, test, kernel=self.kernel)


class STD(AlignmentCriterion):
    """Spread of the distances from training and augmented to test; larger is better.

    See `distance_std` for the formula and the source.
    """

    name = "std"
    greater_is_better = True

    def value(self, Z_trn, Z_aug, Z_test):
        """Return the standard deviation of the distances for one model."""
        return distance_std(*_seen_and_test(Z_trn, Z_aug, Z_test))


def _seen_and_test(Z_trn, Z_aug, Z_test):
    """Return training and augmented embeddings as one set, and the test set."""
    trn, aug, test = check_embeddings(Z_trn=Z_trn, Z_aug=Z_aug, Z_test=Z_test)
    return np.vstack([trn, aug]), test
