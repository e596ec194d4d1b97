"""Densities of patches against direct computations."""

import sys

import numpy as np
import pytest
from numpy.testing import assert_allclose
from pyod.models.knn import KNN
from sklearn.covariance import ledoit_wolf
from sklearn.decomposition import PCA

from pyod_ssad.densities import coreset
from pyod_ssad.densities.coreset import PatchCoreset, take_farthest
from pyod_ssad.densities.given_patches import GivenPatches
from pyod_ssad.densities.patch_detector import PatchDetector
from pyod_ssad.densities.patch_gaussian import PatchGaussian
from pyod_ssad.densities.position_gaussian import PositionGaussian
from pyod_ssad.densities.scaled_gaussian import ScaledGaussianDensity
from pyod_ssad.densities.subspace import PatchSubspace

DENSITIES = [PatchCoreset, PatchGaussian, PositionGaussian, PatchSubspace]


def patches(n, seed=0):
    """Patches ``(n, 9, 5)`` whose positions differ, of which one feature is 0."""
    rng = np.random.default_rng(seed)
    mixing = np.random.default_rng(5).normal(size=(5, 5))
    values = rng.normal(size=(n, 9, 5)) @ mixing + np.arange(9)[:, None]
    return values.astype(np.float32)


@pytest.fixture(params=DENSITIES, ids=lambda cls: cls.__name__)
def make(request):
    return request.param


class TestAll:
    @pytest.mark.parametrize(
        ("score_from", "n_top"), [("map_max", 1), ("map_top", 3), ("image", 300)]
    )
    def test_an_image_is_scored_by_its_most_anomalous_patches(
        self, make, score_from, n_top
    ):
        X = np.random.default_rng(0).normal(size=(6, 300, 4)).astype(np.float32)
        density = make(score_from, seed=0).fit(X)
        maps = density.score_patches(X)
        expected = [np.sort(row)[-n_top:].mean() for row in maps]
        assert maps.shape == (6, 300)
        assert_allclose(density.decision_function(X), expected, rtol=1e-12)

    def test_a_displaced_patch_is_the_most_anomalous(self, make):
        density, new = make(seed=0).fit(patches(30)), patches(4, seed=1)
        new[2, 7] += 40 * np.float32([1, -1, 1, -1, 1])
        maps = density.score_patches(new)
        assert maps[2].argmax() == 7 and maps.max() == maps[2, 7]

    def test_seeds_decide_what_is_drawn(self, make, monkeypatch):
        bound = "N_CANDIDATES" if make is PatchCoreset else "MOST_PATCHES"
        monkeypatch.setattr(sys.modules[make.__module__], bound, 60)
        X = patches(30)
        first, again, other = (
            make(seed=seed).fit(X).score_patches(X) for seed in (3, 3, 4)
        )
        assert np.array_equal(first, again)
        assert not np.allclose(first, other)

    def test_patches_that_are_all_the_same_are_refused(self, make):
        with pytest.raises(ValueError, match="same"):
            make().fit(np.ones((4, 9, 5), dtype=np.float32))


def test_a_score_that_is_unknown_is_named():
    with pytest.raises(ValueError, match=r"score_from must be .*'map_top'"):
        PatchGaussian("map_tops")


def test_the_gaussian_is_that_of_all_patches():
    X, new = patches(20), patches(3, seed=1)
    flat = ScaledGaussianDensity().fit(X.reshape(-1, 5))
    expected = flat.decision_function(new.reshape(-1, 5)).reshape(3, 9)
    assert_allclose(PatchGaussian().fit(X).score_patches(new), expected, rtol=1e-6)


def test_the_gaussian_of_a_position_has_its_mean():
    X, new = patches(20).astype(np.float64), patches(3, seed=1)
    rest = (X - X.mean(axis=0)).reshape(-1, 5)
    scale = rest.std(axis=0)
    inverse = np.linalg.inv(ledoit_wolf(rest / scale, assume_centered=True)[0])
    away = (new - X.mean(axis=0)) / scale
    expected = np.sqrt(np.einsum("npi,ij,npj->np", away, inverse, away))
    density = PositionGaussian().fit(np.float32(X))
    assert_allclose(density.score_patches(new), expected, rtol=1e-4)


def test_the_subspace_leaves_what_its_components_do_not_explain():
    rng = np.random.default_rng(0)
    plane = rng.normal(size=(2, 5))
    X = (rng.normal(size=(20, 9, 2)) @ plane + 1e-3 * rng.normal(size=(20, 9, 5))) + 2
    density = PatchSubspace().fit(X.astype(np.float32))
    assert density.components_.shape == (2, 5)
    new = rng.normal(size=(3, 9, 5))
    pca = PCA(2).fit(X.reshape(-1, 5))
    flat = new.reshape(-1, 5)
    rest = flat - pca.inverse_transform(pca.transform(flat))
    expected = np.linalg.norm(rest, axis=1).reshape(3, 9)
    assert_allclose(density.score_patches(new), expected, rtol=1e-3)


class TestCoreset:
    def test_distances_are_to_the_nearest_patch(self):
        X, new = patches(6), patches(3, seed=1)
        density = PatchCoreset(seed=0).fit(X)
        assert len(density.patches_) == 54
        flat = X.reshape(-1, 5)
        away = np.linalg.norm(new[:, :, None] - flat, axis=3).min(axis=2)
        assert_allclose(density.score_patches(new), away, rtol=1e-3, atol=1e-3)

    def test_it_is_bounded(self, monkeypatch):
        monkeypatch.setattr(coreset, "N_PATCHES", 7)
        assert PatchCoreset(seed=0).fit(patches(6)).patches_.shape == (7, 5)

    def test_each_point_is_the_farthest_from_those_before(self):
        Z = np.random.default_rng(0).normal(size=(60, 3))
        taken = take_farthest(Z, 20)
        assert taken[0] == np.linalg.norm(Z - Z.mean(axis=0), axis=1).argmax()
        for i in range(1, 20):
            away = np.linalg.norm(Z[:, None] - Z[taken[:i]], axis=2).min(axis=1)
            assert_allclose(away[taken[i]], away.max(), rtol=1e-6)
        assert len(set(taken)) == 20

    def test_points_are_taken_once(self):
        Z = np.repeat(np.eye(3), 4, axis=0)
        assert len(take_farthest(Z, 10)) == 3


def test_any_pyod_detector_scores_patches():
    X, new = patches(6), patches(3, seed=1)
    knn = KNN(n_neighbors=2)
    density = PatchDetector(knn, seed=0).fit(X)
    expected = KNN(n_neighbors=2).fit(X.reshape(-1, 5))
    scores = expected.decision_function(new.reshape(-1, 5)).reshape(3, 9)
    assert_allclose(density.score_patches(new), scores, rtol=1e-6)
    assert not hasattr(knn, "decision_scores_") and "KNN" in repr(density)


def test_given_scores_are_the_one_feature():
    X = np.random.default_rng(0).random((3, 200, 1), dtype=np.float32)
    density = GivenPatches("map_top").fit(X)
    assert_allclose(density.score_patches(X), X[:, :, 0])
    expected = np.sort(X[:, :, 0], axis=1)[:, -2:].mean(axis=1)
    assert_allclose(density.decision_function(X), expected, rtol=1e-6)
