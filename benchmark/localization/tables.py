"""From scores and maps to tables: labels and masks are read here."""

import numpy as np
import pandas as pd

from benchmark.common.data import make_tasks, task_auc, task_metrics
from benchmark.common.false_alarms import FALSE_ALARMS
from model_selection import (
    per_region_overlap,
    pixel_auroc,
    pixel_average_precision,
)

SCORES = {
    "image": "scores",
    "map_max": "map_max",
    "map_top": "map_top",
    "map_mean": "map_mean",
}
"""What an image's score is taken from, and the name of those scores in a result."""

PIXEL = ("pixel_auroc", "pixel_ap", "pro", "pro_5")
COSTS = {
    "fit_seconds": 1.0,
    "score_seconds": 1.0,
    "map_seconds": 1.0,
    "peak_bytes": 2.0**-20,
    "file_bytes": 2.0**-20,
}
"""Of one object, and the factor to seconds and MiB."""


def make_tables(runs, results, objects):
    """Return the tables of the study.

    Parameters
    ----------
    runs : list of Run
    results : list of dict
        What `fits.fit` returned for each.
    objects : dict of str to AnomalyDataset
        With masks of the size of the maps; None where there are none.

    Returns
    -------
    tables : dict of str to DataFrame
        "fits": a row for each task, detector and seed. "objects": a row for each object
        and detector, means over tasks and seeds, the pixels of all tasks together.
        "summary": a row for each detector, means over objects.
    """
    rows = []
    for run, result in zip(runs, results, strict=True):
        data = objects[run.object_name]
        whole = _pixel_metrics(data, result, np.arange(len(data.X_test)))
        for task in make_tasks(data, per_kind=True):
            of_object = {f"object_{name}": value for name, value in whole.items()}
            rows.append(
                {
                    **vars(run),
                    "task": task.name,
                    **_image_metrics(data, task, result),
                    **_pixel_metrics(data, result, task.rows),
                    **of_object,
                    **{c: float(result[c]) * scale for c, scale in COSTS.items()},
                }
            )
    fits = pd.DataFrame(rows)
    objects = _by_object(fits)
    return {"fits": fits, "objects": objects, "summary": _summary(objects)}


def _image_metrics(data, task, result):
    flagged = {name: result[name] for name in FALSE_ALARMS}
    found = task_metrics(data, task, result["scores"], flagged)
    aucs = {
        f"auc_{name}": task_auc(data, task, result[key]) for name, key in SCORES.items()
    }
    return {**aucs, **{name: found[name] for name in FALSE_ALARMS}}


def _pixel_metrics(data, result, rows):
    if data.masks_test is None:
        return dict.fromkeys(PIXEL, np.nan)
    masks, maps = data.masks_test[rows], result["maps"][rows]
    return {
        "pixel_auroc": pixel_auroc(masks, maps),
        "pixel_ap": pixel_average_precision(masks, maps),
        "pro": per_region_overlap(masks, maps),
        "pro_5": per_region_overlap(masks, maps, max_fpr=0.05),
    }


def _by_object(fits):
    means = fits.drop(columns=["seed", "task"])
    means = means.groupby(["object_name", "detector"], sort=False).mean()
    # The pixels of all kinds together are what others report.
    for name in PIXEL:
        means[name] = means.pop(f"object_{name}")
    return means.reset_index()


def _summary(objects):
    means = objects.drop(columns="object_name").groupby("detector", sort=False).mean()
    return means.sort_values("pixel_auroc", ascending=False)
