"""What users get told: what was got, what is wanted, the likely mend."""

import re
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from PIL import Image
from pyod.models.ecod import ECOD
from pyod.models.knn import KNN
from sklearn.cluster import KMeans
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LogisticRegression
from sklearn.mixture import GaussianMixture
from sklearn.neighbors import LocalOutlierFactor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from model_selection import (
    MC,
    AlignmentCriterion,
    ConsensusCriterion,
    Criterion,
    ModelSelector,
    OnPixels,
    calibrated_scores,
    make_criterion,
)
from model_selection._fakes import CornerDetector, NotFinite, planted_data
from tests.model_selection.fakes import Breaking, Fixed, Passive

X, X_TEST = planted_data()


class Untrained(CornerDetector):
    """Must not be trained, because the error is known before."""

    def fit(self, X, y=None):
        raise AssertionError("trained before the error")


class Seeing(Untrained):
    """Takes images as they are."""

    def preprocess(self, X):
        return X


class SeeingShape(Seeing):
    """Takes tables whose rows it can read as images."""

    def __init__(self, image_shape=None):
        super().__init__()
        self.image_shape = image_shape


class NoAugmenting(Untrained):
    """Has the method, but not for tables."""

    def augment(self, X, random_state=None):
        raise ValueError("no table has an augmentation")


def fit(detectors=None, criterion="mc", X=X, X_unlabeled=X_TEST, **options):
    """Fit a selector of a group that must not be trained."""
    group = [Untrained(), Untrained()] if detectors is None else detectors
    ModelSelector(group, criterion, **options).fit(X, X_unlabeled=X_unlabeled)


def among(detector):
    """Fit a group with one that is wrong."""
    return lambda: fit({"fine": Untrained(), "odd": detector})


def judged_by(criterion):
    """Fit a group that is judged wrongly afterwards."""
    return lambda: fit(
        {f"d{i}": CornerDetector(True, i + 1) for i in (0, 1)}, criterion
    )


class Undirected(AlignmentCriterion):
    name = "undirected"

    def value(self, Z_trn, Z_aug, Z_test):
        return 0.0


class WronglyDirected(Undirected):
    greater_is_better = "yes"


class Nameless(Undirected):
    name, greater_is_better = 3, True


class OneScalar(ConsensusCriterion):
    name, greater_is_better = "one_scalar", True

    def values(self, scores):
        return 0.5


class Broken(ConsensusCriterion):
    name, greater_is_better = "broken", True

    def values(self, scores):
        return {}["key"]


class Wordy(Criterion):
    name, greater_is_better = "wordy", True

    def evaluate(self, detectors, X_train, X_unlabeled, *, random_state=0):
        return ["good", "bad"]


def two(scores, more):
    return scores + more


def quality(scores):
    return np.ones(scores.shape[1])


def crash(scores):
    raise KeyError("lost")


lof = LocalOutlierFactor
NO_DETECTOR = ["odd", "no decision_function", "wanted a PyOD detector such as KNN()"]
KEPT = ["2 fitted detectors are kept", "selector.named_detectors_, prefit=True"]

