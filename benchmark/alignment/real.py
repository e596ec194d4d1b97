"""Rows tasks, columns aug: AUC where anomalies are real."""

import pandas as pd

from benchmark.alignment.fits import make_job, make_runs
from benchmark.common.data import load_objects, make_tasks, task_metrics
from benchmark.common.false_alarms import FALSE_ALARMS
from benchmark.common.store import run_jobs


def run_real(options):
    """Fit everything on the objects of a folder, and return tables.

    Returns
    -------
    tables : dict of str to DataFrame
        "fits": `auc` and the shares of `FALSE_ALARMS` for each task, detector, aug and
        seed. "matrix_<detector>": task by aug, mean AUC. "choices" and "best": see
        the functions.
    """
    objects = load_objects(options.data, options.objects, options.image_size)
    runs = make_runs(options, objects)
    jobs = [
        make_job(r, data.X_train, data.X_test, options)
        for r in runs
        for data in [objects[r.object_name]]
    ]
    results = run_jobs(jobs, options.out / "fits", options.n_jobs, "fitting detectors")
    # All is scored: labels are read from here on.
    return real_tables(runs, results, objects, options.augmentations)


def real_tables(runs, results, objects, order):
    """Return the tables of `run_real`; labels are read here."""
    fits = pd.DataFrame(
        {**vars(run), "task": task.name, **_metrics(data, task, result)}
        for run, result in zip(runs, results, strict=True)
        for data in [objects[run.object_name]]
        for task in make_tasks(data, per_kind=True)
    )
    matrices = {
        name: rows.groupby(["task", "aug"], sort=False)["auc"].mean().unstack("aug")
        for name, rows in fits.groupby("detector", sort=False)
    }
    named = {f"matrix_{name}": table[list(order)] for name, table in matrices.items()}
    return {"fits": fits, "choices": choices(fits), "best": best(fits), **named}


def choices(fits):
    """Return what it costs to choose one augmentation for all tasks.

    Returns
    -------
    table : DataFrame
        For each detector and augmentation: mean ``auc`` over tasks, ``regret``, the
        mean distance to the best augmentation of each task, ``best``, the tasks at
        which it is the best, and ``false_alarms``.

    Notes
    -----
    The best augmentation is found by labels, which nobody has who chooses: it is a
    bound, and lies the higher, the fewer the seeds and the anomalies.
    """
    keys = ["detector", "task", "aug"]
    means = fits.groupby(keys, sort=False)[["auc", "false_alarms"]].mean()
    best = means["auc"].groupby(["detector", "task"], sort=False).transform("max")
    table = means.assign(regret=best - means["auc"], best=means["auc"] == best)
    groups = table.groupby(["detector", "aug"], sort=False)
    sums = {"auc": "mean", "regret": "mean", "best": "sum", "false_alarms": "mean"}
    return groups.agg(sums)


def best(fits):
    """Return the augmentation of the largest mean AUC for each detector and task.

    Parameters
    ----------
    fits : DataFrame
        See `run_real`.

    Returns
    -------
    table : DataFrame
        ``aug``, the first of those that are equal, and its ``auc``.
    """
    keys = ["detector", "task", "aug"]
    means = fits.groupby(keys, sort=False)["auc"].mean()
    largest = means.groupby(["detector", "task"], sort=False).idxmax()
    return means.loc[largest].reset_index("aug")


def _metrics(data, task, result):
    flagged = {name: result[name] for name in FALSE_ALARMS}
    return task_metrics(data, task, result["scores"], flagged)
