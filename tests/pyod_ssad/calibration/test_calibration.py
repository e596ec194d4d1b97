"""Folds of densities and of networks, and the units of scores."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from pyod.models.knn import KNN
from torch import nn

from pyod_ssad import CutOutSSAD
from pyod_ssad.calibration.cross_fit import cross_fit
from pyod_ssad.calibration.folds import out_of_fold_scores, split
from pyod_ssad.calibration.units import to_units_of
from pyod_ssad.densities import GaussianDensity, build_density
from pyod_ssad.pretext.embeddings import Embeddings
from pyod_ssad.pretext.network import PretextNetwork
from pyod_ssad.training import TrainingPlan

TINY = {"image_size": 16, "steps": 2, "batch_size": 4, "random_state": 0}


class Distance:
    """The distance from the mean."""

    def fit(self, Z):
        self.mean = Z.mean(axis=0)

    def decision_function(self, Z):
        return np.linalg.norm(Z - self.mean, axis=1)


@pytest.mark.parametrize(("n", "n_parts"), [(3, 3), (11, 5), (60, 3)])
def test_parts_hold_every_row_once(n, n_parts):
    parts = split(n, n_parts, seed=0)
    assert_array_equal(np.sort(np.concatenate(parts)), np.arange(n))
    lengths = [len(part) for part in parts]
    assert max(lengths) - min(lengths) <= 1
    other = split(n, n_parts, seed=1)
    assert n < 5 or not np.array_equal(np.concatenate(parts), np.concatenate(other))


@pytest.mark.parametrize("n", [3, 4, 23])
def test_each_embedding_is_scored_by_the_others(n):
    Z = np.random.default_rng(0).normal(size=(n, 2))
    scores = out_of_fold_scores(Distance, Z, seed=7)
    for fold in split(n, min(n, 5), seed=7):
        mean = np.mean([Z[i] for i in range(n) if i not in fold], axis=0)
        for i in fold:
            assert scores[i] == pytest.approx(np.sqrt(np.sum((Z[i] - mean) ** 2)))


def test_a_density_that_wants_more_than_a_fold_leaves_is_named():
    Z = np.random.default_rng(0).normal(size=(10, 2))
    with pytest.raises(ValueError, match=r"(?s)KNN\(.*on 8 of 10 .*fewer"):
        out_of_fold_scores(lambda: build_density(KNN(n_neighbors=9)), Z, 0)


class TestUnits:
    def test_distances_are_multiplied(self):
        own, wanted = np.array([1.0, 4.0]), np.array([8.0, 2.0, 4.0])
        assert_allclose(to_units_of(np.array([3.0, 10.0]), own, wanted), [6.0, 20.0])

    def test_other_scores_are_shifted_and_scaled(self):
        own, wanted = np.array([-1.0, 1.0]), np.array([3.0, 7.0])
        assert_allclose(to_units_of(np.array([-3.0, 2.0]), own, wanted), [-1.0, 9.0])

    def test_constant_scores_are_shifted(self):
        own, wanted = np.zeros(3), np.array([3.0, 7.0])
        assert_allclose(to_units_of(np.array([1.0]), own, wanted), [6.0])


class Means(nn.Module):
    """Two features: the means of the left and the right half."""

    def forward(self, images):
        left, right = images[..., :2], images[..., 2:]
        return torch.stack([left.mean((1, 2, 3)), right.mean((1, 2, 3))], dim=1)


def test_each_part_is_scored_by_a_network_that_has_not_seen_it():
    images = torch.randint(
        0, 256, (14, 1, 4, 4), dtype=torch.uint8, generator=torch.manual_seed(0)
    )
    plan = TrainingPlan(
        steps=30,
        batch_size=4,
        optimizer="adamw",
        lr=1e-3,
        precision="float32",
        device=torch.device("cpu"),
        seed=5,
    )
    seen = []

    def train(part, shorter):
        seen.append((part, shorter))
        return PretextNetwork(Means(), nn.Identity())

    own = np.linspace(1, 2, 14)
    scores = cross_fit(train, images, own, Embeddings(GaussianDensity), plan)
    Z = Means()(images.float() / 255)
    Z = (Z / Z.norm(dim=1, keepdim=True)).numpy()
    for (part, shorter), rows in zip(seen, split(14, 3, 5), strict=True):
        rest = [i for i in range(14) if i not in rows]
        assert torch.equal(part, images[rest])
        assert shorter == replace(plan, steps=round(30 * len(rest) / 14), verbose=0)
        density = GaussianDensity().fit(Z[rest])
        folds = out_of_fold_scores(GaussianDensity, Z[rest], 5)
        ratio = np.exp(np.mean(np.log(own)) - np.mean(np.log(folds)))
        expected = density.decision_function(Z[rows]) * ratio
        assert_allclose(scores[rows], expected, rtol=1e-4)


def test_fewer_than_six_images_have_folds_of_the_density_only():
    X = np.random.default_rng(0).random((6, 16, 16), dtype=np.float32)
    for n, is_crossed in ((5, False), (6, True)):
        scores = [
            CutOutSSAD(**TINY, calibration=name).fit(X[:n]).decision_scores_
            for name in ("cross_fit", "density")
        ]
        assert np.array_equal(*scores) is not is_crossed


def test_a_network_that_was_not_trained_is_not_cross_fitted():
    X = np.random.default_rng(0).random((9, 16, 16), dtype=np.float32)
    scores = [
        CutOutSSAD(**{**TINY, "steps": 0}, calibration=name).fit(X).decision_scores_
        for name in ("cross_fit", "density")
    ]
    assert_array_equal(*scores)


class Counting(CutOutSSAD):
    """Takes note of how many images it has learned from."""

    seen = []

    def _learn(self, data, augmentation, plan):
        self.seen.append(len(data))
        return super()._learn(data, augmentation, plan)


def test_other_networks_learn_as_the_detector_does():
    Counting.seen.clear()
    Counting(**TINY).fit(np.random.default_rng(0).random((9, 16, 16)))
    assert Counting.seen == [9, 6, 6, 6]
