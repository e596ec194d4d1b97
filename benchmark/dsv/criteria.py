"""Every criterion of every model on every task, without labels."""

import numpy as np
import pandas as pd
from joblib import delayed
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

from benchmark.common.store import in_parallel
from model_selection import AlignmentCriterion, ConsensusCriterion, all_criteria

PARAMETERS = (
    "object_name",
    "augmentation",
    "seed",
    "image_size",
    "backbone",
    "steps",
    "batch_size",
    "device",
    "precision",
)
GROUP = ["task", "augmentation", "seed"]


def evaluate_zoo(zoo, tasks, n_jobs):
    """Return one row a model and task with every criterion's value.

    Parameters
    ----------
    zoo : list of Trained
    tasks : list of Task
    n_jobs : int

    Returns
    -------
    models : DataFrame
        Columns: ``task``, the parameters, ``is_random``, ``seconds``, ``model`` (the
        index in `zoo`), and the criteria by name. Consensus criteria compare the
        models of one augmentation, task and seed; models whose strength is drawn
        for every image are no candidates, and have none.
    """
    pairs = [
        (index, trained, task)
        for task in tasks
        for index, trained in enumerate(zoo)
        if trained.spec.object_name == task.object_name
    ]
    alignment, consensus = _split_criteria()
    calls = (
        delayed(_row)(index, trained, task, alignment) for index, trained, task in pairs
    )
    rows = tqdm(in_parallel(calls, n_jobs), "criteria", len(pairs))
    models = pd.DataFrame(list(rows))
    _add_consensus(models, zoo, {task.name: task for task in tasks}, consensus)
    return models


@threadpool_limits.wrap(limits=1)
def _row(index, trained, task, criteria):
    spec = trained.spec
    area = "-".join(f"{a:g}" for a in np.atleast_1d(spec.patch_area))
    values = {
        name: criterion().value(trained.Z_trn, trained.Z_aug, trained.Z_test[task.rows])
        for name, criterion in criteria.items()
    }
    return {
        "task": task.name,
        **{name: getattr(spec, name) for name in PARAMETERS},
        "patch_area": area,
        "is_random": spec.is_random,
        "seconds": trained.seconds,
        "model": index,
        **values,
    }


def _add_consensus(models, zoo, tasks, criteria):
    candidates = models[~models["is_random"]]
    for (task, *_), group in candidates.groupby(GROUP):
        rows = tasks[task].rows
        scores = np.column_stack([zoo[i].scores[rows] for i in group["model"]])
        for name, criterion in criteria.items():
            models.loc[group.index, name] = criterion().values(scores)


def _split_criteria():
    """Return the criteria on embeddings, and those of models by one another."""
    kinds = AlignmentCriterion, ConsensusCriterion
    found = all_criteria().items()
    return [{n: c for n, c in found if issubclass(c, kind)} for kind in kinds]