BEFORE = [
    ("KMeans", among(KMeans()), TypeError, ["KMeans", *NO_DETECTOR]),
    ("mixture", among(GaussianMixture()), TypeError, NO_DETECTOR),
    ("scaler", among(StandardScaler()), TypeError, NO_DETECTOR),
    ("string", among("knn"), TypeError, ["odd has no fit", "str 'knn'", "wanted"]),
    ("None", among(None), TypeError, ["odd has no fit", "NoneType None", "wanted"]),
    (
        "classifier",
        among(LogisticRegression()),
        TypeError,
        ["odd is a classifier", "LogisticRegression", "IsolationForest()"],
    ),
    (
        "pipeline of a classifier",
        among(make_pipeline(StandardScaler(), LogisticRegression())),
        TypeError,
        ["odd is a classifier", "wanted"],
    ),
    (
        "class in a list",
        lambda: fit([Untrained(), KNN]),
        TypeError,
        ["KNN is a class", "write KNN()"],
    ),
    ("class", among(KNN), TypeError, ["odd is a class", "got KNN", "write KNN()"]),
    (
        "lof",
        among(lof()),
        ValueError,
        [
            "odd",
            "novelty=False",
            "cannot score new",
            "LocalOutlierFactor(novelty=True)",
        ],
    ),
    (
        "pipeline of lof",
        among(make_pipeline(StandardScaler(), lof())),
        ValueError,
        ["novelty=False", "wanted LocalOutlierFactor(novelty=True)"],
    ),
    (
        "a single pair",
        lambda: fit(("knn", KNN())),
        TypeError,
        ["str 'knn'", "wanted a PyOD detector"],
    ),
    (
        "pairs and detectors",
        lambda: fit([("knn", KNN()), ECOD()]),
        TypeError,
        ["nothing but (name, detector)", "got ECOD", "name each detector or none"],
    ),
    (
        "reversed pairs",
        lambda: fit([(KNN(), "knn")]),
        TypeError,
        ["nothing but (name, detector)", "got tuple (KNN("],
    ),
    (
        "equal names",
        lambda: fit([("knn", KNN()), ("knn", ECOD())]),
        ValueError,
        ["names of detectors must differ", "['knn', 'knn']", "rename"],
    ),
    (
        "unknown criterion",
        lambda: fit(criterion="best"),
        ValueError,
        ["unknown criterion 'best'", "known: base, discordance, dsv"],
    ),
    (
        "unknown among several",
        lambda: fit(criterion=["mc", "best"]),
        ValueError,
        ["unknown criterion 'best'", "known: "],
    ),
    (
        "twice the same",
        lambda: fit(criterion=["mc", "dsv", "MC"]),
        ValueError,
        ["'mc' twice, got ['mc', 'dsv', 'MC'];", "wanted different", "leave one out"],
    ),
    (
        "by name and as an object",
        lambda: fit(criterion=[MC(), "mc"]),
        ValueError,
        ["'mc' twice, got [MC(), 'mc'];"],
    ),
    (
        "auto and what it stands for",
        lambda: fit(criterion=["auto", "dsv"]),
        ValueError,
        ["'dsv' twice", "where 'auto' stands for 'dsv'", "leave one out"],
    ),
    ("no criteria", lambda: fit(criterion=[]), ValueError, ["empty list", "'dsv'"]),
    (
        "criterion's class",
        lambda: fit(criterion=OneScalar),
        TypeError,
        ["must be a name, a Criterion", "OneScalar", "instantiate a class"],
    ),
    (
        "undirected",
        lambda: fit(criterion=Undirected()),
        TypeError,
        ["Undirected has no greater_is_better", "True or False in the class"],
    ),
    (
        "wrongly directed",
        lambda: fit(criterion=WronglyDirected()),
        TypeError,
        ["got {'greater_is_better': 'yes'}", "set name to a str"],
    ),
    ("nameless", lambda: fit(criterion=Nameless()), TypeError, ["got {'name': 3}"]),
    (
        "function of two",
        lambda: fit(criterion=two),
        TypeError,
        ["function two takes ['scores', 'more']", "wanted three arguments", "on="],
    ),
    (
        "function of no direction",
        lambda: fit(criterion=quality),
        ValueError,
        ["function quality", "taken for a loss", "got [1.", "make_criterion(quality, "],
    ),
    (
        "function that fails",
        lambda: fit(criterion=crash),
        ValueError,
        ["function crash failed", "KeyError: 'lost'", "make_criterion(crash, "],
    ),
    (
        "direction of a function",
        lambda: make_criterion(quality, greater_is_better=1),
        TypeError,
        ["got {'greater_is_better': 1}", "True or False"],
    ),
    (
        "domain of a function",
        lambda: make_criterion(quality, greater_is_better=True, on="images"),
        ValueError,
        ["on must be 'embeddings' or 'scores'", "got 'images'"],
    ),
    (
        "no function",
        lambda: make_criterion("dsv", greater_is_better=True),
        TypeError,
        ["must be callable", "got 'dsv'", "wanted (Z_trn, Z_aug, Z_test)"],
    ),
    (
        "alignment without unlabeled data",
        lambda: fit(criterion=["mc", "dsv"], X_unlabeled=None),
        ValueError,
        ["'dsv'", "got X_unlabeled=None", "pass fit(X, X_unlabeled=...)"],
    ),
    (
        "alignment without training data",
        lambda: fit(criterion="dsv", X=None, prefit=True),
        ValueError,
        ["'dsv'", "got X=None", "or choose 'mc', 'sel' or 'hits'"],
    ),
    (
        "alignment of what cannot embed",
        lambda: fit({"embeds": Untrained(), "plain": Breaking()}, ["dsv", "mc"]),
        TypeError,
        ["plain has no transform and no augment", "'mc', 'sel' and 'hits'"],
    ),
    (
        "alignment of what cannot augment these data",
        lambda: fit({"embeds": Untrained(), "goad": NoAugmenting()}, ["dsv", "mc"]),
        TypeError,
        ["'dsv'", "goad cannot augment (ValueError: no table", "choose 'mc', 'sel'"],
    ),
    *(
        (
            f"{words} for tables",
            lambda images=images: fit([KNN(), lof(novelty=True)], X=images),
            ValueError,
            [f"got {words}", "(KNN, LocalOutlierFactor)", "wanted rows", "OnPixels(KN"],
        )
        for images, words in (
            ("photos/good", "'photos/good'"),
            (Path("good"), "'good'"),
            (["a.png", "b.png"], "paths such as 'a.png'"),
            ([("a.png", 0)], "paths such as 'a.png'"),
            (pd.DataFrame({"file": ["c.png"]}), "paths such as 'c.png'"),
            (pd.Series(["d.png"]), "paths such as 'd.png'"),
            (np.ones((4, 8, 8)), "an array of shape (4, 8, 8)"),
            ([np.ones((8, 8)), np.ones((9, 9))], "images of shapes such as (8, 8)"),
            (iter([Image.new("L", (8, 8))]), "PIL images"),
        )
    ),
    (
        "a table for image detectors without a shape",
        lambda: fit({"sees": SeeingShape(), "fine": SeeingShape((3, 3)), "k": KNN()}),
        ValueError,
        ["a table of 40 rows", "no image_shape: sees;", "image_shape=(H, W[, C])"],
    ),
    (
        "no training data",
        lambda: fit(X=None),
        ValueError,
        ["got X=None; wanted training data", "prefit=True"],
    ),
    (
        "no data at all",
        lambda: fit(X=None, X_unlabeled=None, prefit=True),
        ValueError,
        ["neither X nor X_unlabeled", "wanted data", "fit(X_unlabeled=...)"],
    ),
    (
        "prefit and unfitted",
        lambda: fit({"raw": Untrained(), "forest": lof(novelty=True)}, prefit=True),
        ValueError,
        ["not fitted: raw, forest;", "call fit on them, or use prefit=False"],
    ),
    (
        "prefit tables beside images",
        lambda: fit(
            {"sees": Seeing(), "knn": KNN().fit(X)},
            X=np.ones((4, 8, 8)),
            X_unlabeled=None,
            prefit=True,
        ),
        ValueError,
        ["stand beside image detectors: knn;", "OnPixels(KNN(), image_detector)"],
    ),
    (
        "combine",
        lambda: fit(combine="median"),
        ValueError,
        ["combine must be 'best' or 'mean', got 'median'"],
    ),
    *(
        (
            f"top_k {top_k}",
            lambda top_k=top_k: fit(top_k=top_k),
            ValueError,
            ["top_k must be None or an int of at least 1", f"got {top_k!r}"],
        )
        for top_k in (0, -1, 2.5, "3", True)
    ),
    (
        "no calibration scores",
        lambda: calibrated_scores([], [1.0]),
        ValueError,
        ["calibration_scores is empty", "pass scores of normal samples"],
    ),
    (
        "NaN scores",
        lambda: calibrated_scores([1.0], [np.nan]),
        ValueError,
        ["scores must be one number a sample and no NaN", "got shape (1,) with 1 NaN"],
    ),
    (
        "calibration without data",
        lambda: ModelSelector([KNN()]).fit(X).calibrate(np.full((3, 9), 1e400)),
        ValueError,
        ["contains infinity"],
    ),
]

