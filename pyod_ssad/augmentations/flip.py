"""Mirror images."""

from pyod_ssad.augmentations._toggled import ToggledAugmentation

AXES = {"horizontal": 3, "vertical": 2}
"""The axis of ``(n, C, H, W)`` that each flip reverses."""


class Flip(ToggledAugmentation):
    """Mirror every image.

    Parameters
    ----------
    axis : {"horizontal", "vertical"}, optional (default="horizontal")
        Left and right change places, or top and bottom.
    p : float in [0, 1], optional (default=1.0)
        Probability that an image is changed; below 1 for views of normal images,
        where pseudo anomalies want 1.

    Notes
    -----
    Images that are their own mirror image do not change: it cannot work on them.
    """

    def __init__(self, axis="horizontal", p=1.0):
        super().__init__(p)
        if not isinstance(axis, str) or axis not in AXES:
            raise ValueError(
                "axis must be 'horizontal' (left and right change places) or "
                f"'vertical', got {axis!r}. A probability goes by name: Flip(p=0.5)."
            )
        self.axis = axis

    def change(self, images):
        """Mirror all images."""
        return images.flip(AXES[self.axis])
