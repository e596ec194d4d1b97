"""CutPaste: a patch of every image moves to another place of it."""

import torch

from pyod_ssad.augmentations.base import (
    Augmentation,
    check_number,
    random_integers,
)
from pyod_ssad.augmentations.boxes import box_mask, check_patch, sample_sides
from pyod_ssad.augmentations.color import ColorJitter


class CutPaste(Augmentation):
    """Copy a random box of every image, jitter its colours, paste it elsewhere.

    Parameters
    ----------
    patch_area, aspect
        Of the box, as in `CutOut`.
    jitter : float in [0, 0.5], optional (default=0.1)
        Strength of the colour jitter of the patch.

    Notes
    -----
    Source and destination are uniform over all places inside the image. They always
    differ, unless the box is as large as the image, since a patch pasted onto itself
    would be a normal image called anomalous; [1]_ does not exclude that. The area is
    log-uniform here and uniform in [1]_, and the contrast of the patch changes about
    the mean of the whole image, not of the patch.

    References
    ----------
    .. [1] C.-L. Li, K. Sohn, J. Yoon and T. Pfister, "CutPaste: Self-supervised
       learning for anomaly detection and localization", CVPR 2021, section 2.1.
    """

    def __init__(self, patch_area=(0.02, 0.15), aspect=(0.3, 3.3), jitter=0.1):
        super().__init__()
        self.patch_area, self.aspect = check_patch(patch_area, aspect)
        check_number("jitter", jitter, 0.0, 0.5)
        self.jitter = jitter
        self._jitter = ColorJitter(jitter)

    def sample(self, shape, generator=None):
        """Draw a box, a destination and a jitter an image."""
        height, width = sample_sides(shape, self.patch_area, self.aspect, generator)
        columns = shape[3] - width + 1
        places = (shape[2] - height + 1) * columns
        source = random_integers(places, generator)
        target = another_place(source, places, generator)
        return {
            "top": target // columns,
            "left": target % columns,
            "height": height,
            "width": width,
            "down": target // columns - source // columns,
            "right": target % columns - source % columns,
            "jitter": self._jitter.sample(shape, generator),
        }

    def apply(self, images, parameters):
        """Paste each image's patch; see `Augmentation.apply`."""
        jittered = self._jitter.apply(images, parameters["jitter"])
        moved = shift(jittered, parameters["down"], parameters["right"])
        return torch.where(box_mask(images.shape, parameters), moved, images)


def another_place(source, places, generator):
    """Draw one of several places an image, if there is another than its source."""
    step = 1 + random_integers((places - 1).clamp(min=1), generator)
    return (source + step) % places


def shift(images, down, right):
    """Move each image by its own number of pixels, around the edges."""
    n, _, height, width = images.shape
    rows = torch.arange(height, device=images.device) - down[:, None]
    columns = torch.arange(width, device=images.device) - right[:, None]
    image = torch.arange(n, device=images.device)[:, None, None]
    moved = images.permute(0, 2, 3, 1)[
        image, (rows % height)[:, :, None], (columns % width)[:, None, :]
    ]
    return moved.permute(0, 3, 1, 2)
