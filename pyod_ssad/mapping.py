"""Anomaly maps of a detector's own network."""

from functools import partial
from math import isqrt

import numpy as np
from sklearn.utils.validation import check_is_fitted

from pyod_ssad.deciding import DecidingImages
from pyod_ssad.densities._patches import PatchDensity
from pyod_ssad.densities.position_gaussian import PositionGaussian
from pyod_ssad.maps import GridStage, draw_maps
from pyod_ssad.maps.fitting import fit_map_density


class MappingImages(DecidingImages):
    """Maps of where images are anomalous, and scores of images that rest on them.

    A subclass is a `BaseImageDetector`. One with other maps writes `_map_stage`.
    """

    def anomaly_map(self, X):
        """Return how anomalous each pixel is.

        Parameters
        ----------
        X : images
            In any form that `fit` accepts.

        Returns
        -------
        maps : float32 ndarray of shape (n, H, W)
            Larger where more anomalous; H and W are those of an array or tensor, and
            `image_size` for all other forms. The units are those of the density of
            patches: a distance from normal ones, in standard deviations unless the
            class says something else.

        Raises
        ------
        ValueError
            If the network has no layers that return maps, or X is a table.

        Notes
        -----
        Features of two layers of the detector's own network are brought onto one grid
        of at most 48 x 48 positions; each position has a Gaussian, whose covariance is
        that of all positions [1]_. It is fitted on the training images, or 256 of them
        drawn at random, at the end of `fit`, whatever the images' own scores are from.

        References
        ----------
        .. [1] T. Defard, A. Setkov, A. Loesch and R. Audigier, "PaDiM: A patch
           distribution modeling framework for anomaly detection and localization",
           ICPR 2021.
        """
        images, stage = self._check_mappable(X), self._fitted_map_stage()
        size = None if images.is_decoded else self.image_size_
        shape = images.load(slice(1), size).shape[2:]
        draw = partial(
            draw_maps,
            image_size=self.image_size_,
            shape=shape,
            margin=stage.margin,
        )
        return np.concatenate([draw(p) for p in self._score_patches(stage, images)])

    def patch_scores(self, X):
        """Return how anomalous each patch of the grid is, before a map is drawn.

        Parameters
        ----------
        X : images
            In any form that `fit` accepts.

        Returns
        -------
        scores : float64 ndarray of shape (n, g, g)
            What ``score_from="map_top"`` and ``"map_max"`` take their scores from.

        Raises
        ------
        ValueError
            As in `anomaly_map`.
        """
        images, stage = self._check_mappable(X), self._fitted_map_stage()
        scores = np.concatenate(list(self._score_patches(stage, images)))
        side = isqrt(scores.shape[1])
        return scores.reshape(-1, side, side)

    def _map_stage(self, augmentation, seed=None):
        """Return what represents images by patches, and makes a density of those."""
        if self.score_from != "image" and self.density != type(self).density:
            raise ValueError(
                f"density={self.density!r} scores images as a whole; with "
                f"score_from={self.score_from!r}, scores are from maps, which have a "
                "density of their own. Leave density as it is by default, or choose "
                "one of patches with PatchFeatures(density=...)."
            )
        return GridStage(partial(PositionGaussian, self.score_from, seed))

    def _fitted_map_stage(self):
        augmentation = getattr(self, "augmentation_", None)
        return self._as_fitted()._map_stage(augmentation)

    def _fit_maps(self, data, network, augmentation, density, plan):
        """Return the density of patches: that of the scores, if they rest on maps."""
        if isinstance(density, PatchDensity):
            return density
        stage = self._map_stage(augmentation, plan.seed)
        return fit_map_density(stage, network, data, plan) if stage else None

    def _score_patches(self, stage, images):
        """Yield the scores ``(m, g * g)`` of a few images at a time."""
        for part in self._represent_by_chunks(stage, images):
            yield self.map_density_.score_patches(part)

    def _check_mappable(self, X):
        """Return checked images, or raise if there are no maps of them."""
        check_is_fitted(self, "network_")
        if self.map_density_ is not None:
            return self._check_images(X)
        if getattr(self, "n_features_in_", None) is not None:
            raise ValueError(
                f"{type(self).__name__} was fitted on a table, and maps are of images. "
                "Its scores by row: decision_function(X)."
            )
        network = type(self.network_.encoder.backbone).__name__
        raise ValueError(
            f"The backbone {network} has no layers that return maps (n, d, h, h) of "
            f"square images of image_size={self.image_size_} pixels, so that there are "
            "no anomaly maps of it. Use a convolutional network or a transformer, or "
            "larger images."
        )
