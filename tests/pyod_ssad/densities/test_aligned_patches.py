"""The density that looks where pseudo anomalies go."""

import numpy as np
from numpy.testing import assert_allclose
from sklearn.covariance import ledoit_wolf
from sklearn.metrics import roc_auc_score

from pyod_ssad.densities.aligned_patches import AlignedPatches
from pyod_ssad.densities.patch_gaussian import PatchGaussian

RNG = np.random.default_rng(0)


def normal(n):
    mixing = np.random.default_rng(5).normal(size=(5, 5))
    return (RNG.normal(size=(n, 9, 5)) @ mixing + 3).astype(np.float32)


def test_the_score_is_a_likelihood_ratio_where_pseudo_anomalies_vary_more():
    X, new = normal(40), normal(3)
    changed = X.reshape(-1, 5) + 4 * RNG.normal(size=(360, 5))
    density = AlignedPatches(changed.mean(axis=0), np.cov(changed.T, bias=True)).fit(X)
    flat = X.reshape(-1, 5).astype(np.float64)
    location, scale = flat.mean(axis=0), flat.std(axis=0)
    C = ledoit_wolf((flat - location) / scale, assume_centered=True)[0]
    C *= np.outer(scale, scale)
    M = (changed - location).T @ (changed - location) / len(changed)
    # All directions are stretched, so that weights are the difference of precisions.
    away = new - location
    P = np.linalg.inv(C) - np.linalg.inv(M)
    expected = np.sqrt(np.einsum("npi,ij,npj->np", away, P, away))
    assert density.directions_.shape == (5, 5)
    assert_allclose(density.score_patches(new), expected, rtol=1e-5)


def test_with_far_pseudo_anomalies_everywhere_it_is_the_mahalanobis_distance():
    X, new = normal(40), normal(3)
    density = AlignedPatches(np.zeros(5), 1e9 * np.eye(5)).fit(X)
    expected = PatchGaussian().fit(X).score_patches(new)
    assert_allclose(density.score_patches(new), expected, rtol=1e-4)


def test_directions_in_which_pseudo_anomalies_do_not_differ_do_not_count():
    X = RNG.normal(size=(900, 9, 30)).astype(np.float32)
    changed = RNG.normal(size=(9000, 30)) * np.r_[5.0, np.ones(29) * 0.8]
    density = AlignedPatches(changed.mean(axis=0), np.cov(changed.T, bias=True)).fit(X)
    assert density.directions_.shape == (30, 1)
    new = RNG.normal(size=(200, 9, 30)).astype(np.float32)
    new[100:, 4, 0] += 4.0
    scores = density.decision_function(new)
    other = PatchGaussian().fit(X).decision_function(new)
    labels = np.repeat([0, 1], 100)
    assert roc_auc_score(labels, scores) > roc_auc_score(labels, other) + 0.1


def test_a_feature_that_never_varies_changes_nothing():
    X, new = normal(2000), normal(3)
    wide = [np.concatenate([a, np.full((*a.shape[:2], 1), 2.0)], 2) for a in (X, new)]
    plain = AlignedPatches(np.zeros(5), 50 * np.eye(5)).fit(X).score_patches(new)
    mean, covariance = np.r_[np.zeros(5), 2.0], np.diag([50.0] * 5 + [0])
    scores = AlignedPatches(mean, covariance).fit(wide[0]).score_patches(wide[1])
    assert_allclose(scores, plain, rtol=0.01)
