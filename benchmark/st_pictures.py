"""Which runs are drawn in which figure of ST-SSAD's paper."""

import argparse

import numpy as np
import pandas as pd

from benchmark.contenders import OURS, make_untuned
from benchmark.runs import run_all
from benchmark.st_figures import (
    plot_embeddings,
    plot_gallery,
    plot_learned,
    plot_loss_surface,
    plot_pseudo_anomalies,
    plot_trajectories,
)

CASES = 4
IMAGES = 8


def save_pictures(runs, tasks, truths, suite, options):
    """Draw the figures of a suite.

    Parameters
    ----------
    runs : list of Run
    tasks : list of AnomalyDataset
    truths : dict of str to dict
        Hyperparameters that made the anomalies, by task.
    suite : Suite
    options : argparse.Namespace
        ``seeds``, ``out``, ``n_jobs``, and what contenders need.
    """
    folder = options.out / "figures"
    folder.mkdir(parents=True, exist_ok=True)
    ours = {}
    for run in runs:
        if run.method == OURS:
            ours.setdefault(run.task, []).append(run)
    plot_loss_surface(folder / "loss_surface.png")
    plot_gallery(tasks[0].X_train[0], folder / "gallery.png")
    _save_trajectories(ours, truths, folder / "trajectories.png")
    _save_learned(ours, truths, folder / "learned.png")
    shown = [tasks[i] for i in _spread(len(tasks), CASES)]
    cases = [_pseudo_anomalies(task, ours[task.name][0]) for task in shown]
    plot_pseudo_anomalies(cases, folder / "pseudo_anomalies.png")
    before = _run_untuned(shown[:2], suite, options)
    cases = [
        (task.name, _sets(task, run), _sets(task, ours[task.name][0]))
        for task, run in zip(shown, before, strict=False)
    ]
    plot_embeddings(cases, folder / "embeddings.png")


def _run_untuned(tasks, suite, options):
    one_seed = argparse.Namespace(**{**vars(options), "seeds": options.seeds[:1]})
    return run_all(tasks, {"untuned": make_untuned(suite, options)}, one_seed)
