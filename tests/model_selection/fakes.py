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

TRAIN, AUGMENTED, NORMAL, ANOMALY = range(4)


def planted_data(n_train=40, n_test=40, seed=0):
    """Rows of (kind, noise...); half of the unlabeled rows are anomalies."""
    rng = np.random.default_rng(seed)
    kinds = np.repeat([NORMAL, ANOMALY], n_test // 2)
    X_train = np.column_stack([np.full(n_train, TRAIN), rng.normal(size=(n_train, 8))])
    X_test = np.column_stack([kinds, rng.normal(size=(len(kinds), 8))])
    return X_train, X_test


class CornerDetector(BaseDetector):
    """Embeds each kind of row at a corner of the simplex, with a little noise.

    An aligned one puts augmented rows where anomalies are and normal test rows where
    training rows are; an overfitted one puts everything unseen somewhere else.
    """

    def __init__(self, aligned=True, noise_column=1, contamination=0.1):
        super().__init__(contamination=contamination)
        self.aligned = aligned
        self.noise_column = noise_column

    def fit(self, X, y=None):
        self._set_n_classes(None)
        self.centre_ = self.transform(X).mean(axis=0)
        self.decision_scores_ = self.decision_function(X)
        self._process_decision_scores()
        return self

    def transform(self, X):
        kinds = X[:, 0].astype(int)
        corner = np.array([0, 1, 0, 1] if self.aligned else [0, 1, 2, 3])[kinds]
        Z = np.eye(5)[corner]
        Z[:, 4] = 0.02 * X[:, self.noise_column]
        return Z

    def augment(self, X, random_state=None):
        X = X.copy()
        X[:, 0] = AUGMENTED
        # Noise is shuffled by the seed, so that the seed shows in the embeddings.
        rng = np.random.default_rng(random_state)
        X[:, 1:] = X[:, 1 + rng.permutation(X.shape[1] - 1)]
        return X

    def decision_function(self, X):
        signal = np.linalg.norm((self.transform(X) - self.centre_)[:, :4], axis=1)
        return signal + 0.02 * X[:, self.noise_column]


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


class Untouchable:
    """Raises whatever one does with it: stands in for labels nobody may read."""

    def __getattribute__(self, name):
        raise AssertionError(f"labels were read: {name}")

    def __len__(self):
        raise AssertionError("labels were read: len")

    def __iter__(self):
        raise AssertionError("labels were read: iter")

    def __bool__(self):
        raise AssertionError("labels were read: bool")

    def __eq__(self, other):
        raise AssertionError("labels were read: eq")

    __hash__ = None


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
