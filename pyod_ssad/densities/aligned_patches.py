"""A density of patches that looks where pseudo anomalies go."""

import numpy as np
from sklearn.covariance import ledoit_wolf

from pyod_ssad.densities._patches import MOST_PATCHES, PatchDensity, draw_patches


class AlignedPatches(PatchDensity):
    """Distances of patches along the directions in which pseudo anomalies lie.

    Parameters
    ----------
    mean : ndarray of shape (d,)
        Of the patches that an augmentation has changed.
    covariance : ndarray of shape (d, d)
        Of these.
    score_from, seed
        See `PatchDensity`.

    Attributes
    ----------
    location_ : ndarray of shape (d,)
        Mean of the normal patches.
    directions_ : ndarray of shape (d, k)
        What a patch's difference from it is multiplied by; the score is the length of
        the result.

    Notes
    -----
    With the Ledoit-Wolf covariance of the standardised normal patches, of which at most
    100,000 are drawn, patches are whitened. There, pseudo anomalies have the second
    moments :math:`\\lambda_i` along orthonormal directions :math:`u_i`, where normal
    patches have 1. The score of a whitened patch w is

    .. math:: \\sqrt{\\sum_{\\lambda_i > 1} (1 - 1 / \\lambda_i) (u_i^T w)^2}.

    Its square is, but for a constant and a factor of two, the logarithm of how much
    likelier w is under a Gaussian of the pseudo anomalies than under that of the normal
    patches, both around the normal mean, where directions in which pseudo anomalies
    vary less than normal patches do not count. It is the Mahalanobis distance where all
    :math:`\\lambda_i` are large.
    """

    def __init__(self, mean, covariance, score_from="map_top", seed=None):
        super().__init__(score_from, seed)
        self.mean = mean
        self.covariance = covariance

    def _fit(self, patches):
        drawn = draw_patches(patches, MOST_PATCHES, self.seed).astype(np.float64)
        self.location_, scale = drawn.mean(axis=0), drawn.std(axis=0)
        scale[scale == 0] = 1.0
        whiten = _whitening((drawn - self.location_) / scale) / scale[:, None]
        away = (self.mean - self.location_) @ whiten
        moments = whiten.T @ self.covariance @ whiten + np.outer(away, away)
        values, vectors = np.linalg.eigh(moments)
        stretched = values > 1
        weights = 1 - 1 / values[stretched]
        self.directions_ = whiten @ (vectors[:, stretched] * np.sqrt(weights))

    def _score(self, image):
        away = np.asarray(image, dtype=np.float64) - self.location_
        return np.linalg.norm(away @ self.directions_, axis=1)


def _whitening(Z):
    """Return a matrix that gives centred rows the identity as covariance."""
    values, vectors = np.linalg.eigh(ledoit_wolf(Z, assume_centered=True)[0])
    # A feature that never varies has no direction to measure a distance in.
    varies = values > values.max() * 1e-12
    return vectors[:, varies] / np.sqrt(values[varies])
