"""The distance to the nearest training embedding."""

import numpy as np

from pyod_ssad.densities._rows import (
    require_spread,
    score_by_chunks,
    total_variance,
    unit_rows,
)


class NearestNeighbor:
    """One minus the cosine with the nearest training embedding.

    Attributes
    ----------
    embeddings_ : ndarray of shape (n, d)
        The training embeddings, as they were given.

    Notes
    -----
    The score ``1 - max_j cos(z, z_j)`` lies between 0 and 2 [1]_; of a training
    embedding it is 0.

    References
    ----------
    .. [1] K. Sohn, C.-L. Li, J. Yoon, M. Jin and T. Pfister, "Learning and evaluating
       representations for deep one-class classification", ICLR 2021.
    """

    def __repr__(self):
        """Return what errors call it."""
        return "NearestNeighbor()"

    def fit(self, Z, y=None):
        """Keep embeddings ``(n, d)``; `y` is ignored.

        Raises
        ------
        ValueError
            If all embeddings are the same.
        """
        self.embeddings_ = np.asarray(Z)
        require_spread(total_variance(self.embeddings_))
        return self

    def decision_function(self, Z):
        """Return the scores ``(n,)`` of embeddings ``(n, d)``."""
        known = unit_rows(self.embeddings_)

        def score(rows):
            return 1.0 - (unit_rows(rows) @ known.T).max(axis=1)

        return np.maximum(score_by_chunks(score, Z, len(known)), 0.0)
