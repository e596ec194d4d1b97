"""The GEOM detector."""

from dataclasses import KW_ONLY, dataclass
from types import MappingProxyType

from pyod_ssad.augmentations import GeometricTransforms
from pyod_ssad.base import BaseSSAD
from pyod_ssad.pretext.transforms import TransformPrediction


@dataclass(eq=False, repr=False)
class GEOM(BaseSSAD):
    """Predict how an image was flipped, shifted and turned [1]_.

    Like `RotationSSAD` with more transforms, and scored by what the classifier says of
    all of them. It cannot work on textures, which have no place and no direction that
    could be recognised.

    Parameters
    ----------
    shift : float in [0, 0.5], optional (default=0.0)
        How far images are shifted, as a fraction of their side. With 0 there are 8
        transforms, flips and turns, and otherwise 72, so that training and scoring
        take nine times as long.
    copies : int, optional (default=None)
        How many transforms are drawn for every image in an update; None takes all.
    density : {"dirichlet", "mean_probability", "gaussian", ...} or PyOD detector, \
optional (default="dirichlet")
        What scores: GEOM's normality score; its simplified one; or a second stage on
        the embeddings, as in `AugmentationSSAD`.
    **shared
        See `pyod_ssad.AugmentationSSAD`, as for the attributes.

    Notes
    -----
    The authors' settings are ``GEOM(shift=0.25, optimizer="adamw", lr=1e-3)`` on images
    of 32 px, with a Wide ResNet 10-4 and three passes over all 72 copies.

    References
    ----------
    .. [1] I. Golan and R. El-Yaniv, "Deep anomaly detection using geometric
       transformations", NeurIPS 2018.
    """

    shift: float = 0.0
    copies: int | None = None
    _: KW_ONLY
    density: object = "dirichlet"

    _own_scores = ("dirichlet", "mean_probability")
    _checks_that_do_not_fit = MappingProxyType(
        {
            "check_pseudo_anomalies_score_higher": "Bricks look the same when flipped.",
            "check_new_good_images_are_not_flagged": "The places of bricks that it "
            "learns by heart are in several crops, so that no part is unseen.",
        }
    )

    def _make_augmentation(self):
        return GeometricTransforms(self.shift)

    def _make_pretext(self, augmentation):
        score = self.density if self.density in self._own_scores else "dirichlet"
        return TransformPrediction(augmentation, copies=self.copies, score=score)
