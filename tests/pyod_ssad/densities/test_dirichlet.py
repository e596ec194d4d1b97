"""GEOM's scores against slow transcriptions."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from scipy.optimize import minimize
from scipy.special import digamma, gammaln, log_softmax

from pyod_ssad.densities import DirichletDensity, MeanProbability, _rows, dirichlet
from pyod_ssad.densities.dirichlet import fit_dirichlet, inverse_digamma


def log_probabilities(n=40, M=4, margin=2.0, seed=0):
    """Return what a classifier of M transforms might say of n images."""
    logits = np.random.default_rng(seed).normal(size=(n, M, M)) + margin * np.eye(M)
    return log_softmax(logits, axis=2)


@pytest.mark.parametrize("x", [1e-4, 0.05, 0.7, 3.0, 1e4])
def test_inverse_digamma(x):
    assert_allclose(inverse_digamma(np.array([digamma(x)])), [x], rtol=1e-10)


def test_the_fit_maximises_the_likelihood():
    log_p = log_probabilities()
    alpha = fit_dirichlet(log_p)
    for t in range(4):

        def loss(log_alpha, t=t):
            a = np.exp(log_alpha)
            terms = [
                gammaln(sum(a)) - sum(gammaln(a)) + sum((a - 1) * row)
                for row in log_p[:, t]
            ]
            return -np.mean(terms)

        best = minimize(loss, np.zeros(4), options={"gtol": 1e-8})
        assert_allclose(alpha[t], np.exp(best.x), rtol=1e-4)


def test_the_fit_is_a_fixed_point():
    log_p = log_probabilities()
    alpha = fit_dirichlet(log_p)
    total = digamma(alpha.sum(axis=1, keepdims=True))
    assert_allclose(digamma(alpha), total + log_p.mean(axis=0), atol=1e-7)


def test_known_parameters_are_found():
    wanted = np.array([[0.3, 2.0, 5.0], [20.0, 1.0, 0.6]])
    rng = np.random.default_rng(0)
    p = np.stack([rng.dirichlet(alpha, size=20_000) for alpha in wanted], axis=1)
    assert_allclose(fit_dirichlet(np.log(p)), wanted, rtol=0.05)


def test_the_fit_starts_at_the_approximate_maximum(monkeypatch):
    monkeypatch.setattr(dirichlet, "MAX_ITERATIONS", 0)
    log_p = log_probabilities()
    alpha = fit_dirichlet(log_p)
    for t in range(4):
        f = [np.mean(np.exp(log_p[:, t, k])) for k in range(4)]
        logs = [np.mean(log_p[:, t, k]) for k in range(4)]
        divisor = sum(f[k] * np.log(f[k]) - f[k] * logs[k] for k in range(4))
        expected = [f[k] * 3 * -digamma(1) / divisor for k in range(4)]
        assert_allclose(alpha[t], expected)


@pytest.mark.filterwarnings("error")
def test_samples_that_are_all_the_same_give_finite_parameters():
    log_p = np.repeat(log_probabilities(n=1), 8, axis=0)
    alpha = fit_dirichlet(log_p)
    assert np.isfinite(alpha).all()
    shares = alpha / alpha.sum(axis=1, keepdims=True)
    assert_allclose(shares, np.exp(log_p[0]), rtol=1e-6)


def test_one_transform_does_not_depend_on_another():
    quick, slow = log_probabilities(), log_probabilities(margin=9.0, seed=1)
    both = fit_dirichlet(np.concatenate([quick, slow], axis=1))
    assert_allclose(both[:4], fit_dirichlet(quick), rtol=1e-12)
    assert_allclose(both[4:], fit_dirichlet(slow), rtol=1e-12)


def test_the_score_is_minus_the_normality_score():
    log_p, new = log_probabilities(), log_probabilities(n=5, seed=1)
    density = DirichletDensity(4).fit(log_p.reshape(40, -1))
    alpha = density.alpha_
    expected = [
        -sum((alpha[t, k] - 1) * x[t, k] for t in range(4) for k in range(4)) / 4
        for x in new
    ]
    assert_allclose(density.decision_function(new.reshape(5, -1)), expected)


def test_probabilities_too_small_for_a_float_count():
    rng = np.random.default_rng(0)
    logits = rng.normal(size=(30, 3, 3)) + 2000 * np.eye(3)
    R = log_softmax(logits, axis=2).astype(np.float32).reshape(30, -1)
    assert np.exp(R, dtype=np.float64).min() == 0
    density = DirichletDensity(3).fit(R)
    scores = density.decision_function(R)
    assert np.isfinite(density.alpha_).all()
    assert density.alpha_.min() > 0
    assert np.isfinite(scores).all()
    assert len(np.unique(scores)) == 30


def test_larger_is_more_anomalous():
    R = log_probabilities().reshape(40, -1)
    confused = log_probabilities(margin=-2.0, seed=1).reshape(40, -1)
    for density in (DirichletDensity(4), MeanProbability(4)):
        known, strange = (density.fit(R).decision_function(x) for x in (R, confused))
        assert np.median(strange) > known.max()


def test_the_simplified_score_is_minus_the_mean_probability():
    new = log_probabilities(n=5)
    expected = [-np.mean([np.exp(x[t, t]) for t in range(4)]) for x in new]
    density = MeanProbability(4).fit(new.reshape(5, -1))
    assert_allclose(density.decision_function(new.reshape(5, -1)), expected)


def test_chunks_change_nothing(monkeypatch):
    R = log_probabilities().reshape(40, -1)
    expected = DirichletDensity(4).fit(R).decision_function(R)
    monkeypatch.setattr(_rows, "ENTRIES", 50)
    scores = DirichletDensity(4).fit(R).decision_function(R)
    assert_allclose(scores, expected, rtol=1e-8)
