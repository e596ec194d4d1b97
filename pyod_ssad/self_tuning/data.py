"""The images that ST-SSAD compares: training, augmented and unlabelled ones."""

import torch

from pyod_ssad.images.levels import to_uint8
from pyod_ssad.pretext.embeddings import CHUNK, embed


def check_same_channels(images, unlabeled):
    """Check that two batches are both grey or both RGB."""
    if images.shape[1] != unlabeled.shape[1]:
        raise ValueError(
            f"X has {images.shape[1]} channels and X_unlabeled {unlabeled.shape[1]}; "
            "convert both to grey or both to RGB."
        )


def embed_sets(network, augmentation, data, plan):
    """Return embeddings of training, augmented and unlabelled images.

    Parameters
    ----------
    network : PretextNetwork
    augmentation : Augmentation
    data : pair of uint8 tensors of shape (n, C, H, W)
        Training and unlabelled images.
    plan : TrainingPlan
        Of the device, and of the seed of what is augmented.

    Returns
    -------
    embeddings : list of three float32 ndarrays of shape (n, d)
    """
    images, unlabeled = data
    generator = torch.Generator().manual_seed(plan.seed)
    with torch.no_grad():
        augmented = [
            to_uint8(augmentation(part.float() / 255, generator))
            for part in images.split(CHUNK)
        ]
    sets = images.split(CHUNK), augmented, unlabeled.split(CHUNK)
    return [embed(network, batches, plan.device) for batches in sets]