AFTER = [
    (
        "a scalar of values",
        OneScalar(),
        ValueError,
        ["'one_scalar'", "got 0.5", "wanted one number for each of the 2", "mend what"],
    ),
    (
        "too many values",
        Fixed((1, 2, 3)),
        ValueError,
        ["'fixed'", "shape (3,)", "wanted"],
    ),
    (
        "words",
        Wordy(),
        TypeError,
        ["'wordy'", "got ['good', 'bad']", "wanted one number"],
    ),
    (
        "NaN everywhere",
        Fixed((np.nan, np.nan)),
        ValueError,
        ["'fixed' has no finite value", "got [nan nan]", "check that their scores"],
    ),
    ("an exception", Broken(), RuntimeError, ["'broken' failed: KeyError: 'key'"]),
    (
        "an array a model",
        make_criterion(lambda a, b, c: a, greater_is_better=True, name="whole"),
        ValueError,
        [
            "'whole'",
            "returned shape (2, 40, 5)",
            "got array(",
            "wanted one number",
            "mend",
        ],
    ),
    (
        "a word a model",
        make_criterion(lambda a, b, c: "x", greater_is_better=True, name="word"),
        TypeError,
        ["'word' failed", "must return one number a model", "got 'x'", "mend it"],
    ),
]


def check(error, words, action):
    with pytest.raises(error) as caught:
        action()
    assert not [word for word in words if word not in str(caught.value)], caught.value


