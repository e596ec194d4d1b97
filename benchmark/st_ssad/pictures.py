"""Which runs are drawn in which figure of ST-SSAD's paper; labels are read here."""

import argparse

import numpy as np
import pandas as pd
import torch

from benchmark.dsv.figures import name_sets
from benchmark.st_ssad.augmentation_figures import plot_gallery, plot_pseudo_anomalies
from benchmark.st_ssad.contenders import OURS, make_untuned
from benchmark.st_ssad.figures import (
    plot_embeddings,
    plot_learned,
    plot_loss_surface,
    plot_trajectories,
)
from benchmark.st_ssad.report import learned_table
from benchmark.st_ssad.runs import run_all
from pyod_ssad.images.levels import to_uint8

CASES = 4
IMAGES = 8
LINES = 5


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
    tuned = [run for run in runs if run.method == OURS]
    ours = {
        task.name: [run for run in tuned if run.task == task.name] for task in tasks
    }
    plot_loss_surface(folder / "loss_surface.png")
    plot_gallery(tasks[0].X_train[0], folder / "gallery.png")
    _save_trajectories(ours, truths, folder / "trajectories.png")
    learned = learned_table(tuned, truths)
    if "true_patch_area" in learned:
        plot_learned(learned, ["patch_area", "aspect"], folder / "learned.png")
    shown = _spread(tasks, CASES)
    cases = [_images(task, ours[task.name][0], options.image_size) for task in shown]
    plot_pseudo_anomalies(cases, folder / "pseudo_anomalies.png")
    shown = shown[-2:]
    cases = [
        (task.name, _sets(task, before), _sets(task, ours[task.name][0]))
        for task, before in zip(shown, _untuned(shown, suite, options), strict=True)
    ]
    plot_embeddings(cases, folder / "embeddings.png")


def _untuned(tasks, suite, options):
    """Return runs that only pick a start, of the first seed."""
    one_seed = argparse.Namespace(**{**vars(options), "seeds": options.seeds[:1]})
    return run_all(tasks, {"untuned": make_untuned(suite, options)}, one_seed)


def _save_trajectories(ours, truths, path):
    """Draw tasks that differ in one hyperparameter, the family's first, alone."""
    first = next(iter(ours.values()))[0].tuning["start"]["tuned"]
    name = next(iter(first))
    upright = [task for task in ours if truths[task].get("aspect", 1.0) == 1.0]
    known = [task for task in upright if name in truths[task]]
    shown = _spread(known or upright, LINES)
    histories = {
        task: [_trajectory(run.tuning["history"], name) for run in ours[task]]
        for task in shown
    }
    truth = {task: truths[task].get(name) for task in shown}
    plot_trajectories(histories, name, truth, path)


def _trajectory(history, name):
    frame = pd.DataFrame(history)
    if name == "angle":
        # Angles on both sides of the period's end would look like jumps.
        frame[name] = np.rad2deg(np.unwrap(np.deg2rad(frame[name])))
    return frame


def _images(task, run, side):
    """Return a title, and normal images, pseudo anomalies and anomalies."""
    task = task.resized(side)
    real = task.X_test[task.y_test == 1]
    k = min(IMAGES, len(task.X_train), len(real))
    normal, real = task.X_train[:k], real[:k]
    tuned = run.tuning["start"]["tuned"].items()
    learned = ", ".join(f"{name} {value:.3g}" for name, value in tuned)
    return f"{task.name}\n{learned}", normal, _augment(normal, run), real


def _augment(images, run):
    channels_last = images if images.ndim == 4 else images[..., None]
    batch = torch.from_numpy(channels_last).permute(0, 3, 1, 2).float() / 255
    generator = torch.Generator().manual_seed(run.seed)
    with torch.no_grad():
        made = run.tuning["augmentation"](batch, generator)
    made = to_uint8(made).permute(0, 2, 3, 1).numpy()
    return made.reshape(images.shape)


def _sets(task, run):
    return name_sets(*run.tuning["embeddings"], task.y_test)


def _spread(items, n):
    """Return at most n items, evenly spread."""
    rows = np.linspace(0, len(items) - 1, min(n, len(items))).round().astype(int)
    return [items[row] for row in rows]
