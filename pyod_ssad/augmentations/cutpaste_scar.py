"""CutPaste's scars, and its patches and scars together."""

import torch

from pyod_ssad.augmentations.base import (
    Augmentation,
    check_number,
    check_range,
    log_uniform,
    random_integers,
    uniform,
)
from pyod_ssad.augmentations.color import ColorJitter
from pyod_ssad.augmentations.cutpaste import CutPaste, another_place

WIDTH = (0.016, 0.0625)
LENGTH = (0.0625, 0.1875)
ANGLE = (-45.0, 45.0)
ROUNDING = 1e-3


class CutPasteScar(Augmentation):
    """Copy a thin rectangle of every image, jitter its colours, paste it turned.

    Parameters
    ----------
    width : float or pair of floats, optional (default=(0.016, 0.0625))
        As a fraction of the image's shorter side, within 0.001 and 1; a pair is drawn
        from log-uniformly, as for the length. At 64 px the default is 1 to 4 px.
    length : float or pair of floats, optional (default=(0.0625, 0.1875))
        As a fraction of the image's shorter side, within 0.001 and 1. At 64 px the
        default is 4 to 12 px.
    angle : float or pair of floats, optional (default=(-45.0, 45.0))
        Degrees that the scar turns from the upright, anticlockwise as one looks at
        the image, within -180 and 180; a pair is drawn from uniformly.
    jitter : float in [0, 0.5], optional (default=0.1)
        Strength of the colour jitter of the scar.

    Notes
    -----
    The scar covers the pixels whose middle lies in the turned rectangle; each takes
    the nearest pixel of the upright source. Width and length are at least one pixel,
    and the middle of a scar is that of a pixel, so that none is empty. Source and
    destination differ and lie inside the image, if it is longer than the scar.

    [1]_ draws 2 to 16 px by 10 to 25 px at 256 px, uniformly: ``width=(0.008, 0.0625),
    length=(0.04, 0.1)``. At 64 px such scars are narrower than a pixel, so the default
    ones are longer. Contrast changes about the mean of the whole image, as in
    `CutPaste`.

    References
    ----------
    .. [1] C.-L. Li, K. Sohn, J. Yoon and T. Pfister, "CutPaste: Self-supervised
       learning for anomaly detection and localization", CVPR 2021, section 2.2.
    """

    def __init__(self, width=WIDTH, length=LENGTH, angle=ANGLE, jitter=0.1):
        super().__init__()
        self.width = check_range("width", width, 0.001, 1.0)
        self.length = check_range("length", length, 0.001, 1.0)
        self.angle = check_range("angle", angle, -180.0, 180.0)
        check_number("jitter", jitter, 0.0, 0.5)
        self.jitter = jitter
        self._jitter = ColorJitter(jitter)

    def sample(self, shape, generator=None):
        """Draw a rectangle in pixels, two places, an angle and a jitter an image."""
        n, side = shape[0], min(shape[2:])
        rectangle = {
            "width": (side * log_uniform(n, *self.width, generator)).clamp(min=1),
            "length": (side * log_uniform(n, *self.length, generator)).clamp(min=1),
            "angle": uniform(n, *self.angle, generator),
        }
        return {
            **rectangle,
            **_sample_places(shape, rectangle, generator),
            "jitter": self._jitter.sample(shape, generator),
        }

    def apply(self, images, parameters):
        """Paste each image's scar; see `Augmentation.apply`."""
        jittered = self._jitter.apply(images, parameters["jitter"])
        across, along = _turned_pixels(images.shape, parameters)
        row = parameters["row"] - parameters["down"]
        column = parameters["column"] - parameters["right"]
        scars = _take_pixels(
            jittered,
            row[:, None, None] + along.round().long(),
            column[:, None, None] + across.round().long(),
        )
        return torch.where(_inside(across, along, parameters), scars, images)

    def mask(self, shape, parameters):
        """Return where each scar is, a bool tensor ``(n, 1, H, W)``."""
        return _inside(*_turned_pixels(shape, parameters), parameters)


