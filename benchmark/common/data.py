"""The objects and tasks of a run; the only file here that knows the labels."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.metrics import roc_auc_score

from benchmark.common.false_alarms import metrics
from pyod_ssad.datasets import (
    TEXTURES,
    AnomalyDataset,
    list_objects,
    load_mvtec_style,
    load_textures,
)
from pyod_ssad.datasets.anomaly_dataset import GOOD
from pyod_ssad.datasets.folders import LAYOUT

# The loader's own areas are too small to see at the 32 px of the packaged run.
DEFECT_AREA = (0.01, 0.1)
FEW = 5
"""Entries of a folder that a message names."""


@dataclass(frozen=True)
class Task:
    """Test images of one object: all of them, or the normal ones and one kind.

    Parameters
    ----------
    name : str
    object_name : str
    rows : ndarray of int
        Which test images of the object belong to the task.
    """

    name: str
    object_name: str
    rows: np.ndarray


def load_objects(root, names, image_size):
    """Load objects as uint8 arrays.

    Parameters
    ----------
    root : str or None
        A folder in the layout of MVTec AD; None for the packaged textures.
    names : sequence of str or None
        The objects; None for all.
    image_size : int

    Returns
    -------
    objects : dict of str to AnomalyDataset

    Raises
    ------
    ValueError, FileNotFoundError
        If a folder has another layout.
    """
    if root is None:
        return {
            name: load_textures(name, size=image_size, defect_area=DEFECT_AREA)
            for name in names or TEXTURES
        }
    return {
        name: load_mvtec_style(root, name).resized(image_size)
        for name in names or find_objects(root)
    }


def find_objects(root):
    """Name the objects of a folder in the layout of MVTec AD.

    Raises
    ------
    FileNotFoundError
        If the folder is missing.
    ValueError
        If it holds no object; the message says what it holds instead.
    """
    if objects := list_objects(root):
        return objects
    entries = sorted(entry.name for entry in Path(root).expanduser().iterdir())
    found = ", ".join(entries[:FEW]) + ", ..." * (len(entries) > FEW) or "nothing"
    if {"train", "test"} <= set(entries):
        mend = "That is one object: pass the folder that holds it."
    else:
        mend = "Move the images, or pass the folder above or below."
    raise ValueError(
        f"{root} holds no object with a train/{GOOD}, but {found}; wanted is {LAYOUT}. "
        f"{mend}"
    )


def check_has_both(data: AnomalyDataset):
    """Check that an object has normal and anomalous test images.

    Raises
    ------
    ValueError
        If it has not, so that no AUC exists.
    """
    n_normal = int((data.y_test == 0).sum())
    if n_normal == 0 or not data.kinds:
        raise ValueError(
            f"{data.name} has {n_normal} normal test images and the kinds of anomaly "
            f"{list(data.kinds)}; both are needed for an AUC. Leave the object out "
            "with --objects."
        )


def flat_pixels(images):
    """Return uint8 images as rows of values in [0, 1], for detectors of tables."""
    return images.reshape(len(images), -1) / 255.0


def make_tasks(data: AnomalyDataset, per_kind):
    """Return the tasks of an object, one a kind of defect or one in all.

    Raises
    ------
    ValueError
        If there are no normal or no anomalous test images, so that no AUC exists.
    """
    check_has_both(data)
    if not per_kind:
        return [Task(data.name, data.name, np.arange(len(data.X_test)))]
    return [
        Task(
            f"{data.name}/{kind}",
            data.name,
            np.flatnonzero(np.isin(data.kind_test, (GOOD, kind))),
        )
        for kind in data.kinds
    ]


def task_labels(data, task):
    """Return the labels of a task, for tables and figures alone."""
    return data.y_test[task.rows]


def task_auc(data, task, scores):
    """Return the area under the ROC curve of scores of all test images."""
    return float(roc_auc_score(task_labels(data, task), scores[task.rows]))


def task_metrics(data, task, scores, flagged):
    """Return a task's AUC, and the shares of its good test images that were flagged.

    Parameters
    ----------
    data : AnomalyDataset
    task : Task
    scores : ndarray of shape (n_test,)
        Of all test images of the object.
    flagged : dict of str to bool ndarray of shape (n_test,)
        By the name of the share: see `flag`.

    Returns
    -------
    metrics : dict of str to float
    """
    of_task = {name: which[task.rows] for name, which in flagged.items()}
    return metrics(task_labels(data, task), scores[task.rows], of_task)
