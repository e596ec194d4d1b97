"""The distance from the subspace of normal patches."""

import numpy as np
from sklearn.decomposition import PCA

from pyod_ssad.densities._patches import MOST_PATCHES, PatchDensity, draw_patches

VARIANCE_KEPT = 0.99


class PatchSubspace(PatchDensity):
    """What principal components of normal patches leave of a patch.

    Parameters
    ----------
    score_from, seed
        See `PatchDensity`.

    Attributes
    ----------
    location_ : ndarray of shape (d,)
        Mean of the training patches.
    components_ : ndarray of shape (k, d)
        The orthonormal directions that hold 0.99 of their variance.

    Notes
    -----
    The score is :math:`\\lVert r - C^T C r \\rVert` with the distance r from the mean
    [1]_; it is fitted on at most 100,000 patches.

    References
    ----------
    .. [1] C. Lendering, E. Akdag and E. Bondarev, "SubspaceAD: Training-free few-shot
       anomaly detection via subspace modeling", arXiv:2602.23013, 2026.
    """

    def _fit(self, patches):
        drawn = draw_patches(patches, MOST_PATCHES, self.seed).astype(np.float64)
        pca = PCA(n_components=VARIANCE_KEPT, svd_solver="full").fit(drawn)
        self.location_, self.components_ = pca.mean_, pca.components_

    def _score(self, image):
        rest = np.asarray(image, dtype=np.float64) - self.location_
        rest -= (rest @ self.components_.T) @ self.components_
        return np.linalg.norm(rest, axis=1)
