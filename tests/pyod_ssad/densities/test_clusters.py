"""SSD's score against a slow transcription."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from pyod_ssad.densities import ClusterMahalanobis, GaussianDensity
from tests.pyod_ssad.densities.test_building import shrunk_covariance

RNG = np.random.default_rng(0)
GROUPS = [RNG.normal(size=(n, 4)) * scale for n, scale in [(12, 1), (20, 0.5)]]
GROUPS[1] = GROUPS[1] + 20
NEW = np.concatenate(
    [RNG.normal(size=(3, 4)), 20 + RNG.normal(size=(3, 4)), [[10.0] * 4]]
)


def distance(group, z):
    u = z - group.mean(axis=0)
    return u @ np.linalg.inv(shrunk_covariance(group)) @ u


def test_one_cluster_is_the_squared_gaussian():
    Z = np.concatenate(GROUPS)
    expected = [distance(Z, z) for z in NEW]
    scores = ClusterMahalanobis().fit(Z).decision_function(NEW)
    assert_allclose(scores, expected)
    assert_array_equal(scores, GaussianDensity().fit(Z).decision_function(NEW) ** 2)


def test_the_nearest_of_several_clusters_counts():
    Z = RNG.permutation(np.concatenate(GROUPS))
    expected = [min(distance(group, z) for group in GROUPS) for z in NEW]
    scores = ClusterMahalanobis(n_clusters=2).fit(Z).decision_function(NEW)
    assert_allclose(scores, expected)


@pytest.mark.parametrize(
    "stray",
    [
        np.full((1, 4), -60.0),
        np.full((2, 4), -60.0) + [[0.0], [0.5]],
        np.full((5, 4), -60.0),
    ],
    ids=["one", "two", "equal"],
)
def test_too_small_a_cluster_joins_the_nearest(stray):
    Z = np.concatenate([*GROUPS, stray])
    joined = [np.concatenate([GROUPS[0], stray]), GROUPS[1]]
    expected = [min(distance(group, z) for group in joined) for z in NEW]
    density = ClusterMahalanobis(n_clusters=3).fit(Z)
    assert len(density.clusters_) == 2
    assert_allclose(density.decision_function(NEW), expected)


def test_clusters_that_are_all_too_small_are_one():
    Z = GROUPS[0][:4]
    scores = ClusterMahalanobis(n_clusters=3).fit(Z).decision_function(NEW)
    assert_allclose(scores, GaussianDensity().fit(Z).decision_function(NEW) ** 2)


def test_a_fit_repeats():
    Z = RNG.normal(size=(60, 4))
    first, second = (ClusterMahalanobis(4, random_state=3).fit(Z) for _ in range(2))
    assert_array_equal(first.decision_function(NEW), second.decision_function(NEW))
