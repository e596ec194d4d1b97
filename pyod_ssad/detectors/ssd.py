"""The SSD detector."""

from dataclasses import KW_ONLY, dataclass
from functools import partial
from types import MappingProxyType

from pyod_ssad.augmentations import make_augmentation
from pyod_ssad.base import BaseSSAD
from pyod_ssad.densities import ClusterMahalanobis
from pyod_ssad.parameters import check_integer, check_positive
from pyod_ssad.pretext.contrastive import Contrastive
from pyod_ssad.pretext.embeddings import Embeddings


@dataclass(eq=False, repr=False)
class SSD(BaseSSAD):
    """SimCLR, then the Mahalanobis distance to the nearest cluster [1]_.

    Made for normal data of several kinds. Of one kind, `ContrastiveSSAD` with
    distribution augmentation keeps more room for anomalies.

    Parameters
    ----------
    views : str, Augmentation, transform or callable, optional (default="simclr")
        What makes a view, drawn anew for every view.
    n_clusters : int, optional (default=1)
        Clusters of normal embeddings, found by k-means.
    temperature : float, optional (default=0.5)
    jitter : float in [0, 0.5], optional (default=0.0)
        Of the images before; the views have their own.
    density : {"clusters", "gaussian", ...} or PyOD detector, \
optional (default="clusters")
        What scores: the squared distance to the nearest cluster, see
        `pyod_ssad.densities.ClusterMahalanobis`; or what `AugmentationSSAD` takes.
    **shared
        See `pyod_ssad.AugmentationSSAD`, as for the attributes. `augment` returns
        views.

    References
    ----------
    .. [1] V. Sehwag, M. Chiang and P. Mittal, "SSD: A unified framework for
       self-supervised outlier detection", ICLR 2021.
    """

    views: object = "simclr"
    n_clusters: int = 1
    temperature: float = 0.5
    _: KW_ONLY
    jitter: float = 0.0
    density: object = "clusters"

    _own_scores = ("clusters",)
    _checks_that_do_not_fit = MappingProxyType(
        {"check_pseudo_anomalies_score_higher": "Views of normal images are normal."}
    )

    def _check_parameters(self):
        super()._check_parameters()
        check_positive("temperature", self.temperature)
        check_integer("n_clusters", self.n_clusters, 1)

    def _make_augmentation(self):
        return make_augmentation(self.views, "views")

    def _make_pretext(self, augmentation):
        return Contrastive(augmentation, temperature=self.temperature, symmetric=True)

    def _image_stage(self, augmentation, seed):
        if isinstance(self.density, str) and self.density == "clusters":
            return Embeddings(partial(ClusterMahalanobis, self.n_clusters, seed))
        return super()._image_stage(augmentation, seed)
