"""From runs to the tables of ST-SSAD's paper; labels are read here."""

import dataclasses

import numpy as np
import pandas as pd

from benchmark.common.false_alarms import FALSE_ALARMS, metrics
from benchmark.st_ssad.contenders import OURS
from model_selection import task_matrix, wilcoxon_table

GOOD_AUC = 0.95
CLOSE_FACTOR = 2.0
CLOSE_DEGREES = 20.0
FAMILY_RULES = {"variance": "selection", "DSV": "family_selection"}


def tidy_results(runs, tasks):
    """Return one row a run: task, method, seed, AUC, false alarms, and seconds."""
    labels = {task.name: task.y_test for task in tasks}
    return pd.DataFrame(
        {
            "task": run.task,
            "method": run.method,
            "seed": run.seed,
            **metrics(labels[run.task], run.scores, run.flagged),
            "seconds": run.seconds,
        }
        for run in runs
    )


def add_family_choices(runs):
    """Return the runs, and those of two rules that choose among the families.

    Parameters
    ----------
    runs : list of Run

    Returns
    -------
    runs : list of Run
        With "Families, variance" (the largest score variance) and "Families, DSV"
        (the smallest DSV loss, as ``STSSAD(augmentation=[...])`` chooses), where more
        than one family was tuned.
    """
    groups = {}
    for run in runs:
        if run.method.startswith(OURS):
            groups.setdefault((run.task, run.seed), []).append(run)
    chosen = [
        dataclasses.replace(
            _best(group, rule),
            method=f"Families, {name}",
            seconds=sum(run.seconds for run in group),
        )
        for group in groups.values()
        if len(group) > 1
        for name, rule in FAMILY_RULES.items()
    ]
    return runs + chosen


def _best(runs, rule):
    return max(runs, key=lambda run: run.tuning["start"][rule])


def auc_table(results):
    """Return the AUC, tasks by methods, averaged over seeds; the last row is the mean.

    Under the mean stands p of the one-sided Wilcoxon test of ST-SSAD against each.
    """
    table = task_matrix(results)
    footer = table.mean().to_frame("mean").T
    if len(table) > 1:
        footer.loc["p"] = wilcoxon_table(results, OURS)["p"]
    return pd.concat([table, footer])


def false_alarm_table(results):
    """Return the shares of good test images that are flagged, a row a method."""
    return pd.DataFrame(
        {name: task_matrix(results, value=name).mean() for name in FALSE_ALARMS}
    )


def learned_table(runs, truths):
    """Return what every tuned run has learned, beside the truth where it is known.

    Parameters
    ----------
    runs : list of Run
    truths : dict of str to dict
        Hyperparameters that made the anomalies, by task.

    Returns
    -------
    learned : DataFrame
        One row a run: ``task``, ``method``, ``seed``, ``family``, ``is_aligned``,
        ``iterations``, ``seconds``, and ``true_<name>`` and ``learned_<name>``.
    """
    return pd.DataFrame(
        {
            "task": run.task,
            "method": run.method,
            "seed": run.seed,
            **{k: start[k] for k in ("family", "is_aligned", "iterations")},
            "seconds": run.seconds,
            **{f"true_{k}": v for k, v in truths[run.task].items()},
            **{f"learned_{k}": v for k, v in start["tuned"].items()},
        }
        for run in runs
        if run.tuning is not None
        for start in [run.tuning["start"]]
    )


def check_table(results, learned):
    """Return what ST-SSAD is expected to reach: how many of how many.

    Tasks count with their mean AUC over seeds, learned hyperparameters run by run.
    """
    ours = learned[learned["method"] == OURS]
    auc = task_matrix(results)[OURS]
    rows = {f"tasks with an AUC of at least {GOOD_AUC}": auc >= GOOD_AUC}
    if "true_patch_area" in ours:
        factor = np.exp(
            np.abs(np.log(ours["learned_patch_area"] / ours["true_patch_area"]))
        )
        rows[f"areas within a factor of {CLOSE_FACTOR}"] = factor <= CLOSE_FACTOR
    elif "true_angle" in ours:
        known = ours[ours["true_angle"].notna()]
        away = (known["learned_angle"] - known["true_angle"] + 180) % 360 - 180
        rows[f"6 against 9: angles within {CLOSE_DEGREES} degrees of 180"] = (
            away.abs() <= CLOSE_DEGREES
        )
    return pd.DataFrame(
        {
            name: {"reached": int(hits.sum()), "of": len(hits)}
            for name, hits in rows.items()
        }
    ).T
