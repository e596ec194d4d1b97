"""Figures of images: pseudo anomalies beside real ones, and the learnable families."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import torch

from pyod_ssad.images.levels import to_uint8
from pyod_ssad.self_tuning.families import LEARNABLE

CASES_A_ROW = 4
COLUMNS = 5
GAP = 2
"""White pixels between images."""

AREAS = np.geomspace(0.01, 0.64, COLUMNS).tolist()
"""The range of the paper; the bounds reach down to less than a pixel."""


def plot_pseudo_anomalies(cases, path):
    """Draw normal images, pseudo anomalies and real anomalies, Fig. 5 of [1]_.

    Parameters
    ----------
    cases : list of (str, array, array, array)
        Title, and normal images, pseudo anomalies and anomalies, each uint8 of shape
        ``(k, H, W)`` or ``(k, H, W, 3)``.
    path : Path

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023.
    """
    n_columns = min(len(cases), CASES_A_ROW)
    n_rows = -(-len(cases) // n_columns)
    k = len(cases[0][1])
    figure, axes = plt.subplots(
        n_rows,
        n_columns,
        figsize=((0.8 * k + 0.6) * n_columns, 2.8 * n_rows),
        squeeze=False,
        layout="constrained",
    )
    for axis in axes.flat[len(cases) :]:
        axis.set_axis_off()
    for axis, (title, *rows) in zip(axes.flat, cases, strict=False):
        _draw_block(axis, rows)
        axis.set_title(title, fontsize=9)
    figure.savefig(path)
    plt.close(figure)


def _draw_block(axis, rows):
    axis.imshow(_montage(rows))
    middles = _middles(len(rows), rows[0].shape[1])
    axis.set_yticks(middles, ["normal", "pseudo", "real"])
    _hide_frame(axis)
    axis.set_xticks([])


def plot_gallery(image, path):
    """Draw what each hyperparameter of each learnable family does to an image.

    After Fig. 8 of [1]_: a row for each hyperparameter, evenly over its bounds, but for
    areas from 0.01 to 0.64. The others are at the strongest of their default ranges.

    Parameters
    ----------
    image : array of shape (H, W) or (H, W, 3)
        uint8.
    path : Path

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023.
    """
    rows = [(family, name) for family in LEARNABLE for name in _bounds(family)]
    figure, axes = plt.subplots(
        -(-len(rows) // 2), 2, figsize=(12, 0.72 * len(rows)), layout="constrained"
    )
    for axis in axes.flat[len(rows) :]:
        axis.set_axis_off()
    for axis, (family, name) in zip(axes.T.flat, rows, strict=False):
        _draw_gallery_row(axis, image, family, name)
    figure.savefig(path)
    plt.close(figure)


def _bounds(family):
    return LEARNABLE[family].hyperparameters


def _draw_gallery_row(axis, image, family, name):
    values = _values(family, name)
    axis.imshow(_montage([_vary(image, family, name, values)]))
    middles = _middles(len(values), image.shape[1])
    axis.set_xticks(middles, [f"{value:.3g}" for value in values], fontsize=8)
    label = f"{family}\n{name.replace('_', ' ')}"
    axis.set_ylabel(label, rotation=0, ha="right", va="center")
    _hide_frame(axis)
    axis.set_yticks([])


def _values(family, name):
    if name == "patch_area":
        return AREAS
    return _bounds(family)[name].spread(COLUMNS)


def _vary(image, family, name, values):
    """Return the image, augmented with each value of one hyperparameter."""
    augmentation = LEARNABLE[family]()
    pixels = torch.from_numpy(np.atleast_3d(image)).permute(2, 0, 1)[None] / 255
    # One draw for the row, so that only this hyperparameter changes along it.
    drawn = _draw_once(augmentation, pixels.shape)
    parameters = {
        key: value.expand(len(values), *value.shape[1:])
        for key, value in {**drawn, name: torch.tensor(values)}.items()
    }
    varied = augmentation.apply(pixels.expand(len(values), -1, -1, -1), parameters)
    varied = to_uint8(varied).permute(0, 2, 3, 1).numpy()
    return varied.reshape(len(values), *image.shape)


def _draw_once(augmentation, shape):
    drawn = augmentation.sample(shape, torch.Generator().manual_seed(0))
    # The strongest of the default range: the starts of learning are too small and too
    # round to show every change.
    strongest = {
        name: torch.tensor([max(getattr(augmentation, name), key=abs)])
        for name in augmentation.hyperparameters
    }
    # Off the middle, large patches would be cut.
    return {**drawn, **strongest, "centre": torch.full((1, 2), 0.5)}


def _montage(rows):
    """Return rows of images, each ``(k, H, W[, 3])``, as one of colour, with gaps."""
    return np.concatenate(
        [np.concatenate([_add_gaps(image) for image in row], axis=1) for row in rows]
    )


def _add_gaps(image):
    coloured = np.broadcast_to(np.atleast_3d(image), (*image.shape[:2], 3))
    gaps = ((0, GAP), (0, GAP), (0, 0))
    return np.pad(coloured, gaps, constant_values=255)


def _middles(n, side):
    return [(side + GAP) * i + side / 2 for i in range(n)]


def _hide_frame(axis):
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0)
