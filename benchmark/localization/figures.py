"""Images, masks and maps side by side, at the size of the maps."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

N_IMAGES = 6
"""Of each kind, evenly spread over the files' order: nobody picks them."""

INCHES = 1.28
"""Of a panel, which has 100 pixels an inch."""


def draw_examples(runs, results, objects, detectors, folder):
    """Draw, for each object and kind, images with their masks and maps.

    Parameters
    ----------
    runs : list of Run
    results : list of dict
        What `fits.fit` returned for each.
    objects : dict of str to AnomalyDataset
    detectors : sequence of str
        Whose maps to draw, of the first seed; none draws nothing.
    folder : Path
        Where ``examples/<object>_<kind>.png`` go.
    """
    for name, data in objects.items():
        maps = {
            detector: next(
                result["maps"]
                for run, result in zip(runs, results, strict=True)
                if (run.object_name, run.detector) == (name, detector)
            )
            for detector in detectors
        }
        for kind in data.kinds if maps else ():
            path = folder / "examples" / f"{name}_{kind}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            _draw_kind(data, kind, maps, path)


def _draw_kind(data, kind, maps, path):
    """Draw one kind of defect: a column an image, a row an image, mask or map."""
    rows = np.flatnonzero(data.kind_test == kind)
    rows = rows[np.linspace(0, len(rows) - 1, min(N_IMAGES, len(rows))).astype(int)]
    panels = {kind: data.X_test}
    if data.masks_test is not None:
        panels["mask"] = data.masks_test
    good = data.y_test == 0
    figure, axes = plt.subplots(
        len(panels) + len(maps),
        len(rows),
        figsize=(INCHES * len(rows) + 0.4, INCHES * (len(panels) + len(maps))),
        squeeze=False,
        layout="constrained",
    )
    for line, (title, images) in zip(axes, {**panels, **maps}.items(), strict=True):
        # From what good pixels have to what the most anomalous ones have.
        limits = {"vmin": np.median(images[good]), "vmax": np.max(images[rows])}
        style = {"cmap": "magma", **limits} if title in maps else {"cmap": "gray"}
        for axis, row in zip(line, rows, strict=True):
            axis.imshow(images[row], **style)
            axis.set_xticks([])
            axis.set_yticks([])
        line[0].set_ylabel(title, fontsize=8)
    figure.savefig(path, dpi=100)
    plt.close(figure)
