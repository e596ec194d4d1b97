"""The CSI detector."""

from dataclasses import KW_ONLY, dataclass

from pyod_ssad.augmentations import make_augmentation, make_transforms
from pyod_ssad.base import BaseSSAD
from pyod_ssad.parameters import check_integer, check_positive
from pyod_ssad.pretext.csi import ContrastingShifted


@dataclass(eq=False, repr=False)
class CSI(BaseSSAD):
    """Contrast images with their shifted copies, and predict the shift [1]_.

    Parameters
    ----------
    views : str, Augmentation, transform or callable, optional (default="simclr")
        What makes a view, drawn anew for every view.
    shifts : str or FiniteAugmentation, optional (default="quarterturns")
        What takes images out of the distribution. Images that look the same when they
        are turned want others, such as "halfswaps".
    n_views : int, optional (default=4)
        Views of every shifted copy that a score is the mean of, the same for all
        images: scoring takes ``4 * n_views`` passes. The authors have 10.
    temperature : float, optional (default=0.5)
    jitter : float in [0, 0.5], optional (default=0.0)
        Of the images before; the views have their own.
    density : {"csi", "gaussian", ...} or PyOD detector, optional (default="csi")
        What scores: CSI's own score, see `pyod_ssad.densities.CSIDensity`; or a second
        stage on the embeddings, as in `AugmentationSSAD`.
    **shared
        See `pyod_ssad.AugmentationSSAD`, as for the attributes. For `batch_size` images
        the network sees eight times as many. `augment` returns shifted copies.

    References
    ----------
    .. [1] J. Tack, S. Mo, J. Jeong and J. Shin, "CSI: Novelty detection via contrastive
       learning on distributionally shifted instances", NeurIPS 2020.
    """

    views: object = "simclr"
    shifts: object = "quarterturns"
    n_views: int = 4
    temperature: float = 0.5
    _: KW_ONLY
    batch_size: int = 16
    jitter: float = 0.0
    density: object = "csi"

    _own_scores = ("csi",)

    def _check_parameters(self):
        super()._check_parameters()
        check_positive("temperature", self.temperature)
        check_integer("n_views", self.n_views, 1)

    def _make_augmentation(self):
        return make_transforms(self.shifts, "shifts")

    def _make_pretext(self, augmentation):
        return ContrastingShifted(
            make_augmentation(self.views, "views"),
            augmentation,
            self.temperature,
            n_views=self.n_views,
        )
