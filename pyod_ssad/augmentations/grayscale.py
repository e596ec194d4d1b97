"""Images without colour."""

from pyod_ssad.augmentations._toggled import ToggledAugmentation
from pyod_ssad.augmentations.color import LUMA


class Grayscale(ToggledAugmentation):
    """Replace the colours of every image by their luma.

    Parameters
    ----------
    p : float in [0, 1], optional (default=1.0)
        Probability that an image is changed; below 1 for views of normal images,
        where pseudo anomalies want 1.

    Notes
    -----
    Every channel becomes ``0.299 R + 0.587 G + 0.114 B``. Images of one channel do
    not change: it cannot make pseudo anomalies of them.
    """

    def change(self, images):
        """Take the colour from all images."""
        if images.shape[1] == 1:
            return images
        weights = images.new_tensor(LUMA)[:, None, None]
        return (images * weights).sum(dim=1, keepdim=True).expand_as(images)
