"""Base: how far the test embeddings lie from all that training saw."""

from model_selection._pairwise import check_embeddings, euclidean_moments
from model_selection.criteria._pooling import pool_seen
from model_selection.embedding import AlignmentCriterion


def mean_distance(Z_a, Z_b):
    """Mean Euclidean distance between two sets of embeddings.

    Parameters
    ----------
    Z_a, Z_b : array-like of shape (n_a, d) and (n_b, d)
        The two sets.

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
    The authors' code halves it; this function does not. `dsv_loss` names the source.

    Examples
    --------
    >>> mean_distance([[0.0, 0.0]], [[3.0, 4.0], [0.0, 1.0]])
    3.0
    """
    A, B = check_embeddings(Z_a=Z_a, Z_b=Z_b)
    return euclidean_moments(A, B)[0]


class Base(AlignmentCriterion):
    """Mean distance from training and augmented to test embeddings; smaller is better.

    See `mean_distance` for the formula and the source.
    """

    name = "base"
    greater_is_better = False

    def value(self, Z_trn, Z_aug, Z_test):
        """Return the mean distance for one model."""
        return mean_distance(*pool_seen(Z_trn, Z_aug, Z_test))
