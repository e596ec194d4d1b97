"""From scores and maps to tables: labels and masks are read here."""

from functools import partial

import numpy as np
import pandas as pd
from joblib import delayed

from benchmark.common.data import make_tasks, task_auc, task_metrics
from benchmark.common.false_alarms import FALSE_ALARMS
from benchmark.common.store import in_parallel
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

PIXEL = {
    "pixel_auroc": pixel_auroc,
    "pixel_ap": pixel_average_precision,
    "pro": per_region_overlap,
    "pro_5": partial(per_region_overlap, max_fpr=0.05),
}
COSTS = {
    "fit_seconds": 1.0,
    "score_seconds": 1.0,
    "map_seconds": 1.0,
    "peak_bytes": 2.0**-20,
    "file_bytes": 2.0**-20,
}
"""Of one object, and the factor to seconds and MiB."""


def make_tables(runs, results, objects, n_jobs=1):
    """Return the tables of the study.

    Parameters
    ----------
    runs : list of Run
    results : list of dict
        What `fits.fit` returned for each.
    objects : dict of str to AnomalyDataset
        With masks of the size of the maps; None where there are none.
    n_jobs : int, optional (default=1)
        Millions of pixels have to be sorted for every run.

    Returns
    -------
    tables : dict of str to DataFrame
        "fits": a row for each task, detector and seed; ``pixel_auroc`` is that of the
        task. "objects": a row for each object and detector, means over tasks and seeds;
        the pixels are those of all tasks together. "summary": a row for each detector,
        means over objects.
    """
    calls = [
        delayed(_rows_of)(run, result, objects[run.object_name])
        for run, result in zip(runs, results, strict=True)
    ]
    found = list(in_parallel(calls, n_jobs))
    fits = pd.DataFrame(row for rows, _ in found for row in rows)
    whole = pd.DataFrame(
        {**vars(r), **w} for r, (_, w) in zip(runs, found, strict=True)
    )
    objects = _by_object(fits, whole)
    return {"fits": fits, "objects": objects, "summary": _summary(objects)}


def _rows_of(run, result, data):
    """Return the rows of one fit, and the pixel metrics of all its tasks together."""
    costs = {name: float(result[name]) * scale for name, scale in COSTS.items()}
    rows = [
        {
            **vars(run),
            "task": task.name,
            **_image_metrics(data, task, result),
            "pixel_auroc": _of_pixels(pixel_auroc, data, result, task.rows),
            **costs,
        }
        for task in make_tasks(data, per_kind=True)
    ]
    everything = np.arange(len(data.X_test))
    whole = {
        name: _of_pixels(metric, data, result, everything)
        for name, metric in PIXEL.items()
    }
    return rows, whole


def _image_metrics(data, task, result):
    flagged = {name: result[name] for name in FALSE_ALARMS}
    found = task_metrics(data, task, result["scores"], flagged)
    aucs = {
        f"auc_{name}": task_auc(data, task, result[key]) for name, key in SCORES.items()
    }
    return {**aucs, **{name: found[name] for name in FALSE_ALARMS}}


def _of_pixels(metric, data, result, rows):
    if data.masks_test is None:
        return np.nan
    return metric(data.masks_test[rows], result["maps"][rows])


def _by_object(fits, whole):
    by = ["object_name", "detector"]
    # The pixels of all kinds together are what others report.
    means = fits.drop(columns=["seed", "task", "pixel_auroc"])
    means = means.groupby(by, sort=False).mean()
    pixels = whole.drop(columns="seed").groupby(by, sort=False).mean()
    return means.join(pixels).reset_index()


def _summary(objects):
    means = objects.drop(columns="object_name").groupby("detector", sort=False).mean()
    return means.sort_values("pixel_auroc", ascending=False)
