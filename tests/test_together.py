"""Detectors and selection together, on real photographs."""

import joblib
import numpy as np
import pytest
import torch
import torchvision
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image
from pyod.models.ecod import ECOD
from pyod.models.embedding import EmbeddingOD
from pyod.models.knn import KNN
from sklearn.base import clone
from sklearn.datasets import load_wine
from sklearn.ensemble import IsolationForest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer
from threadpoolctl import threadpool_limits

import pyod_ssad.images.paths
from model_selection import (
    ModelSelector,
    all_criteria,
    dsv_loss,
    model_centrality,
    select_agreement,
)
from pyod_ssad import GOAD, STSSAD, CutAvgSSAD, CutOutSSAD, CutPasteSSAD, Tuning
from pyod_ssad.datasets import load_textures
from pyod_ssad.images import list_images
from pyod_ssad.images.decoding import open_image

FAST = {"image_size": 16, "steps": 2, "batch_size": 4, "random_state": 0}

ON_TABLES = {"excess_mass", "mass_volume", "npd"}


@pytest.fixture(scope="module")
def data():
    return load_textures(
        "brick", size=16, n_train=20, n_test_normal=10, n_per_kind=10, kinds=["stain"]
    )


def write(images, folder):
    """Write images into a new folder, and return their paths."""
    folder.mkdir()
    paths = [folder / f"{i:02}.png" for i in range(len(images))]
    for path, image in zip(paths, images, strict=True):
        Image.fromarray(image).save(path)
    return paths


def group():
    return {
        "cutout": CutOutSSAD(patch_area=0.1, **FAST),
        "cutpaste": CutPasteSSAD(patch_area=(0.02, 0.2), **FAST),
    }


def test_dsv_selects_by_the_embeddings_of_the_detectors(data):
    selector = ModelSelector(group(), criterion="dsv", random_state=5)
    selector.fit(data.X_train, X_unlabeled=data.X_test)
    expected = []
    for detector in group().values():
        with threadpool_limits(1):
            detector.fit(data.X_train)
        X_aug = detector.augment(data.X_train, random_state=5)
        sets = (data.X_train, X_aug, data.X_test)
        expected.append(dsv_loss(*(detector.transform(X) for X in sets)))
    assert_allclose(selector.criterion_values_, expected, rtol=1e-5)
    best = selector.detectors_[int(np.argmin(expected))]
    assert_array_equal(
        selector.decision_function(data.X_test), best.decision_function(data.X_test)
    )


@pytest.mark.parametrize("combine", ["best", "mean"])
def test_only_detectors_that_answer_are_cross_fitted(data, combine):
    detectors = {**group(), "other": CutAvgSSAD(**FAST)}
    selector = ModelSelector(detectors, criterion="dsv", combine=combine, top_k=2)
    selector.fit(data.X_train, X_unlabeled=data.X_test)
    assert len(selector.combined_) == {"best": 1, "mean": 2}[combine]
    for i, (name, fitted) in enumerate(selector.named_detectors_.items()):
        answers = i in selector.combined_
        assert fitted.calibration == ("cross_fit" if answers else "density")
        alone = detectors[name].set_params(calibration=fitted.calibration)
        with threadpool_limits(1):
            alone.fit(data.X_train)
        assert_allclose(fitted.decision_scores_, alone.decision_scores_, rtol=1e-6)
    if combine == "best":
        assert selector.threshold_ == selector.best_detector_.threshold_


@pytest.mark.parametrize("name", sorted(set(all_criteria()) - ON_TABLES))
def test_every_criterion_takes_paths(data, name, tmp_path):
    values = []
    for X_train, X_test in (
        (data.X_train, data.X_test),
        (write(data.X_train, tmp_path / "a"), write(data.X_test, tmp_path / "b")),
    ):
        selector = ModelSelector(group(), criterion=name)
        selector.fit(X_train, X_unlabeled=X_test)
        assert selector.predict_proba(X_test).shape == (20, 2)
        values.append(selector.criterion_values_)
    assert np.isfinite(values).all()
    assert values[0].shape == (2,)


@pytest.mark.parametrize("name", sorted(ON_TABLES))
def test_criteria_of_tables_refuse_images_before_any_fit(data, name):
    selector = ModelSelector(group(), criterion=name)
    with pytest.raises(TypeError, match=r"finite table .* got shape \(\d+, 16, 16\)"):
        selector.fit(data.X_train, X_unlabeled=data.X_test)
    assert not hasattr(selector, "detectors_")


@pytest.fixture
def two_threads():
    """Two threads in the main process, whatever they were before."""
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    yield
    torch.set_num_threads(before)


