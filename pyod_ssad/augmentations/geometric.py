"""Flips, shifts and quarter turns, in every combination."""

from itertools import product

import torch

from pyod_ssad.augmentations._finite import FiniteAugmentation
from pyod_ssad.augmentations.base import check_number
from pyod_ssad.augmentations.turns import QuarterTurns


class GeometricTransforms(FiniteAugmentation):
    """Flip, shift and turn every image: the 72 transforms of GEOM.

    Parameters
    ----------
    shift : float in [0, 0.5], optional (default=0.25)
        How far the image moves along each axis, either way or not at all, as a
        fraction of its side; at least one pixel. 0 leaves the shifts out.
    flip : bool, optional (default=True)
        Whether half of the transforms mirror left and right.
    turn : bool, optional (default=True)
        Whether there are turns by 90, 180 and 270 degrees.

    Attributes
    ----------
    n_transforms : int
        2 flips x 3 shifts down x 3 shifts to the right x 4 turns = 72; 8 without
        shifts, 36 without flips, 18 without turns.

    Notes
    -----
    The image is flipped first, then shifted, then turned, as in [1]_; what comes from
    outside is the reflection of the image at the middle of its outermost pixels. The
    turn changes fastest with the index, then the shift to the right, the shift down,
    and the flip; shifts are in the order 0, up or left, down or right. An image that
    is not square is stretched by odd turns, as in `QuarterTurns`.

    The augmentation "geom" of [2]_ draws from the same transforms, the identity
    included, which would be a normal image called anomalous; shifts leave black
    there.

    References
    ----------
    .. [1] I. Golan and R. El-Yaniv, "Deep anomaly detection using geometric
       transformations", NeurIPS 2018.
    .. [2] J. Yoo, T. Zhao and L. Akoglu, "Data augmentation is a hyperparameter:
       Cherry-picked self-supervision for unsupervised anomaly detection is creating
       the illusion of success", TMLR 2023.
    """

    def __init__(self, shift=0.25, flip=True, turn=True):
        super().__init__()
        self.shift = check_number("shift", shift, 0.0, 0.5)
        self.flip = flip
        self.turn = turn
        if self.n_transforms == 1:
            raise ValueError(
                f"GeometricTransforms got shift={shift!r}, flip={flip!r}, "
                f"turn={turn!r}, which leaves the identity alone; wanted at least one "
                "of them, such as flip=True."
            )

    @property
    def n_transforms(self):
        """Return the number of transforms."""
        return len(self._combinations())

    def transform(self, images, index):
        """Flip, shift and turn all images; see `FiniteAugmentation.transform`."""
        is_flipped, down, right, turns = self._combinations()[index]
        moved = images.flip(3) if is_flipped else images
        moved = self._shifted(self._shifted(moved, 2, down), 3, right)
        return QuarterTurns().transform(moved, turns)

    def _combinations(self):
        steps = (0, -1, 1) if self.shift else (0,)
        flips = (False, True) if self.flip else (False,)
        return list(product(flips, steps, steps, range(4 if self.turn else 1)))

    def _shifted(self, images, axis, step):
        if step == 0:
            return images
        side = images.shape[axis]
        pixels = step * max(1, round(self.shift * side))
        source = torch.arange(side, device=images.device) - pixels
        return images.index_select(axis, _reflected(source, side))


def _reflected(place, side):
    """Return the places inside an image that those next to it mirror."""
    last = side - 1
    return last - (last - place.abs()).abs()
