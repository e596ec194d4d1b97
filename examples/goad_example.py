"""Example of GOAD on tables: one class is normal, beside PyOD's IForest."""

import numpy as np
from pyod.models.iforest import IForest
from sklearn.datasets import load_breast_cancer, load_digits, load_iris, load_wine
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import train_test_split

from pyod_ssad import GOAD

TABLES = {
    "iris": load_iris,
    "wine": load_wine,
    "breast cancer": load_breast_cancer,
    "digits": load_digits,
}


def mean_auc(clf, rows, classes):
    """Train on half of each class; score its other half, and all other classes."""
    aucs = []
    for normal in np.unique(classes):
        is_normal = classes == normal
        train, held_out = train_test_split(
            rows[is_normal], test_size=0.5, random_state=10
        )
        test = np.concatenate([held_out, rows[~is_normal]])
        labels = np.repeat([0, 1], [len(held_out), (~is_normal).sum()])
        scores = clf.fit(train).decision_function(test)
        aucs.append(roc_auc_score(labels, scores))
    return np.mean(aucs)


if __name__ == "__main__":
    for name, load in TABLES.items():
        rows, classes = load(return_X_y=True)
        # Thresholds are not asked for: one network, and no more for thresholds.
        goad = GOAD(steps=200, calibration="density", random_state=0)
        ours = mean_auc(goad, rows, classes)
        forest = mean_auc(IForest(random_state=0), rows, classes)
        print(f"{name}: GOAD {ours:.3f}, IForest {forest:.3f}")
