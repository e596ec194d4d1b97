"""The contrastive detector."""

from dataclasses import KW_ONLY, dataclass

from pyod_ssad.augmentations import make_augmentation, make_transforms
from pyod_ssad.base import BaseSSAD
from pyod_ssad.parameters import check_positive
from pyod_ssad.pretext.contrastive import Contrastive


@dataclass(eq=False, repr=False)
class ContrastiveSSAD(BaseSSAD):
    """Find the other view of an image among those of other images: section 3 of [1]_.

    Parameters
    ----------
    views : str, Augmentation, transform or callable, optional (default="simclr")
        What makes a view, drawn anew for every view.
    transforms : str, FiniteAugmentation or None, optional (default="quarterturns")
        Distribution augmentation: copies of images by these transforms, such as
        ``GeometricTransforms(shift=0, turn=False)`` for flips, are images of their own.
        None does without.
    copies : int, optional (default=None)
        How many transforms are drawn for every image in an update; None takes all.
    temperature : float, optional (default=0.2)
    jitter : float in [0, 0.5], optional (default=0.0)
        Of the images before; the views have their own.
    **shared
        See `pyod_ssad.AugmentationSSAD`, as for the attributes. `augment` returns
        transformed images, and views where there are no transforms.

    Notes
    -----
    `pyod_ssad.pretext.contrastive.nt_xent` in one direction, as [1]_ trains. Without
    distribution augmentation all normal images are pushed apart, over the whole
    sphere, which leaves no room for anomalies.

    References
    ----------
    .. [1] K. Sohn, C.-L. Li, J. Yoon, M. Jin and T. Pfister, "Learning and evaluating
       representations for deep one-class classification", ICLR 2021.
    """

    views: object = "simclr"
    transforms: object = "quarterturns"
    copies: int | None = None
    temperature: float = 0.2
    _: KW_ONLY
    jitter: float = 0.0

    def _check_parameters(self):
        super()._check_parameters()
        check_positive("temperature", self.temperature)

    def _make_augmentation(self):
        if self.transforms is None:
            return self._make_views()
        return make_transforms(self.transforms)

    def _make_views(self):
        return make_augmentation(self.views, "views")

    def _make_pretext(self, augmentation):
        transforms = None if self.transforms is None else augmentation
        return Contrastive(
            self._make_views(), transforms, self.copies, self.temperature
        )
