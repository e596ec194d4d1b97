"""Criteria that are wrong in one way each, and two that are right."""

import numpy as np

from model_selection import (
    AlignmentCriterion,
    ConsensusCriterion,
    Criterion,
    dsv_loss,
    model_centrality,
)


class Right(AlignmentCriterion):
    """The DSV loss, with an argument; the wrong ones below differ in one thing."""

    name = "right"
    greater_is_better = False

    def __init__(self, cap=0.5):
        self.cap = cap

    def value(self, Z_trn, Z_aug, Z_test):
        return dsv_loss(Z_trn, Z_aug, Z_test, cap=self.cap)


class RightOnScores(ConsensusCriterion):
    """Model centrality; the wrong ones below differ in one thing."""

    name = "right_on_scores"
    greater_is_better = True

    def values(self, scores):
        return model_centrality(scores)


class Undirected(Right):
    greater_is_better = None


class Nameless(Right):
    name = 3


class Unnamed(AlignmentCriterion):
    greater_is_better = False

    def value(self, Z_trn, Z_aug, Z_test):
        return dsv_loss(Z_trn, Z_aug, Z_test)


class ReversedSign(Right):
    greater_is_better = True


class ReversedOnScores(RightOnScores):
    greater_is_better = False


class Indifferent(Right):
    def value(self, Z_trn, Z_aug, Z_test):
        return 1.0


class BarelyRight(Criterion):
    """Half the spread of the others, 0.5, would be a clear margin."""

    name = "barely_right"
    greater_is_better = False

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        return np.array([0.0, 1.4, 0.5, 1.0])


class OneScalar(RightOnScores):
    def values(self, scores):
        return float(super().values(scores).mean())


class Listing(RightOnScores):
    def values(self, scores):
        return list(super().values(scores))


class SinglePrecision(RightOnScores):
    def values(self, scores):
        return super().values(scores).astype(np.float32)


class OneArrayAModel(Right):
    def value(self, Z_trn, Z_aug, Z_test):
        return np.array([super().value(Z_trn, Z_aug, Z_test)])


class Centring(Right):
    def value(self, Z_trn, Z_aug, Z_test):
        Z_trn -= Z_trn.mean(axis=0)
        return super().value(Z_trn, Z_aug, Z_test)


class Sorting(RightOnScores):
    def values(self, scores):
        values = super().values(scores)
        scores.sort(axis=0)
        return values


class ChangingData(Right):
    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        values = super().evaluate(detectors, X_train, X_unlabeled)
        X_unlabeled[0] = 0.0
        return values


class ChangingItself(Right):
    def value(self, Z_trn, Z_aug, Z_test):
        self.cap = 0.4
        return super().value(Z_trn, Z_aug, Z_test)


class FavouringTheFirst(RightOnScores):
    def values(self, scores):
        return super().values(scores) - 2e-9 * np.arange(scores.shape[1])


class ReadingFirstSample(Right):
    def value(self, Z_trn, Z_aug, Z_test):
        return super().value(Z_trn, Z_aug, Z_test) + 1e-3 * Z_test[0, 4]


class ReadingNames(RightOnScores):
    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        values = super().evaluate(detectors, X_train, X_unlabeled)
        return values + isinstance(detectors, dict)


class Unseeded(Right):
    def value(self, Z_trn, Z_aug, Z_test):
        noise = 1e-3 * np.random.default_rng().normal()
        return super().value(Z_trn, Z_aug, Z_test) + noise


class GloballySeeded(Right):
    def value(self, Z_trn, Z_aug, Z_test):
        np.random.seed(0)  # noqa: NPY002
        return super().value(Z_trn, Z_aug, Z_test)


class PeekingAtLabels(RightOnScores):
    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        values = super().evaluate(detectors, X_train, X_unlabeled)
        for detector in getattr(detectors, "values", lambda: detectors)():
            if hasattr(detector, "y_"):
                values += np.mean(detector.y_)
        return values


class SwayedByLabels(RightOnScores):
    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        values = super().evaluate(detectors, X_train, X_unlabeled)
        members = list(getattr(detectors, "values", lambda: detectors)())
        return values + hasattr(members[0], "y_")


class TakingAnything(Criterion):
    name = "taking_anything"
    greater_is_better = False

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        detectors = detectors if isinstance(detectors, list) else [detectors]
        return np.arange(float(len(detectors)))


class SecondEvaluation(Right):
    def evaluate_embeddings(self, embeddings):
        return super().evaluate_embeddings(embeddings) + 1.0


class SecondEvaluationOnScores(RightOnScores):
    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        return super().evaluate(detectors, X_train, X_unlabeled) + 1.0


class ZeroWhereItCannot(Right):
    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        try:
            return super().evaluate(detectors, X_train, X_unlabeled)
        except TypeError:
            return np.zeros(2)


class OtherError(Right):
    def check_detectors(self, detectors):
        try:
            super().check_detectors(detectors)
        except TypeError as error:
            raise KeyError(str(error)) from error


class OtherWords(Right):
    def check_detectors(self, detectors):
        try:
            super().check_detectors(detectors)
        except TypeError as error:
            raise TypeError("no embeddings") from error


class NanAsZero(RightOnScores):
    def evaluate_scores(self, scores, names=None):
        return super().evaluate_scores(np.nan_to_num(scores), names)


class ForgettingArguments(Right):
    def __init__(self, cap=0.5):
        pass

    def value(self, Z_trn, Z_aug, Z_test):
        return dsv_loss(Z_trn, Z_aug, Z_test)


class RoundingArguments(Right):
    def __init__(self, cap=0.5):
        self.cap = np.float64(cap)


class CollectingArguments(Right):
    def __init__(self, **options):
        self.cap = options.get("cap", 0.5)


class HiddenState(Right):
    def __init__(self, cap=0.5):
        self.cap = cap
        self.extra = 0.0

    def value(self, Z_trn, Z_aug, Z_test):
        return super().value(Z_trn, Z_aug, Z_test) + self.extra


def with_hidden_state():
    criterion = HiddenState()
    criterion.extra = 1.0
    return criterion


class OnlyForImages(RightOnScores):
    """Gives NaN once a model cannot embed."""

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        values = super().evaluate(detectors, X_train, X_unlabeled)
        members = list(getattr(detectors, "values", lambda: detectors)())
        values[[not hasattr(member, "transform") for member in members]] = np.nan
        return values
