"""Simulated defects on gray textures.

Every kind is one small function `(image, area, rng) -> image` on floats in [0, 255].
Each makes a field that grows away from the defect's core; the pixels with the smallest
values are the defect, so that its area is what was asked for. All lengths are
fractions of the image side: a defect looks the same at any size.
"""

import numpy as np
from scipy.ndimage import gaussian_filter
from skimage.transform import rotate


def dark_blob(image, area, rng):
    """Darken a round spot with an irregular outline, as a hole or a burn does."""
    weight = _soft_mask(_blob_field(len(image), rng), area)
    return _blend(image, image * rng.uniform(0.2, 0.45), weight)


def bright_blob(image, area, rng):
    """Brighten a round spot with an irregular outline, as a chip or a glint does."""
    weight = _soft_mask(_blob_field(len(image), rng), area)
    return _blend(image, 255 - (255 - image) * rng.uniform(0.25, 0.5), weight)


def scratch(image, area, rng):
    """Draw a thin, slightly bent line, darker or brighter than what it crosses."""
    weight = _soft_mask(_curve_field(len(image), area, rng), area)
    shade = rng.choice([-1, 1]) * rng.uniform(40, 70)
    return _blend(image, image + shade, weight)


def displaced_patch(image, area, rng):
    """Cover a rectangle with turned content of the same image, in another light."""
    weight = _soft_mask(_rectangle_field(len(image), rng), area, softness=0.15)
    turned = rotate(image, rng.uniform(30, 330), mode="reflect", preserve_range=True)
    shift = np.rint(rng.uniform(0.25, 0.75, 2) * len(image)).astype(int)
    light = 1 + rng.choice([-1, 1]) * rng.uniform(0.15, 0.3)
    return _blend(image, np.roll(turned, shift, axis=(0, 1)) * light, weight)


def stain(image, area, rng):
    """Smooth and tint an irregular region, as a spilt liquid does."""
    weight = _soft_mask(_blob_field(len(image), rng), area)
    smooth = gaussian_filter(image, rng.uniform(0.02, 0.04) * len(image))
    return _blend(image, smooth + rng.choice([-1, 1]) * rng.uniform(20, 40), weight)


# The default range of areas shows that kinds differ in size, as real ones do.
# New kinds go last: a kind's place seeds its draws.
DEFECTS = {
    "dark_blob": (dark_blob, (0.003, 0.012)),
    "bright_blob": (bright_blob, (0.003, 0.012)),
    "scratch": (scratch, (0.004, 0.02)),
    "displaced_patch": (displaced_patch, (0.015, 0.05)),
    "stain": (stain, (0.015, 0.05)),
}


def add_defect(image, kind, rng, area=None):
    """Put one defect on an image.

    Parameters
    ----------
    image : ndarray of uint8, shape (side, side)
        A clean gray image.
    kind : str
        A key of `DEFECTS`.
    rng : numpy.random.Generator
        The source of all draws.
    area : pair of float, default=None
        Smallest and largest fraction of the image that the defect covers, drawn
        log-uniformly; None takes the kind's own range.

    Returns
    -------
    defective : ndarray of uint8, shape (side, side)
        The image with the defect.
    mask : ndarray of bool, shape (side, side)
        The pixels that the defect changed. Where it happens to leave a gray level as
        it was, the mask has a hole.
    """
    draw, own_area = DEFECTS[kind]
    low, high = own_area if area is None else area
    fraction = np.exp(rng.uniform(np.log(low), np.log(high)))
    changed = draw(image.astype(float), fraction, rng)
    defective = np.rint(changed.clip(0, 255)).astype(np.uint8)
    return defective, defective != image


def _blend(image, other, weight):
    return image + weight * (other - image)


def _soft_mask(field, area, softness=0.5, edge=0.4):
    """Weights in [edge, 1] on the `area` smallest values of a field, 0 elsewhere.

    The weight rises from `edge` at the outline to 1 within `softness` of the way in.
    """
    count = max(1, round(area * field.size))
    inside = np.argpartition(field, count - 1, axis=None)[:count]
    depth = 1 - field.flat[inside] / field.flat[inside].max()
    weight = np.zeros(field.shape)
    weight.flat[inside] = edge + (1 - edge) * np.clip(depth / softness, 0, 1)
    return weight


def _offsets(side, rng, margin):
    """Rows and columns of the pixels relative to a random centre."""
    centres = (np.arange(side) + 0.5) / side
    grid = np.stack(np.meshgrid(centres, centres, indexing="ij"))
    return grid - rng.uniform(margin, 1 - margin, 2)[:, None, None]


def _turned(offsets, rng):
    """Coordinates along and across a random direction."""
    rows, columns = offsets
    angle = rng.uniform(0, 2 * np.pi)
    along = columns * np.cos(angle) + rows * np.sin(angle)
    across = rows * np.cos(angle) - columns * np.sin(angle)
    return along, across


def _blob_field(side, rng):
    """Distance from a centre in units of an outline of a few random waves."""
    rows, columns = _offsets(side, rng, margin=0.15)
    angle = np.arctan2(rows, columns)
    radius = sum(
        rng.uniform(0, 0.6 / waves) * np.cos(waves * angle + rng.uniform(0, 2 * np.pi))
        for waves in (1, 2, 3, 4, 5)
    )
    return np.hypot(rows, columns) / np.exp(radius)


def _rectangle_field(side, rng):
    """Distance from a centre in units of a turned rectangle, up to 3 times as long."""
    along, across = _turned(_offsets(side, rng, margin=0.15), rng)
    aspect = np.exp(rng.uniform(0, np.log(3)))
    return np.maximum(np.abs(along) / aspect, np.abs(across))


def _curve_field(side, area, rng):
    """Distance, but for a few percent, from a bent line 8 to 25 times its width."""
    along, across = _turned(_offsets(side, rng, margin=0.3), rng)
    length = min(0.9, np.sqrt(area * rng.uniform(8, 25)))
    nearest = along.clip(-length / 2, length / 2)
    sag = rng.uniform(-0.4, 0.4) * nearest**2 / length
    return np.hypot(across - sag, along - nearest)
