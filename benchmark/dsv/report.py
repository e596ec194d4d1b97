"""From models and criteria to the tables of the paper."""

import pandas as pd

from benchmark.common.data import task_metrics
from benchmark.common.false_alarms import FALSE_ALARMS
from benchmark.dsv.criteria import GROUP
from model_selection import get_criterion, grouped_means, wilcoxon_table

METHODS = {
    "base": "Base",
    "mmd": "MMD",
    "std": "STD",
    "mc": "MC",
    "sel": "SEL",
    "hits": "HITS",
    "dsv": "DSV",
}
ORACLE = "Best"
DECIMALS = 6
METRICS = ["auc", *FALSE_ALARMS]
ABLATION = {"discordance": "Discordance", "separability": "Separability", "dsv": "DSV"}


def choose(models, criteria):
    """Return the model that each criterion chooses in each group.

    Parameters
    ----------
    models : DataFrame
        From `evaluate_zoo`; no column of it comes from labels.
    criteria : dict of str to str
        Names of criteria and of table columns.

    Returns
    -------
    choices : DataFrame
        Columns: the group's, ``method`` and ``model``.
    """
    candidates = models[~models["is_random"]]
    rows = []
    for group, members in candidates.groupby(GROUP, sort=False):
        for name, method in criteria.items():
            losses = get_criterion(name).losses(members[name])
            rows.append((*group, method, members["model"].iloc[losses.argmin()]))
    return pd.DataFrame(rows, columns=[*GROUP, "method", "model"])


def add_metrics(models, zoo, tasks, objects):
    """Return the models with their AUC and false alarms: here labels are read."""
    by_name = {task.name: task for task in tasks}
    rows = [
        task_metrics(
            objects[row.object_name],
            by_name[row.task],
            zoo[row.model].scores,
            zoo[row.model].flagged,
        )
        for row in models.itertuples()
    ]
    return models.assign(**pd.DataFrame(rows, index=models.index))


def chosen_metrics(models, choices):
    """Return the choices with the metrics of the chosen models, tidy."""
    metrics = models[["task", "model", *METRICS]]
    return choices.merge(metrics, on=["task", "model"]).drop(columns="model")


def method_results(models, choices):
    """Return the AUC and false alarms of every method on every task, tidy.

    Parameters
    ----------
    models : DataFrame
        With the metrics.
    choices : DataFrame
        From `choose`.

    Returns
    -------
    results : DataFrame
        Columns: the group's, ``method`` and the metrics. Besides the criteria: "Avg"
        (mean over the candidates), "Rand" (strength drawn for every image) and
        "Best" (the oracle, by AUC).
    """
    fixed = models[~models["is_random"]]
    candidates = fixed.groupby(GROUP, sort=False)
    drawn = models[models["is_random"]].groupby(GROUP, sort=False)
    best = fixed.loc[candidates["auc"].idxmax(), [*GROUP, *METRICS]]
    parts = [
        candidates[METRICS].mean().reset_index().assign(method="Avg"),
        drawn[METRICS].mean().reset_index().assign(method="Rand"),
        chosen_metrics(models, choices),
        best.assign(method=ORACLE),
    ]
    # Equal areas must tie, here and when they are read back from a file.
    return pd.concat(parts, ignore_index=True).round(dict.fromkeys(METRICS, DECIMALS))


def paper_tables(results):
    """Return the AUC and rank tables: augmentations by methods.

    The mean over seeds is taken before ranking. The oracle has no rank: it is no method
    that anyone could use, and would shift the ranks of the others. The paper's ranks
    have another mean, so theirs and ours cannot be compared.
    """
    auc, _ = grouped_means(results, "augmentation")
    _, rank = grouped_means(_without_oracle(results), "augmentation")
    return auc, rank


def significance(results):
    """Return one-sided Wilcoxon p-values of DSV against every other method.

    The pairs are the tasks, averaged over seeds, for each augmentation and ("all") over
    augmentations too: those of one task are scored on the same images, so each task is
    one pair. Tasks that share training images are no independent pairs either, and p
    is too small then.
    """
    others = _without_oracle(results)
    tables = {
        augmentation: wilcoxon_table(rows, "DSV")
        for augmentation, rows in others.groupby("augmentation", sort=False)
    }
    tables["all"] = wilcoxon_table(others, "DSV")
    return pd.concat(tables, names=["augmentation", "method"])


def tables_of(results):
    """Return the tables that follow from the AUC of every method on every task."""
    auc, rank = paper_tables(results)
    tables = {"auc": auc, "rank": rank, "wilcoxon": significance(results)}
    # Results of earlier versions have no false alarms.
    for name in set(FALSE_ALARMS) & set(results.columns):
        tables[name], _ = grouped_means(results, "augmentation", value=name)
    return tables


def _without_oracle(results):
    return results[results["method"] != ORACLE]
