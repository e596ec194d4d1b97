"""Heat maps of AUC: one panel a detector."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
from matplotlib.patches import Rectangle


def draw_matrices(matrices, path):
    """Draw AUC matrices side by side, the aligned cells framed.

    Parameters
    ----------
    matrices : dict of str to DataFrame
        Rows are gens or tasks, columns augmentations.
    path : Path
        Of the picture.

    Returns
    -------
    figure : matplotlib Figure
    """
    n_rows, n_columns = next(iter(matrices.values())).shape
    figure, axes = plt.subplots(
        1,
        len(matrices),
        figsize=((1.5 + 0.55 * n_columns) * len(matrices), 1.5 + 0.45 * n_rows),
        squeeze=False,
        layout="constrained",
    )
    for axis, (title, table) in zip(axes[0], matrices.items(), strict=True):
        _draw(axis, title, table)
    figure.savefig(path, dpi=100)
    plt.close(figure)
    return figure


def _draw(axis, title, table):
    axis.imshow(table.to_numpy(), cmap="RdYlGn", vmin=0, vmax=1, aspect="auto")
    axis.set_title(title)
    axis.set_xlabel("aug")
    axis.set_ylabel(table.index.name)
    axis.set_xticks(range(table.shape[1]), table.columns, rotation=60, ha="right")
    axis.set_yticks(range(len(table)), table.index)
    for row, name in enumerate(table.index):
        for column, aug in enumerate(table.columns):
            value = f"{table.iloc[row, column]:.2f}"
            axis.text(column, row, value, ha="center", va="center", fontsize=7)
            if name == aug:
                corner = (column - 0.5, row - 0.5)
                axis.add_patch(Rectangle(corner, 1, 1, fill=False, linewidth=2))
