"""The controlled tasks of ST-SSAD: anomalies made by CutDiff, so that we know how."""

from itertools import product

import numpy as np
import torch

from pyod_ssad.augmentations import CutDiff
from pyod_ssad.augmentations.cutdiff import ST_SSAD_SIGMA
from pyod_ssad.datasets import TEXTURES, AnomalyDataset, load_textures
from pyod_ssad.datasets.anomaly_dataset import GOOD
from pyod_ssad.images.levels import to_uint8

AREAS = (0.01, 0.02, 0.04, 0.08, 0.16)
ASPECTS = (0.25, 0.5, 1.0, 2.0, 4.0)
N_NORMAL = N_ANOMALOUS = 100
N_TRAIN = 200


def demo_family():
    """Return the augmentation that makes the anomalies, and is to be learned."""
    return CutDiff(sigma=ST_SSAD_SIGMA)


def load_demo(image_size, photographs=TEXTURES):
    """Make a task for every area and aspect, on the photographs in turn.

    Parameters
    ----------
    image_size : int
    photographs : sequence of str, optional (default=all)
        Names of `TEXTURES`.

    Returns
    -------
    tasks : list of (AnomalyDataset, dict)
        25 tasks with the hyperparameters that made their anomalies.
    """
    return [
        _make_task(
            photographs[i % len(photographs)],
            image_size,
            {"patch_area": area, "aspect": aspect, "angle": 0.0},
            seed=i,
        )
        for i, (area, aspect) in enumerate(product(AREAS, ASPECTS))
    ]


def _make_task(photograph, image_size, values, seed):
    clean = load_textures(
        photograph,
        size=image_size,
        n_train=N_TRAIN,
        n_test_normal=N_NORMAL + N_ANOMALOUS,
        kinds=(),
        random_state=seed,
    )
    normal, others = np.split(clean.X_test, [N_NORMAL])
    kind = f"area {values['patch_area']}, aspect {values['aspect']}"
    data = AnomalyDataset(
        name=f"{photograph}, {kind}",
        X_train=clean.X_train,
        X_test=np.concatenate([normal, _add_patches(others, values, seed)]),
        kind_test=[GOOD] * N_NORMAL + [kind] * N_ANOMALOUS,
    )
    return data, values


def _add_patches(images, values, seed):
    generator = torch.Generator().manual_seed(seed)
    batch = torch.from_numpy(images)[:, None].float() / 255
    made = demo_family().fixed_at(values)(batch, generator)
    return to_uint8(made[:, 0]).numpy()
