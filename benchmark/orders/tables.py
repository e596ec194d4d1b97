"""From fits to tables; labels are read here."""

import numpy as np
import pandas as pd

from benchmark.common.false_alarms import FALSE_ALARMS, metrics
from benchmark.orders.variants import FIRST
from model_selection import task_matrix, wilcoxon_table
from pyod_ssad.augmentations import CutDiff


def tidy_results(fits, tasks):
    """Return one row a fit.

    Parameters
    ----------
    fits : list of Fit
    tasks : list of TuningTask

    Returns
    -------
    results : DataFrame
        ``suite``, ``training_set``, ``task``, ``method`` (the variant), ``seed``,
        ``auc``, ``false_alarms`` and ``p01`` (see `flag`), ``error`` (see
        `learning_error`), ``seconds``, ``iterations``, ``is_aligned``, and
        ``true_<name>`` and ``learned_<name>``.
    """
    by_name = {task.data.name: task for task in tasks}
    return pd.DataFrame(_row(fit, by_name[fit.task]) for fit in fits)


def _row(fit, task):
    tuned = fit.start["tuned"]
    return {
        "suite": task.suite,
        "training_set": task.training_set,
        "task": fit.task,
        "method": fit.variant,
        "seed": fit.seed,
        **metrics(task.data.y_test, fit.scores, fit.flagged),
        "error": learning_error(tuned, task.truth),
        "seconds": fit.seconds,
        **{name: fit.start[name] for name in ("iterations", "is_aligned")},
        **{f"true_{name}": value for name, value in task.truth.items()},
        **{f"learned_{name}": value for name, value in tuned.items()},
    }


def learning_error(tuned, truth):
    """Return how far a learned hyperparameter is from the truth, as a share.

    Of an area, the logarithm's distance as a share of the range of the logarithm;
    otherwise that of the angle as a share of the full turn. NaN without a truth.
    """
    if "patch_area" in truth:
        low, high = CutDiff.hyperparameters["patch_area"].limits
        distance = abs(np.log(tuned["patch_area"] / truth["patch_area"]))
        return distance / np.log(high / low)
    if "angle" in truth:
        return abs((tuned["angle"] - truth["angle"] + 180) % 360 - 180) / 360
    return np.nan


def mean_tables(results):
    """Return means of AUC, error and false alarms: a row a suite, and one for all.

    Parameters
    ----------
    results : DataFrame
        Of `tidy_results`.

    Returns
    -------
    tables : dict of str to DataFrame
    """
    return {
        value: _means(results.dropna(subset=value), value)
        for value in ("auc", "error", *FALSE_ALARMS)
    }


def _means(results, value):
    groups = [*results.groupby("suite", sort=False), ("all", results)]
    return pd.DataFrame(
        {
            f"{name} ({rows['task'].nunique()})": task_matrix(rows, value=value).mean()
            for name, rows in groups
        }
    ).T


def test_table(results):
    """Test whether a variant is better than first order, over tasks and training sets.

    Tasks with the same training images are no independent evidence: over training
    sets, their values are averaged before.

    Parameters
    ----------
    results : DataFrame
        Of `tidy_results`.

    Returns
    -------
    table : DataFrame
        A row for each value, unit and variant: ``n``, the mean advantage over first
        order, the one-sided p of Wilcoxon's test, and Holm's correction.
    """
    parts = {
        (value, unit): _against_first(results.dropna(subset=value), value, unit)
        for value in ("auc", "error")
        for unit in ("task", "training_set")
    }
    return pd.concat(parts, names=["value", "unit", "variant"])


def _against_first(results, value, unit):
    # The table tests first order against the others: a better variant is one against
    # which first order is better in the opposite sense.
    table = wilcoxon_table(
        results, FIRST, greater_is_better=value == "error", task=unit, value=value
    )
    table.insert(0, "n", results[unit].nunique())
    return table
