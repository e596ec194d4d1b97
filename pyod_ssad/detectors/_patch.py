"""The base of the detectors whose augmentation is a patch."""

from dataclasses import dataclass

from pyod_ssad.base import BaseSSAD


@dataclass(eq=False, repr=False)
class PatchSSAD(BaseSSAD):
    """A detector with a patch augmentation of some area and aspect.

    Parameters
    ----------
    patch_area : float or pair of floats, optional (default=(0.02, 0.15))
        The patch's fraction of the image area; a pair is drawn from log-uniformly,
        anew for every image.
    aspect : float or pair of floats, optional (default=(0.3, 3.3))
        Width / height of the patch; a pair is drawn from log-uniformly.
    **shared
        See `pyod_ssad.AugmentationSSAD`, as for the attributes.
    """

    patch_area: object = (0.02, 0.15)
    aspect: object = (0.3, 3.3)

    _augmentation_class = None

    @classmethod
    def _test_params(cls):
        # Seeds must not decide whether a faint patch is learned in so few steps.
        return {**super()._test_params(), "patch_area": (0.1, 0.3)}

    def _make_augmentation(self):
        return self._augmentation_class(self.patch_area, self.aspect)
