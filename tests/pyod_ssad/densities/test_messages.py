"""What is said of embeddings and names that a density cannot do with."""

import numpy as np
import pytest
from numpy.testing import assert_array_equal

from pyod_ssad.densities import (
    DENSITIES,
    CentreDensity,
    ClusterMahalanobis,
    CSIDensity,
    DirichletDensity,
    GivenScore,
    MeanProbability,
    OneClassSVM,
    build_density,
)

Z = np.random.default_rng(0).normal(size=(12, 12))

OF_EMBEDDINGS = {name: cls for name, cls in DENSITIES.items() if name != "gaussian"}
FITTED = [
    *(cls() for cls in OF_EMBEDDINGS.values()),
    ClusterMahalanobis(),
    ClusterMahalanobis(n_clusters=2),
    DirichletDensity(3),
    CentreDensity(3),
    CSIDensity(3),
]


@pytest.mark.parametrize("density", FITTED, ids=str)
def test_equal_rows_are_refused(density):
    equal = np.full((12, 12), -0.1, dtype=np.float32)
    with pytest.raises(ValueError, match=r"the same.*smaller lr"):
        density.fit(equal)


@pytest.mark.parametrize("density", FITTED, ids=str)
@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.filterwarnings("ignore:invalid value")
def test_rows_that_are_no_numbers_are_refused(density, bad):
    broken = -np.abs(Z)
    broken[3, 5] = -bad
    with pytest.raises(ValueError, match=r"finite|NaN|infinity"):
        density.fit(broken)


MESSAGES = [
    (
        lambda: build_density("knnn"),
        ["density", *DENSITIES, "KNN()", "got 'knnn'", "Did you mean 'knn'?"],
    ),
    (lambda: build_density("Gaussian"), ["'Gaussian'", "Did you mean 'gaussian'?"]),
    (lambda: build_density("svm"), ["'svm'", "Did you mean 'ocsvm'?"]),
    (lambda: OneClassSVM(nu=2.0).fit(Z), ["nu", "2.0"]),
    (
        lambda: ClusterMahalanobis(n_clusters=13).fit(Z),
        ["12 embeddings", "n_clusters=13", "fewer clusters"],
    ),
    (
        lambda: DirichletDensity(5).fit(-abs(Z)),
        ["(12, 12)", "(n, 5 * k)", "5 transforms"],
    ),
    (lambda: CentreDensity(5).fit(Z), ["(12, 12)", "(n, 5 * k)", "5 transforms"]),
    (lambda: CSIDensity(5).fit(Z), ["(12, 12)", "(n, 5 * k)", "5 shifts"]),
    (lambda: DirichletDensity(3).fit(2 * (Z / Z.max())), ["up to 2;", "log_softmax"]),
    (
        lambda: MeanProbability(3).fit(-abs(Z)),
        ["4 classes", "3 transforms", "one class"],
    ),
    (lambda: GivenScore().fit(Z), ["(12, 12)", "(n, 1)"]),
    (lambda: GivenScore().decision_function(Z[:, 0]), ["(12,)", "(n, 1)"]),
]


@pytest.mark.parametrize(("call", "words"), MESSAGES)
def test_messages(call, words):
    with pytest.raises(ValueError) as caught:
        call()
    for word in words:
        assert word in str(caught.value)


@pytest.mark.parametrize("bad", ["lognormal", "", None, 3, KeyError])
def test_nothing_is_suggested_where_nothing_is_alike(bad):
    with pytest.raises(ValueError) as caught:
        build_density(bad)
    assert "Did you mean" not in str(caught.value)


def test_a_given_score_is_returned_in_float64():
    scores = np.float32([[0.1], [-3], [7]])
    found = GivenScore().fit(scores).decision_function(scores)
    assert found.dtype == np.float64
    assert_array_equal(found, scores[:, 0])


@pytest.mark.parametrize("name", DENSITIES)
def test_names_make_unfitted_densities(name):
    first, second = build_density(name), build_density(name, seed=3)
    assert type(first) is DENSITIES[name]
    assert first is not second
    assert not any(attribute.endswith("_") for attribute in vars(first))
