"""Example of ST-SSAD: by which angle do sixes have to be turned to look like nines?"""

from functools import partial

import matplotlib.pyplot as plt
from pyod.utils.data import evaluate_print

from pyod_ssad import STSSAD, Tuning
from pyod_ssad.backbones import SmallCNN
from pyod_ssad.datasets import load_one_class

if __name__ == "__main__":
    data = load_one_class("digits", "6").task("9")
    X_train, X_test, y_test = data.X_train, data.X_test, data.y_test

    clf_name = "STSSAD"
    clf = STSSAD(
        "rotation",
        image_size=16,
        backbone=partial(SmallCNN, widths=(16, 32, 64, 128)),
        tuning=Tuning(warm_start=20, iterations=80),
        steps=0,
        random_state=0,
        verbose=1,
    )
    clf.fit(X_train, X_unlabeled=X_test)

    for start in clf.starts_:
        print(
            f"angle {start['initial']['angle']:.0f} -> {start['tuned']['angle']:.0f}, "
            f"score variance {start['selection']:.0f}"
        )
    learned = clf.starts_[clf.best_start_]["tuned"]["angle"]
    print(f"learned angle: {learned:.0f} degrees")

    print("\nOn the images that it was tuned towards:")
    evaluate_print(clf_name, y_test, clf.decision_function(X_test))

    shown = {
        "normal": X_train[:8],
        "pseudo anomalies": clf.augment(X_train[:8], random_state=0),
        "anomalies": X_test[y_test == 1][:8],
    }
    figure, axes = plt.subplots(3, 8, figsize=(10, 4.2), layout="constrained")
    for row, (title, images) in zip(axes, shown.items(), strict=True):
        for axis, image in zip(row, images, strict=True):
            axis.imshow(image, cmap="gray")
            axis.set(xticks=[], yticks=[])
        row[0].set_title(title, loc="left")
    figure.savefig("st_ssad_example.png")
