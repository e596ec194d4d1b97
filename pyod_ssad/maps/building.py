"""Names or PyOD detectors -> densities of patches."""

from pyod.models.base import BaseDetector

from pyod_ssad.densities.coreset import PatchCoreset
from pyod_ssad.densities.patch_detector import PatchDetector
from pyod_ssad.densities.patch_gaussian import PatchGaussian
from pyod_ssad.densities.position_gaussian import PositionGaussian
from pyod_ssad.densities.subspace import PatchSubspace
from pyod_ssad.suggesting import suggest

PATCH_DENSITIES = {
    "coreset": PatchCoreset,
    "gaussian": PatchGaussian,
    "position_gaussian": PositionGaussian,
    "subspace": PatchSubspace,
}
"""The names that the parameter `density` of detectors of patches knows."""


def build_patch_density(density, score_from, seed=None, others=()):
    """Return an unfitted density of patches.

    Parameters
    ----------
    density : str or PyOD detector
        A name among `PATCH_DENSITIES`.
    score_from, seed
        See `PatchDensity`.
    others : tuple of str, optional (default=())
        Further names that the detector knows, for messages.

    Raises
    ------
    ValueError
        If `density` is neither, or `score_from` is unknown.
    """
    if isinstance(density, BaseDetector):
        return PatchDetector(density, score_from, seed)
    if not isinstance(density, str) or density not in PATCH_DENSITIES:
        known = [*others, *PATCH_DENSITIES]
        raise ValueError(
            f"density must be one of {known} or a PyOD detector such as KNN(), got "
            f"{density!r}.{suggest(density, known)}"
        )
    return PATCH_DENSITIES[density](score_from, seed)
