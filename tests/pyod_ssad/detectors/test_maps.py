"""Maps of single detectors: what they are made of, and where there are none."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from pyod.models.knn import KNN
from torch import nn

from model_selection import ModelSelector
from pyod_ssad import (
    DAE,
    GOAD,
    CutOutSSAD,
    PatchFeatures,
    PretrainedFeatures,
    image_detector,
)
from pyod_ssad.backbones import LayerGrids, find_middle_stages
from pyod_ssad.densities.patch_detector import PatchDetector
from pyod_ssad.densities.position_gaussian import PositionGaussian
from pyod_ssad.maps import draw_maps, grid_stage
from tests.pyod_ssad.detectors.making import X, make

TABLE = np.random.default_rng(0).random((30, 5))


def patch_features(**parameters):
    return PatchFeatures(
        "small_cnn", None, **{"image_size": 16, "random_state": 0, **parameters}
    )


@torch.no_grad()
def middle_grid(clf):
    encoder = clf.network_.encoder
    grids = LayerGrids(encoder.backbone, find_middle_stages(encoder.backbone, 16))
    images = torch.from_numpy(clf.preprocess(X).transpose(0, 3, 1, 2)).float() / 255
    return grids(encoder.scale(images)).flatten(2).transpose(1, 2).numpy()


def test_maps_are_distances_on_the_grid_of_the_own_network():
    clf = make(CutOutSSAD).fit(X)
    patches = middle_grid(clf)
    scores = PositionGaussian(seed=0).fit(patches).score_patches(patches)
    expected = draw_maps(scores, 16, (16, 16))
    assert_allclose(clf.anomaly_map(X), expected, rtol=1e-3)


def test_scores_of_images_do_not_depend_on_there_being_maps():
    clf = make(CutOutSSAD, density=KNN(n_neighbors=2)).fit(X)
    expected = (
        KNN(n_neighbors=2).fit(clf.transform(X)).decision_function(clf.transform(X))
    )
    assert_allclose(clf.decision_function(X), expected)


def test_scores_from_maps_have_their_own_density():
    clf = make(CutOutSSAD, score_from="map_max", density=KNN())
    with pytest.raises(ValueError, match=r"(?s)density=KNN.*images as a whole"):
        clf.fit(X)
    assert not hasattr(clf, "network_")


def test_scores_from_maps_are_cross_fitted():
    in_folds = make(CutOutSSAD, score_from="map_top").fit(X)
    crossed = make(CutOutSSAD, score_from="map_top", calibration="cross_fit").fit(X)
    assert_array_equal(crossed.decision_function(X), in_folds.decision_function(X))
    assert not np.allclose(crossed.decision_scores_, in_folds.decision_scores_)


def test_an_autoencoder_shows_its_residual():
    clf = make(DAE).fit(X)
    images = torch.from_numpy(clf.preprocess(X).transpose(0, 3, 1, 2)).float() / 255
    with torch.no_grad():
        residual = (clf.network_(images) - images).square().mean(1).flatten(1)
    expected = draw_maps(residual.numpy(), 16, (16, 16))
    assert_allclose(clf.anomaly_map(X), expected, rtol=1e-4)
    other = make(DAE, density="gaussian").fit(X)
    assert isinstance(other.map_density_, PositionGaussian)


def test_tables_have_no_maps():
    clf = make(GOAD).fit(TABLE)
    with pytest.raises(ValueError, match="was fitted on a table"):
        clf.anomaly_map(TABLE)
    with pytest.raises(ValueError, match="'map_max'.*got a table of 5 columns"):
        make(GOAD, score_from="map_max").fit(TABLE)


class Flat(nn.Sequential):
    """A network without positions."""

    def __init__(self):
        super().__init__(nn.Flatten(), nn.Linear(3 * 16 * 16, 4))


def test_a_network_without_positions_has_scores_and_no_maps(monkeypatch):
    clf = make(CutOutSSAD, backbone=Flat).fit(X)
    assert clf.decision_function(X).shape == (12,)
    with pytest.raises(ValueError, match="Flat has no layers that return maps"):
        clf.anomaly_map(X)
    # It is said before anything is learned.
    monkeypatch.setattr(torch.optim.AdamW, "step", _fail)
    with pytest.raises(ValueError, match="no layer that returns maps"):
        make(CutOutSSAD, backbone=Flat, score_from="map_top").fit(X)


def _fail(*_, **__):
    raise AssertionError("it began to learn")


def test_layers_are_looked_for_once_a_call(monkeypatch):
    clf = make(CutOutSSAD).fit(X)
    looks = []

    def find(*arguments):
        looks.append(arguments)
        return find_middle_stages(*arguments)

    monkeypatch.setattr(grid_stage, "find_middle_stages", find)
    monkeypatch.setattr(image_detector, "CHUNK", 5)
    clf.anomaly_map(X)
    assert len(looks) == 1


def test_pooled_features_have_maps_of_the_middle_stages():
    clf = PretrainedFeatures("small_cnn", None, image_size=16, random_state=0).fit(X)
    encoder = clf.network_.encoder
    layers = find_middle_stages(encoder.backbone.module, 16)
    assert layers != list(encoder.backbone.layers)
    positions, channels = clf.map_density_.location_.shape
    assert (positions, channels) == (64, 32 + 64)


class TestPatchFeatures:
    @pytest.mark.parametrize(
        "density", ["coreset", "gaussian", "position_gaussian", "subspace"]
    )
    def test_one_density_makes_scores_and_maps(self, density):
        clf = patch_features(density=density).fit(X)
        assert clf.map_density_ is clf.density_
        scores = clf.patch_scores(X)
        assert_array_equal(clf.decision_function(X), scores.max(axis=(1, 2)))
        expected = draw_maps(scores.reshape(12, -1), 16, (16, 16))
        assert_allclose(clf.anomaly_map(X), expected, rtol=1e-5)

    def test_any_pyod_detector_of_patches(self):
        clf = patch_features(density=KNN(n_neighbors=3)).fit(X)
        assert isinstance(clf.density_, PatchDetector)
        assert clf.anomaly_map(X).shape == (12, 16, 16)

    def test_layers_are_those_asked_for(self):
        stages = patch_features(layers="stages").fit(X)
        named = patch_features(layers=list(stages.network_.encoder.backbone.layers))
        assert_array_equal(named.fit(X).decision_scores_, stages.decision_scores_)
        middle = patch_features().fit(X)
        assert middle.transform(X).shape[1] < stages.transform(X).shape[1]

    def test_the_mean_of_all_patches_is_a_score_too(self):
        clf = patch_features(density="gaussian", score_from="image").fit(X)
        expected = clf.patch_scores(X).mean(axis=(1, 2))
        assert_allclose(clf.decision_function(X), expected)

    @pytest.mark.parametrize(
        ("parameter", "value", "message"),
        [
            ("density", "kde", "density must be one of .*'coreset'"),
            ("density", "corset", "Did you mean 'coreset'"),
            ("score_from", "map", "score_from must be one of"),
            ("layers", ["9"], "wanted a square map"),
            ("layers", "midle", "layers must be .*'middle'"),
        ],
    )
    def test_nonsense_is_named(self, parameter, value, message):
        with pytest.raises(ValueError, match=message):
            patch_features(**{parameter: value}).fit(X)


def test_the_selector_passes_maps_of_the_best_on():
    group = [make(CutOutSSAD).fit(X), patch_features(density="gaussian").fit(X)]
    selector = ModelSelector(group, "sel", prefit=True).fit(X)
    assert_array_equal(selector.anomaly_map(X), selector.best_detector_.anomaly_map(X))
