"""Figures of a run: the ablation of each task, and case studies of single models."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
from sklearn.decomposition import PCA

from benchmark.common.data import task_labels
from benchmark.dsv.report import ABLATION

COLOURS = {
    "training": "tab:blue",
    "augmented": "tab:orange",
    "test normal": "tab:green",
    "test anomalous": "tab:red",
}
POINTS = 200


def save_figures(models, ablation_results, zoo, tasks, objects, folder):
    """Draw the ablation, and for each task its models of best and worst DSV.

    Parameters
    ----------
    models : DataFrame
        With ``auc``.
    ablation_results : DataFrame
        See `plot_ablation`.
    zoo : list of Trained
    tasks : list of Task
    objects : dict of str to AnomalyDataset
    folder : Path
        Where the figures go.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plot_ablation(ablation_results, folder / "ablation.png")
    fixed = models[~models["is_random"]]
    for task in tasks:
        ordered = fixed[fixed["task"] == task.name].sort_values("dsv")
        extremes = ordered.iloc[[0, -1]].itertuples()
        cases = [
            (_title(word, row), zoo[row.model])
            for word, row in zip(("best", "worst"), extremes, strict=True)
        ]
        path = folder / f"{task.name.replace('/', '_')}.png"
        plot_case_study(cases, objects[task.object_name], task, path)


def _title(word, row):
    return (
        f"{word} DSV {row.dsv:.2f}: {row.augmentation} {row.patch_area}, "
        f"AUC {row.auc:.3f}"
    )


def plot_ablation(results, path):
    """Draw the AUC that each part of DSV reaches on each task, one panel a zoo.

    Parameters
    ----------
    results : DataFrame
        Tidy: ``task``, ``augmentation``, ``method`` (those of the ablation), ``auc``.
    path : Path
    """
    groups = list(results.groupby("augmentation", sort=False))
    tasks = list(dict.fromkeys(results["task"]))
    figure, axes = plt.subplots(
        len(groups),
        1,
        figsize=(1.5 + 0.6 * len(tasks), 2.4 * len(groups)),
        sharex=True,
        squeeze=False,
        layout="constrained",
    )
    for axis, (augmentation, rows) in zip(axes[:, 0], groups, strict=True):
        means = rows.groupby(["task", "method"])["auc"].mean().unstack()
        means.loc[tasks, list(ABLATION.values())].plot.bar(
            ax=axis, legend=False, width=0.75
        )
        axis.set(title=augmentation, ylabel="AUC", xlabel="", ylim=(0, 1))
        axis.axhline(0.5, color="grey", linewidth=0.5)
    figure.legend(
        *axes[0, 0].get_legend_handles_labels(), loc="outside upper right", ncols=3
    )
    figure.savefig(path)
    plt.close(figure)


def plot_case_study(cases, data, task, path):
    """Draw embeddings and scores of two models of one task.

    Parameters
    ----------
    cases : list of (str, Trained)
        Titles and models: that with the best DSV, and that with the worst.
    data : AnomalyDataset
    task : Task
    path : Path
    """
    figure, axes = plt.subplots(
        2,
        len(cases),
        figsize=(4.5 * len(cases), 7),
        squeeze=False,
        layout="constrained",
    )
    labels = task_labels(data, task)
    for column, (title, trained) in enumerate(cases):
        embeddings = trained.Z_trn, trained.Z_aug, trained.Z_test[task.rows]
        scatter_embeddings(axes[0, column], name_sets(*embeddings, labels))
        _histogram(axes[1, column], trained.scores[task.rows], labels)
        axes[0, column].set_title(title, fontsize=9)
    axes[0, 0].legend(fontsize=7)
    axes[1, 0].legend(fontsize=7)
    figure.suptitle(task.name)
    figure.savefig(path)
    plt.close(figure)


def name_sets(Z_trn, Z_aug, Z_test, labels):
    """Return embeddings by the names of `COLOURS`; labels split the test images."""
    return {
        "training": Z_trn,
        "augmented": Z_aug,
        "test normal": Z_test[labels == 0],
        "test anomalous": Z_test[labels == 1],
    }


def scatter_embeddings(axis, sets):
    """Draw sets of embeddings on the plane of their principal components.

    Parameters
    ----------
    axis : Axes
    sets : dict of str to array of shape (n_i, d)
        Embeddings by the names of `COLOURS`; at most `POINTS` of each are drawn.
    """
    # Large sets would hide the small ones, in the picture and in the projection.
    rng = np.random.default_rng(0)
    drawn = {name: Z[rng.permutation(len(Z))[:POINTS]] for name, Z in sets.items()}
    plane = PCA(n_components=2, random_state=0).fit(
        np.concatenate(list(drawn.values()))
    )
    for name, Z in drawn.items():
        x, y = plane.transform(Z).T
        axis.scatter(x, y, s=6, alpha=0.6, color=COLOURS[name], label=name)
    axis.set(xticks=[], yticks=[], xlabel="first two principal components")


def _histogram(axis, scores, labels):
    bins = np.linspace(scores.min(), scores.max(), 30)
    for name, label in (("test normal", 0), ("test anomalous", 1)):
        axis.hist(
            scores[labels == label],
            bins,
            density=True,
            alpha=0.6,
            color=COLOURS[name],
            label=name,
        )
    axis.set(xlabel="anomaly score", ylabel="density")