class CutPasteUnion(Augmentation):
    """Change half of the images by `CutPaste`, and the others by `CutPasteScar`.

    Parameters
    ----------
    patch_area, aspect
        Of the patches, as in `CutPaste`.
    width, length, angle
        Of the scars, as in `CutPasteScar`.
    jitter : float in [0, 0.5], optional (default=0.1)
        Strength of the colour jitter of both.

    Notes
    -----
    Every image draws its kind with equal chances: one class of pseudo anomalies, where
    CutPaste (3-way) of [1]_ has two.

    References
    ----------
    .. [1] C.-L. Li, K. Sohn, J. Yoon and T. Pfister, "CutPaste: Self-supervised
       learning for anomaly detection and localization", CVPR 2021, section 2.2.
    """

    def __init__(
        self,
        patch_area=(0.02, 0.15),
        aspect=(0.3, 3.3),
        width=WIDTH,
        length=LENGTH,
        angle=ANGLE,
        jitter=0.1,
    ):
        super().__init__()
        self._patch = CutPaste(patch_area, aspect, jitter)
        self._scar = CutPasteScar(width, length, angle, jitter)
        self.patch_area, self.aspect = self._patch.patch_area, self._patch.aspect
        self.width, self.length = self._scar.width, self._scar.length
        self.angle, self.jitter = self._scar.angle, jitter

    @property
    def parts(self):
        """Return the augmentation that pastes patches, and that of scars."""
        return self._patch, self._scar

    def sample(self, shape, generator=None):
        """Draw a patch, a scar and which of them an image."""
        return {
            "is_scar": torch.rand(shape[0], generator=generator) < 0.5,
            "patch": self._patch.sample(shape, generator),
            "scar": self._scar.sample(shape, generator),
        }

    def apply(self, images, parameters):
        """Paste each image's patch or scar; see `Augmentation.apply`."""
        patched = self._patch.apply(images, parameters["patch"])
        scarred = self._scar.apply(images, parameters["scar"])
        is_scar = parameters["is_scar"][:, None, None, None]
        return torch.where(is_scar, scarred, patched)


def _sample_places(shape, rectangle, generator):
    """Draw the middle of each scar, and how far it lies from that of its source."""
    rows, columns = _half_extents(rectangle)
    top, n_rows = _room(shape[2], rows)
    left, n_columns = _room(shape[3], columns)
    source = random_integers(n_rows * n_columns, generator)
    target = another_place(source, n_rows * n_columns, generator)
    return {
        "row": top + target // n_columns,
        "column": left + target % n_columns,
        "down": target // n_columns - source // n_columns,
        "right": target % n_columns - source % n_columns,
    }


def _half_extents(rectangle):
    """Return half of what the upright and the turned rectangle need, down and right."""
    width, length = rectangle["width"] / 2, rectangle["length"] / 2
    angle = torch.deg2rad(rectangle["angle"])
    cosine, sine = angle.cos().abs(), angle.sin().abs()
    rows = torch.maximum(length, length * cosine + width * sine)
    columns = torch.maximum(width, width * cosine + length * sine)
    return rows, columns


def _room(side, half_extent):
    """Return the first pixel that the middle may be, and how many there are."""
    first = (half_extent - 0.5).ceil().long().clamp(min=0)
    return first, (side - 2 * first).clamp(min=1)


def _turned_pixels(shape, parameters):
    """Return each pixel's place ``(n, H, W)`` across and along its upright scar."""
    angle = torch.deg2rad(parameters["angle"])[:, None, None]
    row, column = parameters["row"], parameters["column"]
    down = torch.arange(shape[2], device=row.device) - row[:, None]
    right = torch.arange(shape[3], device=row.device) - column[:, None]
    down, right = down[:, :, None], right[:, None, :]
    across = right * angle.cos() - down * angle.sin()
    along = right * angle.sin() + down * angle.cos()
    return across, along


def _inside(across, along, parameters):
    return (
        _between(across, parameters["width"]) & _between(along, parameters["length"])
    )[:, None]


def _between(place, extent):
    half = extent[:, None, None] / 2
    # Half open, so that whole numbers of pixels are kept; rounding decides no pixel.
    return (place >= -half - ROUNDING) & (place < half - ROUNDING)


def _take_pixels(images, rows, columns):
    n, _, height, width = images.shape
    image = torch.arange(n, device=images.device)[:, None, None]
    rows, columns = rows.clamp(0, height - 1), columns.clamp(0, width - 1)
    return images.permute(0, 2, 3, 1)[image, rows, columns].permute(0, 3, 1, 2)
