"""Features of a pretrained network at every position, and a density of them."""

from dataclasses import KW_ONLY, dataclass
from functools import partial
from types import MappingProxyType

from pyod_ssad.detectors._frozen import FrozenNetwork
from pyod_ssad.maps import GridStage, build_patch_density


@dataclass(eq=False, repr=False)
class PatchFeatures(FrozenNetwork):
    """Score what layers of a pretrained network make of each patch of an image.

    Nothing is trained. It says where an anomaly is, and finds small ones, which are
    lost when features are pooled over the image.

    Parameters
    ----------
    backbone : str or callable, optional (default="resnet18")
    weights : str, optional (default="DEFAULT")
        As in `PretrainedFeatures`.
    layers : "middle", "stages", list of str or None, optional (default="middle")
        Names of submodules, whose outputs are brought onto the finest of their grids;
        "middle" finds two whose grids have at most 48 x 48 positions, as at an eighth
        and a sixteenth of 256 pixels; "stages" those of `PretrainedFeatures`; None
        takes the output of the network.
    density : {"coreset", "gaussian", "position_gaussian", "subspace"} or PyOD \
detector, optional (default="subspace")
        What scores a patch: the distance to the nearest of a few normal patches, as in
        PatchCore [1]_; from a Gaussian of all patches; from one of the patches at the
        same position, as in PaDiM [2]_, for objects that always lie at the same place;
        or from the subspace of their principal components. A PyOD detector is fitted
        on 10,000 patches, drawn at random.
    score_from : {"map_top", "map_max", "image"}, optional (default="map_top")
        An image's score: the mean of the most anomalous percent of its patches; the
        most anomalous one; or the mean of all.
    image_size : int, optional (default=256)
    **shared
        `contamination`, `device`, `image_shape`, `channels`, `random_state`,
        `verbose`: see `pyod_ssad.AugmentationSSAD`, as for the attributes, of which
        there are no ``augmentation_`` and ``history_``.

    Notes
    -----
    `fit` holds the features of all patches of the training images: 4 bytes for each of
    the channels of the layers at each of ``(image_size / 8) ** 2`` positions. The
    scores of the training images are by densities that have not seen them, for which it
    is fitted five times more.

    `transform` returns the means of the features over positions.

    Which density is the best depends on the images: on magnetic tiles, which a coreset
    of deeper layers suits, the subspace of the middle ones is far behind, and on
    circuit boards it is the reverse; see ``python -m benchmark.localization``. The
    default was chosen with labels on those, on papers and on cookies, which flatters it
    there. A coreset of hundreds of images takes minutes.

    PatchCore multiplies an image's score by a weight of how far the neighbours of the
    nearest normal patch are; this does not.

    References
    ----------
    .. [1] K. Roth, L. Pemula, J. Zepeda, B. Schölkopf, T. Brox and P. Gehler, "Towards
       total recall in industrial anomaly detection", CVPR 2022.
    .. [2] T. Defard, A. Setkov, A. Loesch and R. Audigier, "PaDiM: A patch distribution
       modeling framework for anomaly detection and localization", ICPR 2021.

    Examples
    --------
    >>> from pyod_ssad import PatchFeatures
    >>> clf = PatchFeatures("resnet50", weights="resnet50.pth")
    >>> maps = clf.fit("photos/good").anomaly_map("photos/new")  # doctest: +SKIP
    """

    layers: object = "middle"
    _: KW_ONLY
    density: object = "subspace"
    score_from: str = "map_top"
    image_size: int = 256

    _pool = "mean"
    _checks_that_do_not_fit = MappingProxyType(
        {
            "check_embeddings_are_of_unit_length": "Lengths tell something.",
            "check_a_gaussian_of_the_embeddings_can_score": "Densities see patches.",
        }
    )

    def _map_stage(self, augmentation, seed=None):
        make = partial(build_patch_density, self.density, self.score_from, seed)
        return GridStage(make, of_features=True)

    def _image_stage(self, augmentation, seed):
        return self._map_stage(augmentation, seed)
