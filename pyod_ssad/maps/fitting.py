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
    stage : object
        With ``represent(network, images)``, patches ``(n, positions, d)``, and
        ``make_density()``.
    network : PretextNetwork
    data : uint8 tensor of shape (n, C, H, W)
    plan : Plan
        Its device, and the seed of which images are drawn.

    Returns
    -------
    density : PatchDensity or None
        None if the network has no layers with positions.
    """
    rows = np.random.default_rng(plan.seed).permutation(len(data))[:MOST_IMAGES]
    batches = data[torch.from_numpy(np.sort(rows))].split(CHUNK)
    try:
        patches = represent(network, stage, batches, plan.device)
    except LayerError:
        return None
    return stage.make_density().fit(patches)
