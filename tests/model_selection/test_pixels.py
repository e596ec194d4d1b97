"""Detectors of images and of tables in one group: each gets the data in its form."""

import numpy as np
import pandas as pd
import pytest
from pyod.models.ecod import ECOD
from pyod.models.embedding import EmbeddingOD
from pyod.models.knn import KNN
from sklearn.base import clone
from sklearn.ensemble import IsolationForest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler

from model_selection import ModelSelector, OnPixels
from model_selection.pixels import give_pixels, is_table, takes_tables
from tests.model_selection.fakes import Passive


class Seeing(Passive):
    """Takes images as an array, or the name of a set of them, and halves their side."""

    def __init__(self, scores=None, step=2, contamination=0.1):
        super().__init__(scores, contamination)
        self.step = step

    @property
    def preprocessing(self):
        return ("seeing", self.step)

    def preprocess(self, X):
        images = SETS[X] if isinstance(X, str) else np.asarray(X)
        if images.shape[1:3] == (8 // self.step,) * 2:
            return images
        return images[:, :: self.step, :: self.step]

    def fit(self, X, y=None):
        self._set_n_classes(None)
        self.decision_scores_ = self.decision_function(X)
        return self._process_decision_scores()

    def decision_function(self, X):
        return self.preprocess(X).reshape(len(self.preprocess(X)), -1).mean(1) / 255.0


def images(n, seed, channels=3):
    rng = np.random.default_rng(seed)
    return rng.integers(0, 256, (n, 8, 8, channels)).astype(np.uint8)


SETS = {"good": images(20, 0), "new": images(12, 1)}


def rows(name, step=2):
    """Return the pixels that a detector of tables is to see."""
    return (SETS[name][:, ::step, ::step] / np.float32(255)).reshape(
        len(SETS[name]), -1
    )


@pytest.mark.parametrize(
    "form", [lambda name: SETS[name], str, lambda n: list(SETS[n])]
)
def test_each_gets_the_data_in_its_own_form(form):
    zoo = {"seeing": Seeing(), "knn": KNN(), "forest": IsolationForest(random_state=0)}
    selector = ModelSelector(zoo, "mc").fit(form("good"), X_unlabeled=form("new"))
    knn = KNN().fit(rows("good"))
    forest = IsolationForest(random_state=0).fit(rows("good"))
    want = [
        SETS["new"][:, ::2, ::2].reshape(12, -1).mean(1) / 255.0,
        knn.decision_function(rows("new")),
        -forest.decision_function(rows("new")),
    ]
    for detector, scores in zip(selector.detectors_, want, strict=True):
        got = detector.decision_function(form("new"))
        np.testing.assert_allclose(got, scores, rtol=1e-5)
    np.testing.assert_allclose(
        selector.detectors_[1].decision_scores_, knn.decision_scores_, rtol=1e-5
    )
    got = selector.decision_function(form("new"))
    np.testing.assert_allclose(got, want[selector.best_index_], rtol=1e-5)


def test_names_and_parameters_are_those_of_the_detectors_given():
    zoo = [Seeing(), KNN(), KNN(n_neighbors=3)]
    selector = ModelSelector(zoo, "mc").fit(SETS["good"])
    names = ["Seeing", "KNN(n_neighbors=5)", "KNN(n_neighbors=3)"]
    assert selector.names_ == names
    assert [p["n_neighbors"] for p in selector.results_["params"][1:]] == [5, 3]
    again = ModelSelector(selector.detectors_, "mc", prefit=True).fit(SETS["good"])
    assert again.names_ == names
    np.testing.assert_array_equal(again.criterion_values_, selector.criterion_values_)


def test_files_are_read_once_for_images_and_tables(monkeypatch):
    read = []
    preprocess = Seeing.preprocess

    def count(self, X):
        if isinstance(X, str):
            read.append(X)
        return preprocess(self, X)

    monkeypatch.setattr(Seeing, "preprocess", count)
    zoo = [Seeing(), KNN(), ECOD(), Seeing(step=4)]
    selector = ModelSelector(zoo, "mc", combine="mean", top_k=None)
    selector.fit("good", X_unlabeled="new")
    assert sorted(read) == ["good", "good", "new", "new"]
    read.clear()
    selector.predict("new")
    assert read == ["new", "new"]


def test_the_first_image_detector_makes_the_pixels():
    selector = ModelSelector([KNN(), Seeing(step=4), Seeing()], "mc").fit("good")
    assert selector.detectors_[0].shape_ == (2, 2, 3)


def test_a_table_goes_to_all_as_it_is():
    X = np.random.default_rng(0).random((20, 5))
    members = [Seeing(), KNN()]
    for table in (X, X.tolist()):
        assert give_pixels(["a", "b"], members, table) is members
        assert is_table(table)
    paths = pd.DataFrame({"file": ["a.png", "b.png"]})
    pairs = [("a.png", 0), ("b.png", 1)]
    assert not any(map(is_table, [paths, pairs, paths.to_numpy(), [(SETS, 1)]]))
    assert not any(map(is_table, ["good", ["a.png"], SETS["good"], list(SETS["good"])]))


def test_a_group_of_tables_alone_gets_the_data_untouched():
    members = [KNN(), Passive()]
    for X in (np.ones((9, 3)), np.ones(3), [[1, 2]], [{"a": 1}], []):
        assert give_pixels(["a", "b"], members, X) is members


def test_what_ones_own_detectors_take_is_not_known():
    members = [Passive(), Passive()]
    for X in (SETS["good"], "good", list(SETS["good"])):
        assert give_pixels(["a", "b"], members, X) is members
    members = [EmbeddingOD(encoder=len, detector="KNN"), Passive()]
    assert give_pixels(["a", "b"], members, ["some", "words"]) is members


@pytest.mark.parametrize(
    ("detector", "wants"),
    [
        (KNN(), True),
        (make_pipeline(StandardScaler(), KNN()), True),
        (ModelSelector([KNN(), ECOD()]), True),
        (object(), True),
        (Seeing(), False),
        (ModelSelector([("a", KNN()), ("b", Seeing())]), False),
        (EmbeddingOD(encoder=len, detector="KNN"), False),
        (make_pipeline(FunctionTransformer(np.ravel), KNN()), False),
    ],
)
def test_who_takes_tables(detector, wants):
    assert takes_tables(detector) is wants


def test_one_may_wrap_by_hand():
    wrapped = OnPixels(KNN(n_neighbors=3), Seeing(step=4))
    assert wrapped.get_params()["detector__n_neighbors"] == 3
    fitted = clone(wrapped).fit("good")
    want = KNN(n_neighbors=3).fit(rows("good", 4)).decision_function(rows("new", 4))
    np.testing.assert_allclose(fitted.decision_function("new"), want, rtol=1e-5)
    assert fitted.predict_proba("new").shape == (12, 2)
    zoo = [Seeing().fit("good"), fitted, OnPixels(ECOD(), Seeing()).fit("good")]
    selector = ModelSelector(zoo, prefit=True).fit(X_unlabeled="new")
    assert selector.detectors_[1] is fitted


def test_colour_pixels_may_be_read_from_grey_files():
    class Either(Seeing):
        def preprocess(self, X):
            return X

    colour = images(20, 2, channels=1).repeat(3, axis=3)
    for layout in ((0, 1, 2, 3), (0, 3, 1, 2)):
        fitted = OnPixels(KNN(), Either()).fit(colour.transpose(layout))
        gray = colour[..., :1].transpose(layout)
        want = fitted.decision_function(colour.transpose(layout))
        np.testing.assert_array_equal(fitted.decision_function(gray), want)


def test_grey_pixels_may_be_read_from_files_as_colours():
    gray = images(20, 2, channels=1)
    for layout in ((0, 1, 2, 3), (0, 3, 1, 2)):
        first = layout[1] == 3

        class Either(Seeing):
            def preprocess(self, X):
                return X

        fitted = OnPixels(KNN(), Either()).fit(gray.transpose(layout))
        colour = gray.repeat(3, axis=3).transpose(layout)
        want = fitted.decision_function(gray.transpose(layout))
        np.testing.assert_array_equal(fitted.decision_function(colour), want)
        shape = r"\(3, 8, 8\)" if first else r"\(8, 8, 3\)"
        with pytest.raises(ValueError, match=f"images of shape {shape}.*wanted"):
            fitted.decision_function(images(5, 3).transpose(layout))
