"""CutOut and CutAvg: a box of every image loses its content."""

import torch

from pyod_ssad.augmentations.base import Augmentation
from pyod_ssad.augmentations.boxes import box_mask, check_patch, sample_box


class CutOut(Augmentation):
    """Set a random box of every image to black.

    Parameters
    ----------
    patch_area : float or pair of floats, optional (default=(0.02, 0.15))
        The box's fraction of the image area; a pair is drawn from log-uniformly.
    aspect : float or pair of floats, optional (default=(0.3, 3.3))
        Width / height of the box; a pair is drawn from log-uniformly.

    Notes
    -----
    A side that would be longer than the image is cut to the image, so that large
    boxes of extreme aspect cover less than `patch_area`. The published code of DSV
    draws aspects from (0.3, 1), so that its boxes are never wide; ours are as often
    wide as tall.

    References
    ----------
    .. [1] T. DeVries and G. W. Taylor, "Improved regularization of convolutional
       neural networks with cutout", arXiv:1708.04552, 2017.
    """

    def __init__(self, patch_area=(0.02, 0.15), aspect=(0.3, 3.3)):
        super().__init__()
        self.patch_area, self.aspect = check_patch(patch_area, aspect)

    def sample(self, shape, generator=None):
        """Draw one box an image; see `Augmentation.sample`."""
        return sample_box(shape, self.patch_area, self.aspect, generator)

    def apply(self, images, parameters):
        """Fill each image's box; see `Augmentation.apply`."""
        mask = box_mask(images.shape, parameters)
        return torch.where(mask, self._fill(images, mask), images)

    def _fill(self, images, mask):
        return images.new_zeros(())


class CutAvg(CutOut):
    """Set a random box of every image to the mean colour of its content.

    Parameters
    ----------
    patch_area, aspect
        Of the box, as in `CutOut`.

    Notes
    -----
    The mean is taken for each channel, which keeps the hue. The authors' code of [1]_
    takes one mean over all channels, which adds a grey tint as a cue on colour
    images; on grey images the two are the same.

    References
    ----------
    .. [1] J. Yoo, Y. Zhao, L. Zhao and L. Akoglu, "DSV: An alignment validation loss
       for self-supervised outlier model selection", ECML PKDD 2023.
    """

    def _fill(self, images, mask):
        pixels = mask.sum(dim=(2, 3), keepdim=True)
        return (images * mask).sum(dim=(2, 3), keepdim=True) / pixels