def test_more_jobs_change_nothing_in_single_precision(data, two_threads):
    """Workers have fewer threads, and float32 sums depend on their number."""
    settings = {**FAST, "steps": 3, "batch_size": 8, "precision": "float32"}
    areas = [CutAvgSSAD(patch_area=area, **settings) for area in (0.05, 0.2)]

    def select(n_jobs, backend):
        with joblib.parallel_config(backend):
            selector = ModelSelector(areas, criterion="dsv", n_jobs=n_jobs)
            return selector.fit(data.X_train, X_unlabeled=data.X_test)

    alone = select(None, "loky")
    for backend in ("loky", "threading"):
        parallel = select(2, backend)
        assert_array_equal(parallel.criterion_values_, alone.criterion_values_)
        for one, other in zip(parallel.detectors_, alone.detectors_, strict=True):
            assert_array_equal(one.decision_scores_, other.decision_scores_)
    assert torch.get_num_threads() == 2


def test_consensus_on_a_mixed_zoo_of_images_and_tables(data):
    X_train, X_test = (X.reshape(len(X), -1) / 255 for X in (data.X_train, data.X_test))
    zoo = {
        "cutout": CutOutSSAD(image_shape=(16, 16), **FAST),
        "knn": KNN(),
        "ecod": ECOD(),
    }
    selector = ModelSelector(zoo, criterion="mc").fit(X_train, X_unlabeled=X_test)
    scores = [detector.decision_function(X_test) for detector in selector.detectors_]
    expected = model_centrality(np.column_stack(scores))
    assert_allclose(selector.criterion_values_, expected)
    assert selector.best_index_ == np.argmax(expected)


def test_embeddings_feed_pyod_and_pipelines(data):
    clf = CutPasteSSAD(**FAST).fit(data.X_train)
    Z_trn, Z_test = clf.transform(data.X_train), clf.transform(data.X_test)
    expected = KNN().fit(Z_trn).decision_function(Z_test)
    encoded = EmbeddingOD(encoder=clf.transform, detector="KNN", standardize=False)
    encoded.fit(data.X_train)
    assert_allclose(encoded.decision_function(data.X_test), expected, rtol=1e-4)
    pipeline = make_pipeline(FunctionTransformer(clf.transform), KNN())
    assert_allclose(pipeline.fit(data.X_train).decision_function(data.X_test), expected)


def test_a_detector_stands_in_a_pipeline_of_tables(data):
    X_train, X_test = (X.reshape(len(X), -1) / 255 for X in (data.X_train, data.X_test))
    invert = FunctionTransformer(lambda X: 1 - X)
    pipeline = make_pipeline(invert, CutOutSSAD(image_shape=(16, 16), **FAST))
    scores = pipeline.fit(X_train).decision_function(X_test)
    alone = CutOutSSAD(**FAST).fit(255 - data.X_train)
    assert_allclose(scores, alone.decision_function(255 - data.X_test), rtol=1e-6)


def test_a_selector_decodes_every_file_once(data, tmp_path, monkeypatch):
    paths = [tmp_path / f"{i}.png" for i in range(24)]
    for path, image in zip(paths, [*data.X_train, *data.X_test], strict=False):
        Image.fromarray(image).save(path)
    decoded = []

    def decode(path):
        decoded.append(path)
        return open_image(path)

    monkeypatch.setattr(pyod_ssad.images.paths, "open_image", decode)
    zoo = {area: CutOutSSAD(area, **FAST) for area in (0.02, 0.05, 0.1, 0.2, 0.4)}
    for criterion in ("dsv", "mc"):
        decoded.clear()
        selector = ModelSelector(zoo, criterion=criterion)
        selector.fit(paths[:14], X_unlabeled=paths[14:])
        assert sorted(decoded) == sorted(map(str, paths))


def test_a_selector_takes_folders_data_sets_and_generators(data, tmp_path):
    for name, images in (("train/good", data.X_train), ("new", data.X_test)):
        (tmp_path / name).mkdir(parents=True)
        for i, image in enumerate(images):
            path = tmp_path / name / f"{i:02}.png"
            Image.fromarray(image).convert("RGB").save(path)
    good, new = (list_images(tmp_path / name) for name in ("train/good", "new"))
    expected = ModelSelector(group()).fit(good, X_unlabeled=new)
    for X, X_unlabeled in (
        (tmp_path / "train" / "good", f"{tmp_path}/new/*.png"),
        ([Image.open(path) for path in good], map(open_image, new)),
        (torchvision.datasets.ImageFolder(tmp_path / "train"), iter(new)),
    ):
        selector = ModelSelector(group()).fit(X, X_unlabeled=X_unlabeled)
        assert_array_equal(selector.criterion_values_, expected.criterion_values_)
        assert_array_equal(selector.predict(tmp_path / "new"), expected.predict(new))


def test_a_tensor_reaches_workers_as_an_array(data, monkeypatch):
    """joblib pickles a tensor for each task, and maps an array once."""
    seen = []
    fit = CutOutSSAD.fit
    monkeypatch.setattr(
        CutOutSSAD, "fit", lambda clf, X, y=None: (seen.append(type(X)), fit(clf, X))[1]
    )
    X, X_test = (torch.from_numpy(images) for images in (data.X_train, data.X_test))
    ModelSelector(group(), criterion="mc").fit(X, X_unlabeled=X_test)
    assert seen == [np.ndarray]


class Inverted(CutOutSSAD):
    """Sees other images than its class does."""

    def preprocess(self, X):
        return 255 - super().preprocess(X)


