"""Negatives."""

from pyod_ssad.augmentations._toggled import ToggledAugmentation


class Invert(ToggledAugmentation):
    """Replace every value x of every image by ``1 - x``.

    Parameters
    ----------
    p : float in [0, 1], optional (default=1.0)
        Probability that an image is changed; pseudo anomalies want 1.
    """

    def change(self, images):
        """Invert all images."""
        return 1 - images
