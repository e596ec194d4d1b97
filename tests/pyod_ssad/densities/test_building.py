"""The Gaussian second stage against a slow transcription."""

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from pyod.models.iforest import IForest
from pyod.models.knn import KNN
from sklearn.ensemble import IsolationForest

from pyod_ssad.densities import GaussianDensity, build_density


def shrunk_covariance(Z):
    """Ledoit and Wolf 2004, Eq. 14 and Lemma 3.2 to 3.4, with loops."""
    n, d = Z.shape
    X = Z - Z.mean(axis=0)
    S = X.T @ X / n
    mu = np.trace(S) / d
    spread = np.sum((S - mu * np.eye(d)) ** 2) / d
    noise = sum(np.sum((np.outer(x, x) - S) ** 2) for x in X) / n**2 / d
    weight = min(noise, spread) / spread
    return weight * mu * np.eye(d) + (1 - weight) * S


@pytest.mark.parametrize("n", [5, 60])
def test_scores_are_mahalanobis_distances(n):
    rng = np.random.default_rng(0)
    Z = rng.normal(size=(n, 8)) @ rng.normal(size=(8, 8))
    new = rng.normal(size=(7, 8))
    centred = new - Z.mean(axis=0)
    P = np.linalg.inv(shrunk_covariance(Z))
    expected = [np.sqrt(z @ P @ z) for z in centred]
    assert_allclose(GaussianDensity().fit(Z).decision_function(new), expected)


def test_the_mean_scores_zero():
    Z = np.random.default_rng(0).normal(size=(20, 3)).astype(np.float32)
    density = GaussianDensity().fit(Z)
    assert density.decision_function(density.location_[None])[0] == 0


def test_equal_embeddings_are_refused():
    with pytest.raises(ValueError, match="the same"):
        GaussianDensity().fit(np.ones((4, 3)))


def test_objects_are_cloned():
    knn = KNN(n_neighbors=2)
    built = build_density(knn)
    assert built.detector is not knn
    assert built.detector.get_params() == knn.get_params()


@pytest.mark.parametrize("bad", ["lof", None, KNN, 3, IsolationForest()])
def test_other_densities_are_refused(bad):
    with pytest.raises(ValueError, match="density"):
        build_density(bad)


def test_a_detector_is_fitted_in_copy_and_knows_its_embeddings():
    rng = np.random.default_rng(0)
    Z, new = rng.normal(size=(20, 3)), rng.normal(size=(5, 3))
    density = build_density(KNN(n_neighbors=2)).fit(Z)
    expected = KNN(n_neighbors=2).fit(Z).decision_function(new)
    assert_allclose(density.decision_function(new), expected)
    assert density.embeddings_ is Z
    assert not hasattr(density.detector, "decision_scores_")


def test_a_second_fit_with_a_random_state_repeats_the_first():
    Z = np.random.default_rng(0).normal(size=(20, 3))
    state = np.random.RandomState(0)
    density = build_density(IForest(n_estimators=3, random_state=state))
    scores = density.fit(Z).decision_function(Z)
    assert_array_equal(density.fit(Z).decision_function(Z), scores)
