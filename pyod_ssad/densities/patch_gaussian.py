"""One Gaussian for the patches of all positions."""

from pyod_ssad.densities._patches import MOST_PATCHES, PatchDensity, draw_patches
from pyod_ssad.densities.scaled_gaussian import ScaledGaussianDensity


class PatchGaussian(PatchDensity):
    """Mahalanobis distances of patches from a Gaussian of all patches.

    Parameters
    ----------
    score_from, seed
        See `PatchDensity`.

    Attributes
    ----------
    location_, scale_, precision_
        See `ScaledGaussianDensity`, which is fitted on at most 100,000 patches.
    """

    def _fit(self, patches):
        gaussian = ScaledGaussianDensity()
        gaussian.fit(draw_patches(patches, MOST_PATCHES, self.seed))
        vars(self).update(vars(gaussian))

    def _score(self, image):
        gaussian = ScaledGaussianDensity()
        vars(gaussian).update(vars(self))
        return gaussian.decision_function(image)