@pytest.mark.parametrize("order", [1, -1])
def test_another_preprocess_is_not_shared(data, order):
    zoo = [CutOutSSAD(**FAST), Inverted(**FAST)][::order]
    selector = ModelSelector(zoo, criterion="mc")
    selector.fit(data.X_train, X_unlabeled=data.X_test)
    with threadpool_limits(1):
        alone = CutOutSSAD(**FAST).fit(data.X_train)
    plain = selector.detectors_[::order][0]
    X = data.X_test
    assert_array_equal(plain.decision_function(X), alone.decision_function(X))


@pytest.mark.parametrize("form", ["colour", "grey", "paths", "folder"])
def test_images_and_tables_in_one_zoo(data, form, tmp_path):
    sets = [data.X_train, data.X_test]
    if form == "colour":
        sets = [X[..., None].repeat(3, axis=3) for X in sets]
    pixels = [X.reshape(len(X), -1) / np.float32(255) for X in sets]
    if form in ("paths", "folder"):
        sets = [write(X, tmp_path / name) for name, X in zip("ab", sets, strict=True)]
    if form == "folder":
        sets = [paths[0].parent for paths in sets]
    zoo = [CutPasteSSAD(**FAST), KNN(), IsolationForest(random_state=0)]
    selector = ModelSelector(zoo).fit(sets[0], X_unlabeled=sets[1])
    assert selector.criterion_ == "sel"
    assert selector.names_ == ["CutPasteSSAD", "KNN", "IsolationForest"]
    scores = np.column_stack(
        [d.decision_function(sets[1]) for d in selector.detectors_]
    )
    knn = KNN().fit(pixels[0]).decision_function(pixels[1])
    forest = IsolationForest(random_state=0).fit(pixels[0]).decision_function(pixels[1])
    assert_allclose(scores[:, 1:], np.column_stack([knn, -forest]), rtol=1e-4)
    assert_allclose(selector.criterion_values_, select_agreement(scores))
    assert_array_equal(
        selector.decision_function(sets[1]), scores[:, selector.best_index_]
    )
    assert selector.predict_proba(sets[1]).shape == (20, 2)
    selector.set_params(combine="mean").fit(sets[0], X_unlabeled=sets[1])
    assert selector.calibrate(sets[1]).p_values(sets[1]).min() == 1 / 21 * 2


def test_prefit_detectors_of_grey_and_colour_read_the_same_files(data, tmp_path):
    paths = [tmp_path / f"{i}.png" for i in range(len(data.X_train))]
    for path, image in zip(paths, data.X_train, strict=True):
        Image.fromarray(image).save(path)
    zoo = [CutOutSSAD(**FAST).fit(X) for X in (data.X_train, paths)]
    for group in (zoo, zoo[::-1]):
        selector = ModelSelector(group, criterion="mc", prefit=True).fit(paths)
        for detector in selector.detectors_:
            assert np.isfinite(detector.decision_function(paths)).all()


def test_st_ssad_is_tuned_towards_files_of_grey_images(data, tmp_path):
    paths = [tmp_path / f"{i}.png" for i in range(len(data.X_test))]
    for path, image in zip(paths, data.X_test, strict=True):
        Image.fromarray(image).save(path)
    parameters = {**STSSAD._test_params(), **FAST, "tuning": Tuning(iterations=0)}
    of_files, of_arrays = (
        STSSAD(**parameters).fit(data.X_train, X_unlabeled=X)
        for X in (paths, data.X_test)
    )
    assert of_files.starts_[0]["selection"] == of_arrays.starts_[0]["selection"]


class TestTablesAndGOAD:
    rows = load_wine().data[:30]
    zoo = (GOAD(**{**FAST, "steps": 5}), KNN())

    def test_a_table_goes_to_all(self):
        selector = ModelSelector(list(self.zoo), criterion="mc").fit(self.rows)
        goad, knn = selector.detectors_
        assert goad.n_features_in_ == self.rows.shape[1]
        alone = KNN().fit(self.rows)
        assert_array_equal(knn.decision_scores_, alone.decision_scores_)

    def test_detectors_may_be_fitted_already(self):
        fitted = [clf.fit(self.rows) for clf in map(clone, self.zoo)]
        selector = ModelSelector(fitted, criterion="mc", prefit=True)
        selector.fit(X_unlabeled=self.rows)
        scores = [clf.decision_function(self.rows[:4]) for clf in fitted]
        best = int(selector.best_index_)
        assert_array_equal(selector.decision_function(self.rows[:4]), scores[best])

    def test_images_go_to_both_in_their_own_form(self, data):
        selector = ModelSelector(list(self.zoo), criterion="mc").fit(data.X_train)
        goad, knn = selector.detectors_
        assert goad.n_features_in_ is None
        assert knn.shape_ == (16, 16, 1)

    def test_image_detectors_beside_it_are_named(self):
        group = [*self.zoo, CutPasteSSAD(**FAST)]
        with pytest.raises(ValueError, match="no image_shape: CutPasteSSAD;"):
            ModelSelector(group).fit(self.rows)
