"""From losses to AUC of the picks, and what it costs to trust a criterion."""

import numpy as np
import pandas as pd

from benchmark.common.data import task_labels, task_metrics
from benchmark.common.false_alarms import FALSE_ALARMS, metrics
from benchmark.common.runs import group_by_zoo
from benchmark.selection.contenders import GROUPS
from model_selection.combining import mean_calibrated

TOP = 3
"""How many of the best models are averaged."""

BOOTSTRAPS = 10_000


def make_models(runs, results, objects, tasks):
    """Return a row for each task, seed and detector: AUC, false alarms, seconds."""
    return pd.DataFrame(
        {
            "task": task.name,
            "object_name": run.object_name,
            "seed": run.seed,
            "detector": run.detector,
            **task_metrics(
                objects[run.object_name],
                task,
                result["scores"],
                {name: result[name] for name in FALSE_ALARMS},
            ),
            "fit_seconds": float(result["fit_seconds"]),
        }
        for task in tasks
        for run, result in zip(runs, results, strict=True)
        if run.object_name == task.object_name
    )


def make_picks(losses, models, runs, results, objects, tasks):
    """Return a row for each task, seed, group and way to choose.

    Parameters
    ----------
    losses : DataFrame
        From `judging.judge`.
    models : DataFrame
        From `make_models`.
    runs, results, objects, tasks
        As there.

    Returns
    -------
    picks : DataFrame
        ``choice``: a criterion's name for its pick, that and "top 3" for the mean of
        the calibrated scores of the three best, "always" and a detector, "average",
        "oracle". ``auc``, ``regret`` against the best of the group, ``false_alarms``.
    """
    zoos = group_by_zoo(runs, results)
    by_name = {task.name: task for task in tasks}
    rows = []
    for (task, seed, group), part in losses.groupby(
        ["task", "seed", "group"], sort=False
    ):
        here = models.query("task == @task and seed == @seed").set_index("detector")
        here = here.loc[[name for name in GROUPS[group] if name in here.index]]
        object_name = by_name[task].object_name
        fits, data = zoos[object_name, seed], objects[object_name]
        choices = _fixed(here)
        for criterion, losses_of in part.groupby("criterion", sort=False):
            order = losses_of.set_index("detector")["loss"].sort_values(kind="stable")
            choices[criterion] = here.loc[order.index[0], ["auc", "false_alarms"]]
            best = [fits[name] for name in order.index[:TOP]]
            choices[f"{criterion} top {TOP}"] = _combine(best, data, by_name[task])
        oracle = here["auc"].max()
        key = {"task": task, "seed": seed, "group": group}
        rows += [
            {**key, "choice": name, **dict(got), "regret": oracle - got["auc"]}
            for name, got in choices.items()
        ]
    return pd.DataFrame(rows)


def _fixed(here):
    """Return what needs no criterion: each model always, the average, the oracle."""
    columns = ["auc", "false_alarms"]
    choices = {f"always {name}": row for name, row in here[columns].iterrows()}
    choices["average"] = here[columns].mean()
    choices["oracle"] = here.loc[here["auc"].idxmax(), columns]
    return choices


def _combine(fits, data, task):
    """Return AUC and false alarms of the mean of models' calibrated scores."""
    own = [fit["held_out"] for fit in fits]
    new = [fit["scores"][task.rows] for fit in fits]
    scores, normal = mean_calibrated(own, new), mean_calibrated(own, own)
    flagged = {"false_alarms": scores > np.quantile(normal, 0.9)}
    return metrics(task_labels(data, task), scores, flagged)


def summarize(picks):
    """Return a row for each group and choice, over tasks, of means over seeds.

    Columns: mean ``auc``, ``regret`` with its 95 % interval by the bootstrap over tasks
    (``regret_low``, ``regret_high``), ``of_random``: regret over that of a random pick;
    ``worse_than_average``: the share of tasks where the choice is worse than the mean
    of the group, and ``worse_than_best_fixed``: where it is worse than the detector
    that has the best mean over all tasks, which nobody knows beforehand;
    ``false_alarms``.
    """
    means = picks.groupby(["group", "choice", "task"], sort=False).mean(
        numeric_only=True
    )
    rows = []
    for group, of_group in means.groupby("group", sort=False):
        auc = of_group.droplevel("group")["auc"].unstack("task")
        regret = of_group.droplevel("group")["regret"].unstack("task")
        flagged = of_group.droplevel("group")["false_alarms"].unstack("task")
        best = auc[auc.index.str.startswith("always ")].mean(axis=1).idxmax()
        for choice in of_group.index.unique("choice"):
            low, high = _interval(regret.loc[choice].to_numpy())
            rows.append(
                {
                    "group": group,
                    "choice": choice,
                    "auc": auc.loc[choice].mean(),
                    "regret": regret.loc[choice].mean(),
                    "regret_low": low,
                    "regret_high": high,
                    "of_random": regret.loc[choice].mean()
                    / regret.loc["average"].mean(),
                    "worse_than_average": (auc.loc[choice] < auc.loc["average"]).mean(),
                    "worse_than_best_fixed": (auc.loc[choice] < auc.loc[best]).mean(),
                    "false_alarms": flagged.loc[choice].mean(),
                }
            )
    return pd.DataFrame(rows)


def by_object(picks):
    """Return mean AUC, choices by objects, of the group of everything."""
    kept = picks[picks["group"] == "everything"].copy()
    kept["object_name"] = kept["task"].str.split("/").str[0]
    means = kept.groupby(["choice", "object_name"], sort=False)["auc"].mean()
    return means.unstack("object_name").reset_index()


def _interval(values):
    rng = np.random.default_rng(0)
    draws = rng.choice(values, (BOOTSTRAPS, len(values))).mean(axis=1)
    return np.quantile(draws, [0.025, 0.975])
