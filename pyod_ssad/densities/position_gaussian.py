"""One Gaussian for each position."""

import numpy as np
from sklearn.covariance import ledoit_wolf

from pyod_ssad.densities._patches import MOST_PATCHES, PatchDensity, draw_patches
from pyod_ssad.densities.gaussian import mahalanobis


class PositionGaussian(PatchDensity):
    """Mahalanobis distances of patches from the mean of their own position.

    For objects that lie at the same place in every image.

    Parameters
    ----------
    score_from, seed
        See `PatchDensity`.

    Attributes
    ----------
    location_ : float32 ndarray of shape (positions, d)
        Mean of every position.
    scale_ : ndarray of shape (d,)
        Standard deviation of what patches differ from it by.
    precision_ : ndarray of shape (d, d)
        Inverse of the covariance of that, in units of `scale_`, with Ledoit-Wolf
        shrinkage.

    Notes
    -----
    PaDiM [1]_ has a covariance for each position too, of a random choice of the
    channels. One for all, of all channels, needs no more images than there are
    channels, and makes a file smaller by the number of positions. It is fitted on at
    most 100,000 patches.

    References
    ----------
    .. [1] T. Defard, A. Setkov, A. Loesch and R. Audigier, "PaDiM: A patch distribution
       modeling framework for anomaly detection and localization", ICPR 2021.
    """

    def _fit(self, patches):
        self.location_ = patches.mean(axis=0, dtype=np.float64).astype(np.float32)
        rest = draw_patches(patches - self.location_, MOST_PATCHES, self.seed)
        rest = rest.astype(np.float64)
        scale = rest.std(axis=0)
        self.scale_ = np.where(scale > 0, scale, 1.0)
        covariance, _ = ledoit_wolf(rest / self.scale_, assume_centered=True)
        self.precision_ = np.linalg.pinv(covariance, hermitian=True)

    def _score(self, image):
        rest = np.asarray(image, dtype=np.float64) - self.location_
        return mahalanobis(rest / self.scale_, self.precision_)