@pytest.mark.parametrize(
    ("action", "error", "words"),
    [row[1:] for row in BEFORE],
    ids=[r[0] for r in BEFORE],
)
def test_before_anything_is_trained(action, error, words):
    check(error, words, action)


@pytest.mark.parametrize(
    ("criterion", "error", "words"), [r[1:] for r in AFTER], ids=[r[0] for r in AFTER]
)
def test_criteria_that_fail_are_named_and_what_was_trained_is_kept(
    criterion, error, words
):
    check(error, [*words, *KEPT], judged_by(criterion))


def test_after_a_criterion_fails_the_detectors_go_on():
    group = {"fine": CornerDetector(), "other": CornerDetector(noise_column=2)}
    selector = ModelSelector(group, Broken())
    with pytest.raises(RuntimeError, match="'broken' failed"):
        selector.fit(X, X_unlabeled=X_TEST)
    assert selector.names_ == ["fine", "other"]
    fitted = selector.named_detectors_
    assert list(fitted.values()) == selector.detectors_
    again = ModelSelector(fitted, Fixed((1, 2)), prefit=True).fit(X)
    assert again.best_detector_ is selector.detectors_[1]


class BadLater(CornerDetector):
    """Scores the unlabeled data as NaN."""

    def decision_function(self, X):
        scores = super().decision_function(X)
        return np.where(X[:, 0] >= 2, np.nan, scores)


def test_nan_scores_of_one_lose_nothing():
    group = {"fine": CornerDetector(), "bad": BadLater(), "good": CornerDetector(False)}
    selector = ModelSelector(group, "mc")
    with pytest.raises(ValueError, match="NaN or infinity from model bad; .*3 fitted"):
        selector.fit(X, X_unlabeled=X_TEST)
    fitted = selector.named_detectors_
    del fitted["bad"]
    again = ModelSelector(fitted, "dsv", prefit=True).fit(X, X_unlabeled=X_TEST)
    assert again.best_name_ == "fine"


