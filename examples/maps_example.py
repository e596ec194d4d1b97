"""Example of anomaly maps: where a detector that has learned blobs sees a defect."""

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np

from model_selection import per_region_overlap, pixel_auroc
from pyod_ssad import DenseSSAD
from pyod_ssad.datasets import load_textures

if __name__ == "__main__":
    data = load_textures("brick", size=64, defect_area=(0.005, 0.02))

    clf = DenseSSAD(steps=50, calibration="density", random_state=0, verbose=1)
    clf.fit(data.X_train)
    maps = clf.anomaly_map(data.X_test)

    # Masks are for the report alone: nothing above has seen them.
    print("kind              images found  pixel AUROC  PRO")
    for kind in data.kinds:
        rows = np.isin(data.kind_test, ("good", kind))
        masks = data.masks_test[rows]
        found = clf.predict(data.X_test[data.kind_test == kind]).mean()
        auroc = pixel_auroc(masks, maps[rows])
        pro = per_region_overlap(masks, maps[rows])
        print(f"{kind:18}{found:12.2f}{auroc:13.3f}{pro:5.2f}")

    shown = [np.flatnonzero(data.kind_test == kind)[0] for kind in data.kinds]
    figure, axes = plt.subplots(2, len(shown), figsize=(2 * len(shown), 4))
    for (image, overlay), row, kind in zip(axes.T, shown, data.kinds, strict=True):
        image.imshow(data.X_test[row], cmap="gray")
        image.set_title(kind, fontsize=9)
        overlay.imshow(maps[row], cmap="magma")
        overlay.contour(data.masks_test[row], [0.5], colors="white", linewidths=1)
        for axis in (image, overlay):
            axis.set_axis_off()
    figure.savefig("maps_example.png", dpi=100)
    print("\nimages, maps and the defects' outlines: maps_example.png")
