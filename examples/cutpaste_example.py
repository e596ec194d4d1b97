"""Example of CutPaste on photographs of bricks with simulated defects."""

import matplotlib.pyplot as plt
from pyod.utils.data import evaluate_print

from pyod_ssad import CutPasteSSAD
from pyod_ssad.datasets import load_textures

if __name__ == "__main__":
    data = load_textures("brick", size=32)
    X_train, X_test, y_test = data.X_train, data.X_test, data.y_test

    clf_name = "CutPasteSSAD"
    clf = CutPasteSSAD(
        patch_area=(0.02, 0.1), image_size=32, steps=150, random_state=0, verbose=1
    )
    clf.fit(X_train)

    y_train_scores = clf.decision_scores_  # raw scores of the training images
    y_test_pred = clf.predict(X_test)  # 0 or 1
    y_test_scores = clf.decision_function(X_test)  # raw scores

    print("\nOn Test Data:")
    evaluate_print(clf_name, y_test, y_test_scores)

    ranked = y_test_scores.argsort()
    shown = {
        "normal": X_train[:8],
        "pseudo anomalies": clf.augment(X_train[:8], random_state=0),
        "least anomalous": X_test[ranked[:8]],
        "most anomalous": X_test[ranked[-8:]],
    }
    figure, axes = plt.subplots(4, 8, figsize=(10, 5.5), layout="constrained")
    for row, (title, images) in zip(axes, shown.items(), strict=True):
        for axis, image in zip(row, images, strict=True):
            axis.imshow(image, cmap="gray")
            axis.set(xticks=[], yticks=[])
        row[0].set_title(title, loc="left")
    figure.savefig("cutpaste_example.png")