class Refusing:
    """A threshold object that fails."""

    def fit(self, scores):
        raise ValueError("refused")

    predict = fit


def test_a_threshold_that_fails_leaves_no_half_of_a_selection():
    group = {name: CornerDetector(name != "bad") for name in ("fine", "good", "bad")}
    selector = ModelSelector(group, "mc", contamination=Refusing())
    with pytest.raises(ValueError, match="refused"):
        selector.fit(X, X_unlabeled=X_TEST)
    assert selector.names_ == list(group) and len(selector.detectors_) == 3
    for method in (selector.predict, selector.decision_function, selector.p_values):
        with pytest.raises(NotFittedError):
            method(X_TEST)


@pytest.mark.parametrize("n_jobs", [None, 2])
def test_detectors_that_fail_to_fit_leave_the_others(n_jobs):
    group = {"a": Breaking(), "b": Passive(), "c": NotFinite(), "d": Passive((3, 2, 1))}
    selector = ModelSelector(group, "mc", n_jobs=n_jobs)
    with pytest.raises(RuntimeError) as caught:
        selector.fit(X)
    message = str(caught.value)
    assert "detector a failed to fit: MemoryError: out of crayons; mend" in message
    assert "2 fitted" not in message and "3 fitted detectors are kept" in message
    assert "in fit" in str(caught.value.__cause__)
    assert selector.names_ == ["b", "c", "d"]
    assert all(hasattr(d, "decision_scores_") for d in selector.detectors_)
    fitted = {n: d for n, d in selector.named_detectors_.items() if n != "c"}
    assert ModelSelector(fitted, "mc", prefit=True).fit(X).best_index_ == 0


class Unsendable(Exception):
    """Cannot be sent from one process to another."""

    def __init__(self, one, two):
        super().__init__(f"{one} {two}")


class Failing(Passive):
    """Raises it."""

    def fit(self, X, y=None):
        raise Unsendable("out of", "chalk")


def test_errors_that_cannot_be_sent_lose_nothing():
    selector = ModelSelector([Passive(), Failing(), Passive()], "mc", n_jobs=2)
    with pytest.raises(
        RuntimeError, match="Failing failed to fit: Unsendable: out of c"
    ):
        selector.fit(np.ones(3))
    assert selector.names_ == ["Passive[0]", "Passive[2]"]


def test_an_earlier_selection_outlives_errors_before_training():
    selector = ModelSelector([Passive(), Passive()], Fixed((1, 2))).fit(np.ones(3))
    kept = selector.best_detector_
    for wrong in (
        {"criterion": "best"},
        {"detectors": [Breaking()], "criterion": "mc"},
    ):
        with pytest.raises((ValueError, RuntimeError)):
            selector.set_params(**wrong).fit(np.ones(3))
        assert selector.best_detector_ is kept
        assert selector.best_index_ == 1
        np.testing.assert_array_equal(selector.predict(np.ones(3)), [0, 0, 1])


def test_a_selection_is_dropped_with_its_detectors():
    selector = ModelSelector([Passive(), Passive()], Fixed((1, 2))).fit(np.ones(3))
    with pytest.raises(ValueError, match="2 fitted detectors are kept"):
        selector.set_params(criterion=Fixed((1,))).fit(np.ones(3))
    assert len(selector.detectors_) == 2
    assert not hasattr(selector, "best_index_") and not hasattr(selector, "results_")


def test_pixels_of_another_shape_are_named():
    fitted = OnPixels(KNN(), Seeing()).fit(np.ones((20, 4, 4)))
    with pytest.raises(ValueError, match=re.escape("shape (5, 4) after preprocessing")):
        fitted.decision_function(np.ones((3, 5, 4)))
