"""What densities of patches share: maps of images, and scores of maps."""

import numpy as np

from pyod_ssad.densities._rows import require_spread, total_variance
from pyod_ssad.suggesting import check_choice

MOST_PATCHES = 100_000
"""Patches that a density is fitted on, drawn at random from all training images."""

SCORES_FROM = {"image": 1.0, "map_top": 0.01, "map_max": 0.0}
"""The share of an image's patches, the most anomalous ones, whose mean is its score."""


class PatchDensity:
    """Base class of densities of patches ``(n, positions, d)``.

    A subclass writes `_fit`, and `_score`, which is given one image at a time.

    Parameters
    ----------
    score_from : {"map_top", "map_max", "image"}, optional (default="map_top")
        An image's score: the mean of the most anomalous percent of its patches; the
        most anomalous one; or the mean of all.
    seed : int, optional (default=None)
        Of all draws.
    """

    def __init__(self, score_from="map_top", seed=None):
        check_choice("score_from", score_from, SCORES_FROM)
        self.score_from = score_from
        self.seed = seed

    def __repr__(self):
        """Return what errors call it."""
        return f"{type(self).__name__}()"

    def fit(self, patches, y=None):
        """Fit to patches ``(n, positions, d)``; `y` is ignored.

        Raises
        ------
        ValueError
            If all patches are the same.
        """
        require_spread(total_variance(draw_patches(patches, MOST_PATCHES, self.seed)))
        self._fit(patches)
        return self

    def score_patches(self, patches):
        """Return how anomalous each patch is, float64 ``(n, positions)``."""
        return np.stack([self._score(image) for image in patches])

    def decision_function(self, patches):
        """Return the scores ``(n,)`` of images."""
        scores = self.score_patches(patches)
        n_top = max(1, round(SCORES_FROM[self.score_from] * scores.shape[1]))
        return np.sort(scores, axis=1)[:, -n_top:].mean(axis=1)


def draw_patches(patches, most, seed):
    """Return at most so many of the patches of all images, float32 ``(m, d)``."""
    flat = patches.reshape(-1, patches.shape[-1])
    if len(flat) <= most:
        return flat
    rows = np.random.default_rng(seed).choice(len(flat), most, replace=False)
    return flat[np.sort(rows)]
