"""Torch-free detectors and groups of them, for tests of the selection."""

import numpy as np
from pyod.models.base import BaseDetector
from pyod.models.ecod import ECOD
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from pyod.models.ocsvm import OCSVM
from pyod.models.pca import PCA

from model_selection import Criterion


class Passive(BaseDetector):
    """Scores that were decided beforehand; remembers what it was given."""

    def __init__(self, scores=(0.0, 1.0, 2.0), contamination=0.1):
        super().__init__(contamination=contamination)
        self.scores = scores

    def fit(self, X, y=None):
        self.fitted_on_, self.saw_y_ = X, y
        self._set_n_classes(None)
        self.decision_scores_ = np.array(self.scores, dtype=float)
        self._process_decision_scores()
        return self

    def decision_function(self, X):
        self.scored_ = X
        return np.array(self.scores, dtype=float)


class Breaking(Passive):
    """Fails to fit."""

    def fit(self, X, y=None):
        raise MemoryError("out of crayons")


class Fixed(Criterion):
    """Values decided beforehand."""

    name = "fixed"
    greater_is_better = True

    def __init__(self, values=(), greater_is_better=True):
        self.values = values
        self.greater_is_better = greater_is_better

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        return np.array(self.values, dtype=float)


def classical():
    return {
        "knn": KNN(),
        "lof": LOF(n_neighbors=30),
        "iforest": IForest(n_estimators=30, random_state=0),
        "ocsvm": OCSVM(gamma=0.01),
        "pca": PCA(n_components=2),
        "ecod": ECOD(),
    }
