"""Halves that change places."""

from pyod_ssad.augmentations._finite import FiniteAugmentation


class HalfSwaps(FiniteAugmentation):
    """Swap the upper and lower halves of every image, the left and right, or both.

    Notes
    -----
    The transforms are the identity, top with bottom, left with right, and both. They
    are the second kind of shifted instances in the code of [1]_, for images that look
    the same when turned. A side of 2 k + 1 pixels moves by k.

    References
    ----------
    .. [1] J. Tack, S. Mo, J. Jeong and J. Shin, "CSI: Novelty detection via contrastive
       learning on distributionally shifted instances", NeurIPS 2020.
    """

    n_transforms = 4

    def transform(self, images, index):
        """Swap the halves of all images; see `FiniteAugmentation.transform`."""
        height, width = images.shape[2:]
        down, right = index % 2, index // 2
        return images.roll((down * (height // 2), right * (width // 2)), dims=(2, 3))
