"""Example of GOAD on tables: one class is normal, beside PyOD's IForest."""

from itertools import product

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
SPLITS = (10, 11, 12)


def mean_auc(clf, rows, classes):
    """Train on half of each class; score its other half, and all other classes."""
    aucs = []
    for split, normal in product(SPLITS, np.unique(classes)):
        is_normal = classes == normal
        halves = train_test_split(rows[is_normal], test_size=0.5, random_state=split)
        test = np.concatenate([halves[1], rows[~is_normal]])
        labels = np.repeat([0, 1], [len(halves[1]), (~is_normal).sum()])
        scores = clf.fit(halves[0]).decision_function(test)
        aucs.append(roc_auc_score(labels, scores))
    return np.mean(aucs)


if __name__ == "__main__":
    for name, load in TABLES.items():
        rows, classes = load(return_X_y=True)
        # Thresholds are not asked for: one network, and no more for thresholds.
        settings = {"steps": 60, "calibration": "density", "random_state": 0}
        detectors = {
            "GOAD": GOAD(**settings),
            "GOAD, Gaussian": GOAD(density="gaussian", **settings),
            "IForest": IForest(random_state=0),
        }
        aucs = {n: mean_auc(clf, rows, classes) for n, clf in detectors.items()}
        print(f"{name}:", ", ".join(f"{n} {auc:.3f}" for n, auc in aucs.items()))
