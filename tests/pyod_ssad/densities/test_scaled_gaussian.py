"""The Gaussian of standardised features."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn.covariance import LedoitWolf

from pyod_ssad.densities import GaussianDensity, ScaledGaussianDensity

RNG = np.random.default_rng(0)
NEW = RNG.normal(size=(7, 6))


@pytest.mark.parametrize("n", [3, 5, 60])
def test_scores_are_mahalanobis_distances_of_standardised_features(n):
    Z = RNG.normal(size=(n, 6)) @ RNG.normal(size=(6, 6))
    mean, scale = Z.mean(axis=0), Z.std(axis=0)
    covariance = LedoitWolf().fit((Z - mean) / scale).covariance_
    P = np.linalg.inv(covariance)
    expected = [np.sqrt(u @ P @ u) for u in (NEW - mean) / scale]
    density = ScaledGaussianDensity().fit(Z)
    assert_allclose(density.decision_function(NEW), expected, rtol=1e-9)


def test_units_of_a_feature_change_nothing():
    Z, units = RNG.normal(size=(9, 6)), np.array([1e-3, 1, 1, 50, 1, 1e4])
    expected = ScaledGaussianDensity().fit(Z).decision_function(NEW)
    scores = ScaledGaussianDensity().fit(Z * units).decision_function(NEW * units)
    assert_allclose(scores, expected, rtol=1e-9)
    other = GaussianDensity().fit(Z * units).decision_function(NEW * units)
    plain = GaussianDensity().fit(Z).decision_function(NEW)
    assert np.abs(other / plain - 1).max() > 0.1


def test_a_constant_feature_is_not_divided_by():
    Z = RNG.normal(size=(20, 6)).astype(np.float32)
    Z[:, 2] = 0.1
    density = ScaledGaussianDensity().fit(Z)
    assert density.scale_[2] == 1
    scores = density.decision_function(np.float32([Z[0], Z[0] + np.eye(6)[2]]))
    assert scores[0] + 0.1 < scores[1] < 100


def test_two_embeddings_which_are_not_shrunk_give_finite_scores():
    density = ScaledGaussianDensity().fit(NEW[:2])
    assert_allclose(density.decision_function(NEW[:2]), [1, 1])
    assert np.isfinite(density.decision_function(NEW)).all()
