"""Every criterion on every task, from stored scores. No label is seen here."""

from itertools import product

import numpy as np
import pandas as pd

from benchmark.common.runs import group_by_zoo
from benchmark.selection.contenders import GROUPS
from model_selection import (
    AlignmentCriterion,
    HeldOutCriterion,
    ScoreCriterion,
    all_criteria,
    mean_ranks,
)

AGGREGATED = ("evidence", "sel")
"""Criteria whose mean rank is a row of the tables too."""


def judge(runs, results, tasks):
    """Return the loss of each model by each criterion, within each group.

    Parameters
    ----------
    runs : list of Run
    results : list of dict
        What `fits.fit` returned for each.
    tasks : list of Task
        Unlabeled images of an object: all, or those of one kind and good ones.

    Returns
    -------
    losses : DataFrame
        A row for each task, seed, group, criterion and detector, with its ``loss``:
        smaller is better.
    """
    rows = []
    zoos = group_by_zoo(runs, results)
    for task, ((name, seed), zoo) in product(tasks, zoos.items()):
        for group in GROUPS if name == task.object_name else ():
            fits = {member: zoo[member] for member in GROUPS[group] if member in zoo}
            if len(fits) > 1:
                key = {"task": task.name, "seed": seed, "group": group}
                rows += [{**key, **row} for row in _judge_group(fits, task.rows)]
    return pd.DataFrame(rows)


def _judge_group(fits, rows):
    """Yield the losses of the models of one group on one task."""
    losses = {
        name: criterion.losses(values)
        for name, criterion, values in _values(fits, rows)
        if np.isfinite(values).any()
    }
    losses["+".join(AGGREGATED)] = mean_ranks(
        np.column_stack([losses[name] for name in AGGREGATED])
    )
    for criterion, values in losses.items():
        for detector, loss in zip(fits, values, strict=True):
            yield {"criterion": criterion, "detector": detector, "loss": loss}


def _values(fits, rows):
    """Yield each criterion that can judge these models, and its values."""
    scores = np.column_stack([fit["scores"][rows] for fit in fits.values()])
    triples = [_embeddings(fit, rows) for fit in fits.values() if "Z_trn" in fit]
    for name, cls in all_criteria().items():
        criterion = cls()
        if issubclass(cls, HeldOutCriterion):
            pairs = zip(fits.values(), scores.T, strict=True)
            yield (
                name,
                criterion,
                np.array([criterion.value(fit["held_out"], new) for fit, new in pairs]),
            )
        elif issubclass(cls, ScoreCriterion):
            yield name, criterion, criterion.evaluate_scores(scores)
        elif issubclass(cls, AlignmentCriterion) and len(triples) == len(fits):
            yield name, criterion, criterion.evaluate_embeddings(triples)


def _embeddings(fit, rows):
    return fit["Z_trn"], fit["Z_aug"], fit["Z_test"][rows]
