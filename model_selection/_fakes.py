"""Detectors that need no training, for the checks of criteria."""

import numpy as np
from pyod.models.base import BaseDetector

TRAIN, AUGMENTED, NORMAL, ANOMALY = range(4)

# The position of the overfitted model in `planted_group`.
BAD = 1


def planted_data(n_train=40, n_test=40, seed=0):
    """Return rows of (kind, noise...); half of the unlabeled rows are anomalies."""
    rng = np.random.default_rng(seed)
    kinds = np.repeat([NORMAL, ANOMALY], n_test // 2)
    X_train = np.column_stack([np.full(n_train, TRAIN), rng.normal(size=(n_train, 8))])
    X_test = np.column_stack([kinds, rng.normal(size=(len(kinds), 8))])
    return X_train, X_test


def planted_group():
    """Return four fitted models, the one at `BAD` overfitted, and their data."""
    data = planted_data()
    classes = CornerDetector, CornerDetector, OtherCorner, OtherCorner
    models = [cls(i != BAD, noise_column=i + 1) for i, cls in enumerate(classes)]
    return [model.fit(data[0]) for model in models], data


class _ThresholdedScores(BaseDetector):
    """Fit as PyOD does, where `_learn` does what there is to learn."""

    def fit(self, X, y=None):
        """Score the training data and threshold their scores; labels are ignored."""
        self._set_n_classes(None)
        self._learn(X)
        self.decision_scores_ = self._score_training_data(X)
        self._process_decision_scores()
        return self

    def _score_training_data(self, X):
        return self.decision_function(X)


class CornerDetector(_ThresholdedScores):
    """Embeds each kind of row at a corner of the simplex, with a little noise.

    An aligned one puts augmented rows where anomalies are and normal test rows where
    training rows are; an overfitted one puts everything unseen somewhere else.
    Its ``decision_scores_`` are out of sample: of normal rows that it has not seen.
    """

    is_out_of_sample = True

    def __init__(self, aligned=True, noise_column=1, contamination=0.1):
        super().__init__(contamination=contamination)
        self.aligned = aligned
        self.noise_column = noise_column

    def _learn(self, X):
        self.centre_ = self.transform(X).mean(axis=0)

    def _score_training_data(self, X):
        Z = self.transform(X).copy()
        Z[:, :4] = np.eye(4)[self._corners[NORMAL]]
        return self._distances(Z)

    def transform(self, X):
        """Return the corner of each row's kind, and the noise as a fifth column."""
        kinds = X[:, 0].astype(int)
        Z = np.eye(5)[self._corners[kinds]]
        Z[:, 4] = 0.02 * X[:, self.noise_column]
        return Z

    def augment(self, X, random_state=None):
        """Return rows of the augmented kind, their noise shuffled by the seed."""
        X = X.copy()
        X[:, 0] = AUGMENTED
        # So the seed shows in the embeddings.
        rng = np.random.default_rng(random_state)
        X[:, 1:] = X[:, 1 + rng.permutation(X.shape[1] - 1)]
        return X

    def decision_function(self, X):
        """Return the distance from the training corner, plus noise."""
        return self._distances(self.transform(X))

    @property
    def _corners(self):
        """Where each kind of row is."""
        return np.array([0, 1, 0, 1] if self.aligned else [0, 1, 2, 3])

    def _distances(self, Z):
        return np.linalg.norm((Z - self.centre_)[:, :4], axis=1) + Z[:, 4]


class OtherCorner(CornerDetector):
    """The same, of another class, as detectors with another augmentation are."""


class ScoreOnly(_ThresholdedScores):
    """Scores rows by the distance from the training mean, and does nothing else."""

    def __init__(self, contamination=0.1):
        super().__init__(contamination=contamination)

    def _learn(self, X):
        self.mean_ = X.mean(axis=0)

    def decision_function(self, X):
        """Return the distance of each row from the mean."""
        return np.linalg.norm(X - self.mean_, axis=1)


class NotFinite(CornerDetector):
    """Scores everything as NaN; it cannot be fitted."""

    def decision_function(self, X):
        """Return NaN for each row."""
        return np.full(len(X), np.nan)


class Untouchable:
    """Raises whatever one does with it: stands in for labels nobody may read."""

    def __getattribute__(self, name):
        """Refuse."""
        raise AssertionError(f"labels were read: {name}")

    def __len__(self):
        """Refuse."""
        raise AssertionError("labels were read: len")

    def __iter__(self):
        """Refuse."""
        raise AssertionError("labels were read: iter")

    def __bool__(self):
        """Refuse."""
        raise AssertionError("labels were read: bool")

    def __eq__(self, other):
        """Refuse."""
        raise AssertionError("labels were read: eq")

    __hash__ = None
