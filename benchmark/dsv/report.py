"""From models and criteria to the tables of the paper."""

import pandas as pd

from benchmark.common.data import task_auc
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


def add_auc(models, zoo, tasks, objects):
    """Return the models with their AUC: here, after selection, labels are read."""
    by_name = {task.name: task for task in tasks}
    auc = [
        task_auc(objects[row.object_name], by_name[row.task], zoo[row.model].scores)
        for row in models.itertuples()
    ]
    return models.assign(auc=auc)


def chosen_auc(models, choices):
    """Return the choices with the AUC of the chosen models, tidy."""
    auc = models[["task", "model", "auc"]]
    return choices.merge(auc, on=["task", "model"]).drop(columns="model")


def method_results(models, choices):
    """Return the AUC of every method on every task, tidy.

    Parameters
    ----------
    models : DataFrame
        With ``auc``.
    choices : DataFrame
        From `choose`.

    Returns
    -------
    results : DataFrame
        Columns: the group's, ``method`` and ``auc``. Besides the criteria: "Avg"
        (mean over the candidates), "Rand" (strength drawn for every image) and
        "Best" (the oracle).
    """
    candidates = models[~models["is_random"]].groupby(GROUP, sort=False)["auc"]
    drawn = models[models["is_random"]].groupby(GROUP, sort=False)["auc"]
    parts = [
        candidates.mean().reset_index().assign(method="Avg"),
        drawn.mean().reset_index().assign(method="Rand"),
        chosen_auc(models, choices),
        candidates.max().reset_index().assign(method=ORACLE),
    ]
    # Equal areas must tie, here and when they are read back from a file.
    return pd.concat(parts, ignore_index=True).round({"auc": DECIMALS})


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
    return {"auc": auc, "rank": rank, "wilcoxon": significance(results)}


def _without_oracle(results):
    return results[results["method"] != ORACLE]
