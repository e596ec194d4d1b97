"""Patches of a grid, and a density that has seen pseudo-anomalous ones."""

from functools import partial

import numpy as np
import torch
from torch.nn import functional as F

from pyod_ssad.augmentations._checking import augment_checked
from pyod_ssad.densities.aligned_patches import AlignedPatches
from pyod_ssad.images.levels import to_unit
from pyod_ssad.maps.fitting import draw_images
from pyod_ssad.maps.grid_stage import GridStage
from pyod_ssad.pretext.embeddings import CHUNK, represent

CHANGE = 2 / 255
"""A pixel that is changed by less, in any channel, looks the same."""

COVERED = 0.2
"""The share of a patch's pixels that makes it a pseudo-anomalous one."""


class AlignedStage(GridStage):
    """Represent images by patches; tell their density where pseudo anomalies lie.

    Parameters
    ----------
    augmentation : Augmentation
    score_from, seed
        See `PatchDensity`.
    """

    def __init__(self, augmentation, score_from, seed=None):
        super().__init__(partial(AlignedPatches, None, None, score_from, seed))
        self.augmentation = augmentation
        self.score_from = score_from
        self.seed = seed

    def observe(self, network, data, plan):
        """Describe the patches that the augmentation changes; see `Stage`.

        Raises
        ------
        ValueError
            If it changes fewer than two patches.
        """
        generator = torch.Generator().manual_seed(plan.seed)
        changed = [
            self._changed_patches(network, to_unit(images), generator, plan.device)
            for images in draw_images(data, plan.seed).split(CHUNK)
        ]
        changed = np.concatenate(changed).astype(np.float64)
        if len(changed) < 2:
            raise ValueError(
                f"The augmentation {self.augmentation!r} has changed {len(changed)} "
                f"patches of {len(data)} images visibly; wanted some. Make it stronger "
                "or larger, or give more images."
            )
        mean, covariance = changed.mean(axis=0), np.cov(changed.T, bias=True)
        self.make_density = partial(
            AlignedPatches, mean, covariance, self.score_from, self.seed
        )

    @torch.no_grad()
    def _changed_patches(self, network, images, generator, device):
        augmented = augment_checked(self.augmentation, images, generator)
        patches = represent(network, self, [augmented], device)
        side = round(patches.shape[1] ** 0.5)
        change = (augmented - images).abs().amax(dim=1, keepdim=True)
        covered = F.adaptive_avg_pool2d((change > CHANGE).float(), side)
        return patches[covered.flatten(1).numpy() > COVERED]
