"""Kernel density, nearest neighbour and one-class SVM against slow transcriptions."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from sklearn import svm

from pyod_ssad.densities import (
    KernelDensity,
    NearestNeighbor,
    OneClassSVM,
    _rows,
    build_density,
)


@pytest.fixture
def embeddings():
    """Return unit-length embeddings to fit, and others."""
    Z = np.random.default_rng(0).normal(size=(36, 8)) + 1.5
    Z = (Z / np.linalg.norm(Z, axis=1, keepdims=True)).astype(np.float32)
    return np.split(Z, [30])


def variance_of_entries(Z):
    entries = [float(entry) for z in Z for entry in z]
    mean = sum(entries) / len(entries)
    return sum((entry - mean) ** 2 for entry in entries) / len(entries)


def cosine(a, b):
    a, b = a.astype(float), b.astype(float)
    return a @ b / np.sqrt((a @ a) * (b @ b))


@pytest.mark.parametrize("gamma", [None, 0.5, 1e4])
def test_kernel_density(embeddings, gamma):
    Z, new = embeddings
    g = 10 / (8 * variance_of_entries(Z)) if gamma is None else gamma
    density = KernelDensity(gamma).fit(Z)
    assert density.gamma_ == pytest.approx(g, rel=1e-5)
    exponents = [[2 * density.gamma_ * cosine(z, other) for other in Z] for z in new]
    published = [
        -(max(e) + np.log(sum(np.exp(x - max(e)) for x in e))) / density.gamma_
        for e in exponents
    ]
    scores = density.decision_function(new)
    constant = 2 + np.log(len(Z)) / density.gamma_
    assert_allclose(scores, np.array(published) + constant, rtol=1e-9)
    assert 0 < scores.min() < scores.max() < 4


def test_kernel_density_does_not_depend_on_how_often_all_are_repeated(embeddings):
    Z, new = embeddings
    once = KernelDensity().fit(Z).decision_function(new)
    twice = KernelDensity().fit(np.tile(Z, (2, 1))).decision_function(new)
    assert_allclose(twice, once, rtol=1e-7)


@pytest.mark.parametrize("gamma", [0, -1.0, np.nan])
def test_kernel_density_wants_a_positive_gamma(embeddings, gamma):
    with pytest.raises(ValueError, match=rf"gamma .* got {gamma}"):
        KernelDensity(gamma).fit(embeddings[0])


def test_nearest_neighbor(embeddings):
    Z, new = embeddings
    expected = [1 - max(cosine(z, other) for other in Z) for z in new]
    density = NearestNeighbor().fit(Z)
    assert_allclose(density.decision_function(new), expected, atol=1e-12)
    own = density.decision_function(Z)
    assert_allclose(own, 0, atol=1e-12)
    assert own.min() >= 0


@pytest.mark.parametrize("cls", [KernelDensity, NearestNeighbor])
def test_only_directions_count(embeddings, cls):
    Z, new = (part.astype(np.float64) for part in embeddings)
    expected = cls().fit(Z).decision_function(new)
    lengths = np.linspace(0.1, 5, len(Z))[:, None]
    scores = cls().fit(Z * lengths).decision_function(7 * new)
    assert_allclose(scores, expected, rtol=1e-7)
    zeros = cls().fit(Z).decision_function(np.zeros((1, 8)))
    assert np.isfinite(zeros).all()


@pytest.mark.parametrize("parameters", [{}, {"nu": 0.1, "gamma": 2.0}])
def test_one_class_svm_is_that_of_scikit_learn(embeddings, parameters):
    Z, new = embeddings
    gamma = parameters.get("gamma", 10 / (8 * variance_of_entries(Z)))
    density = OneClassSVM(**parameters).fit(Z)
    assert density.gamma_ == pytest.approx(gamma, rel=1e-5)
    nu = parameters.get("nu", 0.5)
    machine = svm.OneClassSVM(gamma=density.gamma_, nu=nu).fit(Z)
    # The weights of the paper sum to 1, those of scikit-learn to nu n.
    expected = -machine.decision_function(new) / (nu * len(Z))
    assert_allclose(density.decision_function(new), expected, rtol=1e-9)
    assert density.dual_coef_.sum() == pytest.approx(1)
    assert len(density.support_vectors_) == len(machine.support_)


def test_one_class_svm_is_in_units_that_n_does_not_change(embeddings):
    Z, new = embeddings
    once = OneClassSVM().fit(Z).decision_function(new)
    twice = OneClassSVM().fit(np.tile(Z, (2, 1))).decision_function(new)
    assert_allclose(twice, once, rtol=0.02, atol=1e-3)


@pytest.mark.parametrize("name", ["gaussian", "scaled_gaussian", "kde", "knn", "ocsvm"])
def test_larger_is_more_anomalous(embeddings, name):
    Z, new = embeddings
    density = build_density(name).fit(Z)
    opposite = -Z[:1]
    assert density.decision_function(opposite) > density.decision_function(new).max()


@pytest.mark.parametrize("name", ["kde", "knn", "ocsvm"])
def test_chunks_change_nothing(embeddings, name, monkeypatch):
    Z, new = embeddings
    density = build_density(name).fit(Z)
    expected = density.decision_function(new)
    monkeypatch.setattr(_rows, "ENTRIES", 70)
    assert_allclose(density.decision_function(new), expected, rtol=1e-12, atol=1e-15)


def test_chunks_hold_every_row_once_and_few_enough():
    rows = _rows.chunks(10_001, 5000)
    taken = np.concatenate([np.arange(10_001)[part] for part in rows])
    assert taken.tolist() == list(range(10_001))
    assert max(part.stop - part.start for part in rows) * 5000 <= _rows.ENTRIES
    assert len(_rows.chunks(3, 10 * _rows.ENTRIES)) == 3
