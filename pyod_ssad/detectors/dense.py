"""Patches that are scored along the directions in which pseudo anomalies lie."""

from dataclasses import KW_ONLY, dataclass
from functools import partial
from types import MappingProxyType

from pyod_ssad.augmentations import CutDiff, make_augmentation
from pyod_ssad.base import BaseSSAD
from pyod_ssad.maps import GridStage, build_patch_density
from pyod_ssad.maps.aligned_stage import AlignedStage

ALIGNED = "aligned"
SMALL = (0.002, 0.05)


@dataclass(eq=False, repr=False)
class DenseSSAD(BaseSSAD):
    """Learn where pseudo anomalies are: score each patch on a grid.

    A network is trained to tell images from augmented ones, or comes with weights and
    stays as it is. Of its patches, a density learns how those that the augmentation has
    changed differ from normal ones.

    Parameters
    ----------
    augmentation : str, Augmentation, transform, callable or None, \
optional (default=None)
        What makes pseudo anomalies, as in `AugmentationSSAD`; None is a CutDiff of
        0.002 to 0.05 of the image's area. What it has changed is found by comparing
        pixels.
    density : {"aligned", "coreset", "gaussian", "position_gaussian", "subspace"} or \
PyOD detector, optional (default="aligned")
        What scores a patch: its distance from the normal ones along the directions in
        which pseudo anomalies lie; or, without those, as in `PatchFeatures`.
    score_from : {"map_top", "map_max", "image"}, optional (default="map_top")
        As in `PatchFeatures`.
    **shared
        See `pyod_ssad.AugmentationSSAD`, as for the attributes. ``steps=0`` leaves the
        network as it is.

    Notes
    -----
    `pyod_ssad.densities.aligned_patches.AlignedPatches` has the formula of "aligned",
    which is this package's own. A frozen network takes seconds::

        DenseSSAD(backbone="resnet18", weights="DEFAULT", image_size=256, steps=0)

    Heads that learn to discriminate (logistic regression, a small network) did worse
    on patches of a frozen network: they learn what is particular to the augmentation,
    where second moments only learn in which directions to look.

    Examples
    --------
    >>> from pyod_ssad import DenseSSAD
    >>> clf = DenseSSAD("cutpastescar", backbone="resnet18", steps=0)
    >>> maps = clf.fit("photos/good").anomaly_map("photos/new")  # doctest: +SKIP
    """

    augmentation: object = None
    _: KW_ONLY
    density: object = ALIGNED
    score_from: str = "map_top"

    _checks_that_do_not_fit = MappingProxyType(
        {"check_a_gaussian_of_the_embeddings_can_score": "Densities see patches."}
    )

    def _make_augmentation(self):
        if self.augmentation is None:
            return CutDiff(patch_area=SMALL)
        return make_augmentation(self.augmentation)

    def _image_stage(self, augmentation, seed):
        return self._map_stage(augmentation, seed)

    def _map_stage(self, augmentation, seed=None):
        if isinstance(self.density, str) and self.density == ALIGNED:
            return AlignedStage(augmentation, self.score_from, seed)
        return GridStage(
            partial(
                build_patch_density, self.density, self.score_from, seed, (ALIGNED,)
            )
        )
