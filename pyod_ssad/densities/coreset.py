"""The distance to the nearest of a few normal patches."""

import numpy as np
from sklearn.metrics import pairwise_distances_argmin_min
from sklearn.random_projection import GaussianRandomProjection

from pyod_ssad.densities._patches import PatchDensity, draw_patches

N_CANDIDATES = 100_000
N_PATCHES = 10_000
WIDTH = 64


class PatchCoreset(PatchDensity):
    """The Euclidean distance to the nearest of 10,000 normal patches.

    Parameters
    ----------
    score_from, seed
        See `PatchDensity`.

    Attributes
    ----------
    patches_ : float32 ndarray of shape (m, d)
        The coreset.

    Notes
    -----
    Of 100,000 patches, drawn at random, the coreset takes one, and then always the one
    that is farthest from those taken [1]_, in a random projection to 64 dimensions.
    Candidates and coreset are bounded by number, not by a share, so that the cost of a
    fit and the size of a file do not grow with the number of images.

    References
    ----------
    .. [1] K. Roth, L. Pemula, J. Zepeda, B. Schölkopf, T. Brox and P. Gehler, "Towards
       total recall in industrial anomaly detection", CVPR 2022, Algorithm 1.
    """

    def _fit(self, patches):
        candidates = draw_patches(patches, N_CANDIDATES, self.seed)
        taken = take_farthest(_project(candidates, self.seed), N_PATCHES)
        self.patches_ = np.ascontiguousarray(candidates[taken])

    def _score(self, image):
        _, distance = pairwise_distances_argmin_min(image, self.patches_)
        return distance.astype(np.float64)


def take_farthest(Z, n):
    """Return the rows of at most n points, each the farthest from those before.

    Notes
    -----
    The first is the one farthest from the mean. Points that are among those taken
    already are not taken again.
    """
    squares = np.einsum("ij,ij->i", Z, Z)
    distance = np.square(Z - Z.mean(axis=0)).sum(axis=1)
    taken = []
    nearest = np.full(len(Z), np.inf, dtype=Z.dtype)
    while len(taken) < n and (not taken or distance.max() > 0):
        taken.append(int(distance.argmax()))
        to_it = squares - 2 * (Z @ Z[taken[-1]]) + squares[taken[-1]]
        nearest = np.minimum(nearest, np.maximum(to_it, 0))
        nearest[taken[-1]] = 0
        distance = nearest
    return np.array(taken)


def _project(patches, seed):
    if patches.shape[1] <= WIDTH:
        return patches
    return GaussianRandomProjection(WIDTH, random_state=seed).fit_transform(patches)
