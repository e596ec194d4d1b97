"""Tasks that no earlier choice of ST-SSAD has seen."""

from dataclasses import dataclass, replace

import numpy as np
import torch

from benchmark.common.data import load_objects
from benchmark.st_ssad.contenders import TINY_CNN, find_backbone
from benchmark.st_ssad.demo import demo_family
from pyod_ssad import Tuning
from pyod_ssad.augmentations import Rotation
from pyod_ssad.datasets import TEXTURES, AnomalyDataset, load_one_class, load_textures
from pyod_ssad.datasets.anomaly_dataset import GOOD
from pyod_ssad.images.levels import to_uint8

PATCHES = (
    (0.015, 0.7),
    (0.03, 1.4),
    (0.06, 0.7),
    (0.12, 1.4),
    (0.015, 1.4),
    (0.03, 0.7),
    (0.06, 1.4),
    (0.12, 0.7),
)
"""Areas and aspects."""

TURNS = {"3": 70.0, "4": 160.0, "5": 250.0, "7": 110.0}
"""Digits and the angles by which their anomalies are turned."""

PAIRS = ("0/5", "0/8", "3/5", "3/8", "5/3", "5/8", "8/0", "8/3")
"""Normal digits and anomalous ones."""

OBJECTS = ("pcb", "cookies")

SHARED = {
    "backbone": find_backbone(TINY_CNN),
    "lr": 2e-3,
    "precision": "float32",
}
PATCH_TUNING = {
    **SHARED,
    "augmentation": demo_family(),
    "image_size": 32,
    "n_starts": 1,
    "tuning": Tuning(warm_start=40, iterations=50),
    "steps": 60,
}
TURN_TUNING = {
    **SHARED,
    "augmentation": "rotation",
    "image_size": 16,
    "n_starts": 2,
    "tuning": Tuning(warm_start=20, iterations=80),
    "steps": 0,
}
FOLDER_TUNING = {
    **SHARED,
    "augmentation": "cutdiff",
    "image_size": 48,
    "n_starts": 1,
    "tuning": Tuning(warm_start=120, iterations=30),
    "steps": 120,
}


@dataclass(frozen=True)
class TuningTask:
    """Images, what to tune on them, and what ought to be learned.

    Parameters
    ----------
    data : AnomalyDataset
    suite : {"patches", "turns", "digits", "folders"}
    training_set : str
        Tasks of one name share training images, or the photograph that they are of.
    parameters : dict
        Of `pyod_ssad.STSSAD`.
    truth : dict of str to float
        Hyperparameters that made the anomalies; empty where unknown.
    """

    data: AnomalyDataset
    suite: str
    training_set: str
    parameters: dict
    truth: dict


def load_tasks(root=None):
    """Return all tasks; those of the folders only where their root is given."""
    tasks = [_patch_task(i, *shape) for i, shape in enumerate(PATCHES)]
    tasks += [_turn_task(digit, angle) for digit, angle in TURNS.items()]
    tasks += _digit_tasks()
    return tasks + (_folder_tasks(root) if root is not None else [])


def _patch_task(i, area, aspect):
    photograph = TEXTURES[i % len(TEXTURES)]
    clean = load_textures(
        photograph, size=32, n_test_normal=200, kinds=(), random_state=100 + i
    )
    truth = {"patch_area": area, "aspect": aspect, "angle": 0.0}
    data = _add_anomalies(clean, demo_family().fixed_at(truth), seed=100 + i)
    data = replace(data, name=f"{photograph}, area {area}, aspect {aspect}")
    return TuningTask(data, "patches", photograph, PATCH_TUNING, truth)


def _turn_task(digit, angle):
    clean = load_one_class("digits", digit).resized(16)
    normal = clean.kind_test == GOOD
    clean = replace(clean, X_test=clean.X_test[normal], kind_test=[GOOD] * normal.sum())
    truth = {"angle": angle}
    data = _add_anomalies(clean, Rotation().fixed_at(truth), seed=int(digit))
    data = replace(data, name=f"digit {digit} turned by {angle:g}")
    return TuningTask(data, "turns", f"digit {digit}", TURN_TUNING, truth)


def _add_anomalies(clean, augmentation, seed):
    """Return a data set, the second half of whose test images are augmented."""
    normal, others = np.array_split(clean.X_test, 2)
    batch = torch.from_numpy(others)[:, None].float() / 255
    made = augmentation(batch, torch.Generator().manual_seed(seed))
    made = to_uint8(made[:, 0]).numpy()
    kinds = [GOOD] * len(normal) + ["made"] * len(made)
    return replace(clean, X_test=np.concatenate([normal, made]), kind_test=kinds)


def _digit_tasks():
    return [
        TuningTask(data.task(kind), "digits", f"digit {normal}", TURN_TUNING, {})
        for normal, kind in (pair.split("/") for pair in PAIRS)
        for data in [load_one_class("digits", normal)]
    ]


def _folder_tasks(root):
    objects = load_objects(root, OBJECTS, FOLDER_TUNING["image_size"])
    return [
        TuningTask(data.task(kind), "folders", name, FOLDER_TUNING, {})
        for name, data in objects.items()
        for kind in data.kinds
    ]
