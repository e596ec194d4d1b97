"""STD: how much the distances to the test embeddings spread."""

import numpy as np

from model_selection._pairwise import check_embeddings, euclidean_moments
from model_selection.criteria._pooling import pool_seen
from model_selection.embedding import AlignmentCriterion


def distance_std(Z_a, Z_b):
    """Population standard deviation of all distances between two sets.

    Parameters
    ----------
    Z_a, Z_b : array-like of shape (n_a, d) and (n_b, d)
        The two sets.

    Returns
    -------
    float
        In the units of the embeddings; larger is better as a criterion. Errors are as
        in `mean_distance`.

    Notes
    -----
    The standard deviation of :math:`\\|a - b\\|` over all :math:`|A||B|` pairs,
    without Bessel's correction and without halving. The authors minimise its
    negative; `dsv_loss` names the source.

    Examples
    --------
    >>> distance_std([[0.0]], [[1.0], [3.0]])
    1.0
    """
    A, B = check_embeddings(Z_a=Z_a, Z_b=Z_b)
    return float(np.sqrt(euclidean_moments(A, B)[1]))


class STD(AlignmentCriterion):
    """Spread of the distances from training and augmented to test; larger is better.

    See `distance_std` for the formula and the source.
    """

    name = "std"
    greater_is_better = True

    def value(self, Z_trn, Z_aug, Z_test):
        """Return the standard deviation of the distances for one model."""
        return distance_std(*pool_seen(Z_trn, Z_aug, Z_test))
