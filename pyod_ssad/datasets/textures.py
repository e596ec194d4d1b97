"""Real textures with simulated defects, made from scikit-image's own photographs."""

import numpy as np
import skimage.data

from pyod_ssad.datasets.anomaly_dataset import GOOD, AnomalyDataset
from pyod_ssad.datasets.defects import DEFECTS, add_defect
from pyod_ssad.datasets.resizing import resize_images

TEXTURES = ("brick", "grass", "gravel")

BLOCK_SIDE = 128
BLOCKS_PER_SIDE = 4
CROP_SIDE = 64


def load_textures(
    photo="brick",
    *,
    size=64,
    n_train=200,
    n_test_normal=100,
    n_per_kind=40,
    kinds=tuple(DEFECTS),
    defect_area=None,
    random_state=0,
):
    """Crops of a real photograph, the anomalous ones with a simulated defect.

    The photographs (512 x 512 pixels, gray) come with scikit-image, so nothing is
    downloaded. They are cut into 4 x 4 blocks; the test crops lie in four blocks, one
    in each row and column, the training crops in the other twelve, so that they share
    no pixel. Crops of one split do overlap. Each crop has a side of 64 pixels
    and is scaled to `size`.

    The defects are simulated and their contrast is ours: good for examples and tests,
    no evidence of how a detector does on real defects. They are easiest to see on
    brick and hardest on grass.

    Parameters
    ----------
    photo : {"brick", "grass", "gravel"}, default="brick"
        The photograph, one of `TEXTURES`.
    size : int, default=64
        Side of the images in pixels.
    n_train : int, default=200
        Number of training images, all normal.
    n_test_normal : int, default=100
        Number of normal test images.
    n_per_kind : int, default=40
        Number of test images of each kind of defect.
    kinds : sequence of str, default=all
        Which defects: "dark_blob", "bright_blob", "scratch", "displaced_patch",
        "stain". Leaving some out changes nothing about the others.
    defect_area : pair of float, default=None
        Smallest and largest area of a defect as a fraction of the image, drawn
        log-uniformly. None takes each kind's own: 0.003 to 0.012 for blobs, 0.004 to
        0.02 for scratches, 0.015 to 0.05 for patches and stains.
    random_state : int or None, default=0
        Seed of all draws; None draws anew at each call.

    Returns
    -------
    AnomalyDataset
        Images `(n, size, size)` of uint8. `masks_test` marks the very pixels that a
        defect changed.

    Raises
    ------
    ValueError
        If the photograph or a kind is unknown, or `defect_area` is no range in (0, 1].

    Examples
    --------
    >>> from pyod_ssad.datasets import load_textures
    >>> load_textures("gravel", n_train=50, kinds=["scratch"])
    AnomalyDataset('gravel', train 50, test: good 100, scratch 40)
    """
    _check_choices("photo", [photo], TEXTURES)
    _check_choices("kinds", kinds, DEFECTS)
    _check_area(defect_area)
    photograph = getattr(skimage.data, photo)()
    train_rng, normal_rng, *kind_rngs = _generators(random_state)

    chosen = [kind for kind in DEFECTS if kind in kinds]
    train = _crops(photograph, n_train, size, train_rng, test=False)
    normal = _crops(photograph, n_test_normal, size, normal_rng, test=True)
    tested = [(normal, np.zeros(normal.shape, dtype=bool))]
    for kind, rng in zip(DEFECTS, kind_rngs, strict=True):
        if kind in chosen:
            clean = _crops(photograph, n_per_kind, size, rng, test=True)
            tested.append(_with_defects(clean, kind, rng, defect_area))
    return AnomalyDataset(
        name=photo,
        X_train=train,
        X_test=np.concatenate([images for images, _ in tested]),
        kind_test=[GOOD] * n_test_normal + list(np.repeat(chosen, n_per_kind)),
        masks_test=np.concatenate([masks for _, masks in tested]),
    )


def _generators(random_state):
    # One child seed for each part: asking for less changes no other part's draws.
    seeds = np.random.SeedSequence(random_state).spawn(2 + len(DEFECTS))
    return [np.random.default_rng(seed) for seed in seeds]


def _corners(n, rng, *, test):
    """Draw the upper left corners of crops that stay inside one split's blocks."""
    rows, columns = np.divmod(np.arange(BLOCKS_PER_SIDE**2), BLOCKS_PER_SIDE)
    is_test = (rows + columns) % BLOCKS_PER_SIDE == 0
    blocks = np.column_stack([rows, columns])[is_test == test]
    room = BLOCK_SIDE - CROP_SIDE + 1
    # Drawn crop by crop, so that asking for more keeps the first ones.
    draws = rng.integers([len(blocks), room, room], size=(n, 3))
    return blocks[draws[:, 0]] * BLOCK_SIDE + draws[:, 1:]


def _crops(photograph, n, size, rng, *, test):
    crops = np.empty((n, CROP_SIDE, CROP_SIDE), dtype=np.uint8)
    for crop, (top, left) in zip(crops, _corners(n, rng, test=test), strict=True):
        crop[...] = photograph[top : top + CROP_SIDE, left : left + CROP_SIDE]
    return resize_images(crops, size, grayscale=True)


def _with_defects(clean, kind, rng, area):
    images, masks = clean.copy(), np.zeros(clean.shape, dtype=bool)
    for i, image in enumerate(clean):
        images[i], masks[i] = add_defect(image, kind, rng, area)
    return images, masks


def _check_choices(name, values, known):
    for value in values:
        if value not in known:
            raise ValueError(
                f"{name} got {value!r}: choose from {', '.join(map(repr, known))}."
            )


def _check_area(area):
    if area is not None and not 0 < area[0] <= area[1] <= 1:
        raise ValueError(
            f"defect_area got {area}: pass the smallest and largest area as fractions "
            "of the image, such as (0.003, 0.05)."
        )
