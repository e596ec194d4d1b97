"""Any PyOD detector as a density of patches."""

from pyod_ssad.densities._patches import PatchDensity, draw_patches
from pyod_ssad.densities.building import build_density, score

N_PATCHES = 10_000


class PatchDetector(PatchDensity):
    """The scores that a PyOD detector gives to patches.

    Parameters
    ----------
    detector : PyOD detector
        It is cloned, and fitted on at most 10,000 patches of all training images.
    score_from, seed
        See `PatchDensity`.

    Attributes
    ----------
    density_ : PyODDensity
    """

    def __init__(self, detector, score_from="map_top", seed=None):
        super().__init__(score_from, seed)
        self.density_ = build_density(detector, seed)

    def __repr__(self):
        """Return what errors call it."""
        return repr(self.density_)

    def _fit(self, patches):
        self.density_.fit(draw_patches(patches, N_PATCHES, self.seed))

    def _score(self, image):
        return score(self.density_, image)
