"""The CutDiff detector."""

from dataclasses import dataclass

from pyod_ssad.augmentations import CutDiff
from pyod_ssad.augmentations.cutdiff import DSV_SIGMA
from pyod_ssad.detectors._patch import PatchSSAD


@dataclass(eq=False, repr=False)
class CutDiffSSAD(PatchSSAD):
    """Tell images from images with a smooth dark blob: Algorithm 2 of [1]_.

    Parameters
    ----------
    patch_area, aspect
        As in `PatchSSAD`, of an ellipse.
    angle : float or pair of floats, optional (default=0.0)
        Rotation of the blob in degrees; a pair is drawn from uniformly.
    sigma : float, optional (default=sqrt(0.1))
        Standard deviation of the blob in units of the patch's sides, see
        `pyod_ssad.augmentations.CutDiff`.
    **shared
        The parameters of every detector: `AugmentationSSAD`.

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023.
    """

    angle: object = 0.0
    sigma: float = DSV_SIGMA

    def _make_augmentation(self):
        return CutDiff(self.patch_area, self.aspect, self.angle, self.sigma)
