"""The rotation detector."""

from dataclasses import dataclass

from pyod_ssad.augmentations import QuarterTurns, make_augmentation
from pyod_ssad.base import BaseSSAD
from pyod_ssad.pretext.transforms import TransformPrediction


@dataclass(eq=False, repr=False)
class RotationSSAD(BaseSSAD):
    """Predict by how many quarter turns an image was turned: section 3 of [1]_.

    Objects with an upright pose have to be recognised to tell how they lie. It cannot
    work on what looks the same when it is turned: textures without a direction, round
    parts, parts that lie at any angle.

    Parameters
    ----------
    views : str, Augmentation, transform, callable or None, optional (default=None)
        What the training images go through before they are turned, drawn for every
        copy: any augmentation that keeps a normal image normal, such as
        ``Crop(area=(0.5, 1))``. None leaves them.
    density : {"gaussian", ..., "classifier"} or PyOD detector, \
optional (default="gaussian")
        The second stage: what `AugmentationSSAD` takes, or "classifier" for the
        rotation classifier's own score ``-sum_k log p(k | image turned by 90 k)``.
    **shared
        See `pyod_ssad.AugmentationSSAD`, as for the attributes. `batch_size` counts
        images, of each of which the network sees four copies.

    Notes
    -----
    The authors train on crops of half to all of a side and flips, with a jitter of
    0.4, by SGD on 256 copies for 2,048 epochs, with a ResNet-18 and a head of eight
    layers. This is near: ``RotationSSAD(views=Chain([Crop((0.25, 1)), Flip(p=0.5)]),
    jitter=0.4, **{**PAPER_SETTINGS, "batch_size": 64, "lr": 0.01})``. They score
    features by a kernel density, one-class SVMs, the nearest neighbour or a Gaussian.

    References
    ----------
    .. [1] K. Sohn, C.-L. Li, J. Yoon, M. Jin and T. Pfister, "Learning and evaluating
       representations for deep one-class classification", ICLR 2021.
    """

    views: object = None

    _own_scores = ("classifier",)

    def _make_augmentation(self):
        return QuarterTurns()

    def _make_pretext(self, augmentation):
        return TransformPrediction(augmentation, make_views(self.views))


def make_views(given):
    """Return what makes views of normal images, if it is given."""
    return None if given is None else make_augmentation(given, "views")
