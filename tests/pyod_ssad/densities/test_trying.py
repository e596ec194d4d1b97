"""Densities that would fail after training are told before it."""

import numpy as np
import pytest
from numpy.testing import assert_allclose
from pyod.models.knn import KNN
from pyod.models.pca import PCA

from pyod_ssad.densities import DENSITIES, build_density, check_density_fits


def check(density, n_fitted=48, n_features=64):
    check_density_fits(lambda: build_density(density, 0), n_fitted, n_features, seed=0)


class Records:
    """Keeps what it is given."""

    def __init__(self, score=1.0):
        self.score = score

    def __repr__(self):
        return "Records()"

    def fit(self, Z):
        self.Z = Z

    def decision_function(self, Z):
        self.new = Z
        return np.full(len(Z), self.score)


@pytest.mark.parametrize(
    ("density", "words"),
    [
        (
            PCA(n_components=50),
            ["PCA(", "48 embeddings of 64 features", "n_components"],
        ),
        (KNN(metric="foo"), ["KNN(", "foo", "Change its parameters"]),
        (KNN(n_neighbors=48), ["n_neighbors=48", "48 embeddings", "more images"]),
    ],
)
def test_what_fails_is_told(density, words):
    with pytest.raises(ValueError, match="cannot be fitted") as caught:
        check(density)
    for word in words:
        assert word in str(caught.value)
    assert caught.value.__cause__ is not None


@pytest.mark.parametrize("score", [np.nan, np.inf])
def test_a_score_that_is_no_number_is_told(score):
    with pytest.raises(ValueError, match=rf"Records\(\).*scores.*{score}"):
        check_density_fits(lambda: Records(score), 5, 3, seed=0)


@pytest.mark.parametrize("density", [*DENSITIES, KNN(), PCA(n_components=5)])
def test_what_fits_passes(density):
    check(density)
    check(density, n_fitted=7, n_features=64)


def test_the_embeddings_have_unit_length_and_a_seed():
    made = [Records() for _ in range(3)]
    for density, seed in zip(made, (0, 0, 1), strict=True):
        check_density_fits(lambda density=density: density, 5, 3, seed)
    assert made[0].Z.shape == (5, 3)
    assert made[0].new.shape == (1, 3)
    assert made[0].Z.dtype == np.float32
    assert_allclose(np.linalg.norm(made[0].Z, axis=1), 1, rtol=1e-6)
    assert_allclose(made[1].Z, made[0].Z)
    assert not np.allclose(made[2].Z, made[0].Z)
    assert not (made[0].new == made[0].Z).all(axis=1).any()
