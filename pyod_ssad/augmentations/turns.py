"""Turns by 90 degrees."""

from torch.nn import functional as F

from pyod_ssad.augmentations._finite import FiniteAugmentation


class QuarterTurns(FiniteAugmentation):
    """Turn every image by 90, 180 or 270 degrees.

    Notes
    -----
    The transform k turns by 90 k degrees, anticlockwise as one looks at the image. An
    image that is not square is stretched to its old shape then, as it would be if it
    had been resized to a square before.
    """

    n_transforms = 4

    def transform(self, images, index):
        """Turn all images by ``90 * index`` degrees; see `FiniteAugmentation`."""
        turned = images.rot90(index, dims=(2, 3))
        if turned.shape == images.shape:
            return turned
        return F.interpolate(turned, images.shape[2:], mode="bilinear").clamp(0, 1)
