"""Figures of ST-SSAD: what is learned, how, and where the validation loss leads."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import torch

from benchmark.dsv.figures import scatter_embeddings
from pyod_ssad.self_tuning.validation_loss import mean_distance_loss

LOGARITHMIC = ("patch_area", "aspect")
MINIMA = ((0.0, 0.0), (2.0, -2.0))
"""Where the test points of the loss surface align, in both orders."""


def plot_trajectories(runs, name, truth, path):
    """Draw how a hyperparameter and the validation loss move, Fig. 3c of [1]_.

    Parameters
    ----------
    runs : dict of str to list of DataFrame
        For each label the trajectories of its seeds, with ``iteration``, `name` and
        ``validation_loss``. They may stop at different iterations.
    name : str
        The hyperparameter.
    truth : dict of str to float or None
        The true value of each label, None where there is none.
    path : Path

    Notes
    -----
    Lines are means over seeds, bands a standard deviation to either side; on a
    logarithmic axis both are of the logarithms. A seed that has stopped keeps its last
    values. Angles are averaged as they are, whether or not they have wrapped around.

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023.
    """
    figure, axes = plt.subplots(1, 2, figsize=(9, 3.6), layout="constrained")
    _draw_trajectories(axes[0], runs, name)
    _draw_truth(axes[0], truth)
    _draw_trajectories(axes[1], runs, "validation_loss")
    figure.legend(*axes[0].get_legend_handles_labels(), loc="outside right upper")
    figure.savefig(path)
    plt.close(figure)


def _draw_trajectories(axis, runs, name):
    if name in LOGARITHMIC:
        axis.set_yscale("log")
    for i, (label, trajectories) in enumerate(runs.items()):
        iterations, mean, low, high = _average(trajectories, name)
        axis.fill_between(iterations, low, high, color=f"C{i}", alpha=0.2, linewidth=0)
        axis.plot(iterations, mean, color=f"C{i}", label=label)
    axis.set(xlabel="iteration", ylabel=name.replace("_", " "))


def _average(trajectories, name):
    """Return iterations, means over seeds, and the ends of the band."""
    columns = [rows.set_index("iteration")[name] for rows in trajectories]
    # The mean of the seeds that still run would jump where one stops.
    values = pd.concat(columns, axis=1).sort_index().ffill()
    if name in LOGARITHMIC:
        values = np.log(values)
    mean, std = values.mean(axis=1), values.std(axis=1, ddof=0)
    ends = [mean, mean - std, mean + std]
    if name in LOGARITHMIC:
        ends = [np.exp(end) for end in ends]
    return values.index, *ends


def _draw_truth(axis, truth):
    for line, label in zip(*axis.get_legend_handles_labels(), strict=True):
        if truth[label] is not None:
            axis.axhline(truth[label], color=line.get_color(), linestyle="--")


def plot_learned(learned, names, path):
    """Draw learned against true hyperparameters, Fig. 3a of [1]_.

    Parameters
    ----------
    learned : DataFrame
        One row a task and seed, with positive ``true_<name>`` and ``learned_<name>``
        for each name.
    names : list of str
        The hyperparameters, one panel each.
    path : Path

    Notes
    -----
    The band holds what is learned within a factor of 2.

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023.
    """
    figure, axes = plt.subplots(
        1,
        len(names),
        figsize=(3.8 * len(names), 3.8),
        squeeze=False,
        layout="constrained",
    )
    for axis, name in zip(axes[0], names, strict=True):
        _draw_learned(axis, learned[f"true_{name}"], learned[f"learned_{name}"])
        axis.set_title(name.replace("_", " "))
    figure.savefig(path)
    plt.close(figure)


def _draw_learned(axis, true, learned):
    values = np.concatenate([true, learned])
    ends = np.array([values.min() / 2, values.max() * 2])
    axis.fill_between(ends, ends / 2, ends * 2, color="grey", alpha=0.2, linewidth=0)
    axis.plot(ends, ends, color="grey", linewidth=1)
    axis.plot(true, learned, "o", alpha=0.5, markeredgewidth=0)
    axis.set(xscale="log", yscale="log", xlim=ends, ylim=ends, aspect="equal")
    axis.set(xlabel="true", ylabel="learned")


def plot_embeddings(cases, path):
    """Draw embeddings before and after tuning, Fig. 6 of [1]_.

    Parameters
    ----------
    cases : list of (str, dict, dict)
        Title, and embeddings ``(n_i, d)`` before and after by the names of
        `figures.COLOURS`. Each panel has principal components of its own.
    path : Path

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023.
    """
    figure, axes = plt.subplots(
        len(cases),
        2,
        figsize=(7, 3.2 * len(cases)),
        squeeze=False,
        layout="constrained",
    )
    for row, (title, *stages) in zip(axes, cases, strict=True):
        for axis, word, sets in zip(row, ("before", "after"), stages, strict=True):
            scatter_embeddings(axis, sets)
            axis.set_title(f"{title}, {word}", fontsize=9)
    figure.legend(
        *axes[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=4
    )
    figure.savefig(path)
    plt.close(figure)


def plot_loss_surface(path):
    """Draw the mean distance loss on point data, Fig. 7 of [1]_.

    Parameters
    ----------
    path : Path

    Notes
    -----
    Training embeds at 0, augmentation at 2, and the test points are at u1 and
    ``u2 + 2``. Arrows are negative gradients. The loss is 1, its smallest, where the
    points align: at (0, 0), which [1]_ shows, and at (2, -2), where the test points
    have changed places.

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023, appendix A.2.
    """
    figure, axis = plt.subplots(figsize=(5.2, 4.4), layout="constrained")
    _draw_loss_surface(axis)
    figure.colorbar(axis.collections[0], label="validation loss")
    figure.savefig(path)
    plt.close(figure)


def _draw_loss_surface(axis):
    points = _square(6.0, 121)
    losses = torch.func.vmap(_point_loss)(points)
    axis.tripcolor(*points.T, losses, shading="gouraud", cmap="viridis_r")
    # The points of this coarse grid are off the kinks, where a gradient is undefined.
    points = _square(5.7, 20)
    downhill = -_gradients(points)
    axis.quiver(*points.T, *downhill.T, angles="xy", pivot="mid", color="white")
    axis.plot(*zip(*MINIMA, strict=True), "*", color="tab:red", markersize=12)
    axis.set(xlabel="$u_1$", ylabel="$u_2$", aspect="equal")


def _gradients(points):
    points = points.clone().requires_grad_()
    losses = torch.func.vmap(_point_loss)(points)
    return torch.autograd.grad(losses.sum(), points)[0]


def _square(end, n):
    """Return the points of an even grid over [-end, end]^2, ``(n * n, 2)``."""
    side = torch.linspace(-end, end, n, dtype=torch.float64)
    return torch.cartesian_prod(side, side)


def _point_loss(u):
    trn, aug = u.new_tensor([[0.0]]), u.new_tensor([[2.0]])
    return mean_distance_loss(trn, aug, torch.stack([u[:1], u[1:] + 2]))
