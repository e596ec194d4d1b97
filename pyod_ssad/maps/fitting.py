"""The density of patches that maps are made by, where scores are from elsewhere."""

import numpy as np
import torch

from pyod_ssad.backbones.positions import LayerError
from pyod_ssad.pretext.embeddings import CHUNK, represent

MOST_IMAGES = 256


def fit_map_density(stage, network, data, plan):
    """Fit a density on the patches of at most 256 images.

    Parameters
    ----------
    stage : Stage
        Of patches ``(n, positions, d)``.
    network : PretextNetwork
    data : uint8 tensor of shape (n, C, H, W)
    plan : Plan
        Its device, and the seed of which images are drawn.

    Returns
    -------
    density : PatchDensity or None
        None if the network has no layers with positions.
    """
    drawn = draw_images(data, plan.seed)
    try:
        stage.observe(network, drawn, plan)
        patches = represent(network, stage, drawn.split(CHUNK), plan.device)
    except LayerError:
        return None
    return stage.make_density().fit(patches)


def draw_images(data, seed):
    """Return at most 256 of the images, drawn at random, in their order."""
    rows = np.random.default_rng(seed).permutation(len(data))[:MOST_IMAGES]
    return data[torch.from_numpy(np.sort(rows))]
