"""From scores to tables of tasks: labels are read here."""

import pandas as pd

from benchmark.common.data import make_tasks, task_metrics
from benchmark.common.false_alarms import FALSE_ALARMS

SECONDS = ("fit_seconds", "score_seconds")


def make_tables(runs, results, objects):
    """Return the tables of the study.

    Parameters
    ----------
    runs : list of Run
    results : list of dict
        What `fits.fit` returned for each.
    objects : dict of str to AnomalyDataset

    Returns
    -------
    tables : dict of str to DataFrame
        "fits": a row for each task, detector and seed. "auc" and "false_alarms": tasks
        by detectors, means over seeds. "objects": detectors by objects, mean AUC over
        tasks. "summary": a row for each detector, means over tasks: ``auc``; ``worst``,
        the least AUC; ``rank``, 1 for the best; ``best``, the tasks at which it is the
        best; the shares of `FALSE_ALARMS`; ``fit_seconds`` and ``score_seconds`` of
        an object, with one thread.
    """
    fits = pd.DataFrame(
        {**vars(run), "task": task.name, **_metrics(objects, task, result)}
        for run, result in zip(runs, results, strict=True)
        for task in make_tasks(objects[run.object_name], per_kind=True)
    )
    auc = _by_task(fits, "auc")
    return {
        "fits": fits,
        "auc": auc,
        "false_alarms": _by_task(fits, "false_alarms"),
        "objects": _by_object(fits),
        "summary": _summary(fits, auc),
    }


def _metrics(objects, task, result):
    flagged = {name: result[name] for name in FALSE_ALARMS}
    data = objects[task.object_name]
    shares = task_metrics(data, task, result["scores"], flagged)
    return {**shares, **{name: float(result[name]) for name in SECONDS}}


def _by_task(fits, column):
    means = fits.groupby(["task", "detector"], sort=False)[column].mean()
    return means.unstack("detector")[fits["detector"].unique()]


def _by_object(fits):
    means = fits.groupby(["detector", "object_name"], sort=False)["auc"].mean()
    return means.unstack("object_name")


def _summary(fits, auc):
    # Every object has its good images and its seconds once, whatever its tasks.
    per_object = fits.drop_duplicates(["object_name", "detector", "seed"])
    columns = [*FALSE_ALARMS, *SECONDS]
    means = per_object.groupby("detector", sort=False)[columns].mean()
    ranks = auc.rank(axis=1, ascending=False)
    table = pd.DataFrame(
        {
            "auc": auc.mean(),
            "worst": auc.min(),
            "rank": ranks.mean(),
            "best": auc.eq(auc.max(axis=1), axis=0).sum(),
        }
    ).join(means)
    return table.sort_values("auc", ascending=False)
