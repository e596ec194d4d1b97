"""The GOAD detector, of images and of tables."""

from dataclasses import KW_ONLY, dataclass

import torch

from pyod_ssad.augmentations import GeometricTransforms
from pyod_ssad.detectors._tables import TakesTables
from pyod_ssad.parameters import check_integer
from pyod_ssad.pretext.affine import AffineCentres, AffineViews
from pyod_ssad.pretext.centres import TripletCentre
from pyod_ssad.pretext.network import PretextNetwork


@dataclass(eq=False, repr=False)
class GOAD(TakesTables):
    """Keep transformed copies of normal data near the centre of each transform [1]_.

    A first-class detector of tables: arrays ``(n, features)`` that are given without
    `image_shape` are transformed by random matrices. Images are flipped, turned and
    shifted, which tells little of textures, as with `GEOM`.

    Parameters
    ----------
    shift : float in [0, 0.5], optional (default=0.0)
        Of images, as in `GEOM`: 8 transforms, or 72.
    copies : int, optional (default=None)
        How many of them are drawn for an update; None takes all.
    n_transforms : int, optional (default=64)
        Random matrices, of tables.
    rank : int, optional (default=32)
        Columns of each matrix.
    width : int, optional (default=8)
        Features of each transformed row.
    density : {"centres", "gaussian", ...} or PyOD detector, \
optional (default="centres")
        What scores: GOAD's own score; or a second stage on the embeddings, as in
        `AugmentationSSAD`. Of tables it sees the features of all views, not scaled to
        unit length; "kde", "ocsvm" and "knn" compare directions, which tell little
        there.
    **shared
        See `pyod_ssad.AugmentationSSAD`, as for the attributes. For tables,
        `image_size`, `backbone`, `weights`, `jitter` and `channels` mean nothing, there
        are no pseudo anomalies, and ``n_features_in_`` is the number of columns.

    Notes
    -----
    The margin of the triplet-centre loss is 0.1 for images, which also have a penalty
    of the norm, and 1 for tables, see `pyod_ssad.pretext`. The authors' settings are
    ``shift=0.25`` for images, and for tables ``n_transforms=256, rank=32, width=8``
    for small ones and ``rank=64`` with a deeper network for KDD.

    References
    ----------
    .. [1] L. Bergman and Y. Hoshen, "Classification-based anomaly detection for general
       data", ICLR 2020.
    """

    shift: float = 0.0
    copies: int | None = None
    n_transforms: int = 64
    rank: int = 32
    width: int = 8
    _: KW_ONLY
    density: object = "centres"

    _own_scores = ("centres",)

    def _check_parameters(self):
        super()._check_parameters()
        check_integer("n_transforms", self.n_transforms, 2)
        check_integer("rank", self.rank, 1)
        check_integer("width", self.width, 1)

    def _make_augmentation(self):
        return GeometricTransforms(self.shift)

    def _make_pretext(self, augmentation):
        if augmentation is None:
            return AffineCentres(self.n_transforms)
        return TripletCentre(augmentation, copies=self.copies)

    def _make_network(self, augmentation, shape):
        if augmentation is not None:
            return super()._make_network(augmentation, shape)
        encoder = AffineViews(*shape, self.n_transforms, self.rank, self.width)
        # Drawn as weights are, so that no images are needed to make it again.
        n_features = encoder(torch.zeros(1, *shape)).shape[1]
        head = self._make_pretext(augmentation).make_head(n_features)
        return PretextNetwork(encoder, head)
