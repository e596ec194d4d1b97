"""The validation losses against the paper's own cases and slow transcriptions."""

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from pyod_ssad.self_tuning.validation_loss import (
    VALIDATION_LOSSES,
    mean_distance_loss,
    mmd_loss,
    mmd_unnormalized_loss,
    normalize_total_distance,
    score_variance,
)


def points(*values):
    return torch.tensor(values, dtype=torch.float64)[:, None]


def random_sets(n_trn=7, n_aug=5, n_test=6, d=3):
    rng = np.random.default_rng(0)
    return [torch.tensor(rng.normal(size=(n, d))) for n in (n_trn, n_aug, n_test)]


class TestNormalization:
    def test_total_squared_distance_is_constant(self):
        Z = torch.cat(normalize_total_distance(*random_sets()))
        total = torch.cdist(Z, Z).square().sum()
        assert float(total) == pytest.approx(2 * 18**2)
        assert_allclose(Z.mean(dim=0), np.zeros(3), atol=1e-12)

    def test_sets_keep_their_rows(self):
        sets = random_sets()
        stacked = torch.cat(sets)
        centred = stacked - stacked.mean(dim=0)
        expected = centred * np.sqrt(18) / np.linalg.norm(centred.numpy())
        normalized = normalize_total_distance(*sets)
        assert [len(part) for part in normalized] == [7, 5, 6]
        assert_allclose(torch.cat(normalized), expected)

    def test_equal_embeddings_have_finite_losses_and_gradients(self):
        Z = torch.ones(4, 2, dtype=torch.float64, requires_grad=True)
        loss = mean_distance_loss(Z, Z, Z)
        loss.backward()
        assert loss.item() == 0
        assert torch.isfinite(Z.grad).all()


class TestMeanDistanceLoss:
    @pytest.mark.parametrize("a", [2.0, -0.3, 1e4])
    def test_lemma_1(self, a):
        """One point of each kind in perfect alignment gives exactly 1."""
        loss = mean_distance_loss(points(0.0), points(a), points(0.0, a))
        assert float(loss) == pytest.approx(1, abs=1e-12)

    def test_surface_of_appendix_a2(self):
        """Over [-6, 6]^2 the loss is smallest, and 1, where the sets align."""
        grid = np.linspace(-6, 6, 61)
        surface = np.array(
            [
                [
                    float(
                        mean_distance_loss(points(0.0), points(2.0), points(u, v + 2))
                    )
                    for v in grid
                ]
                for u in grid
            ]
        )
        assert surface.min() > 1 - 1e-12
        smallest = np.argwhere(surface < 1 + 1e-9)
        # (2, -2) is the same set of test points with the two exchanged.
        assert sorted(np.round(grid[smallest], 9).tolist()) == [[0, 0], [2, -2]]

    def test_closed_form_of_the_appendix(self):
        u, v = 0.7, -0.4
        loss = mean_distance_loss(points(0.0), points(2.0), points(u, v + 2))
        scale = np.sqrt(3 * u**2 + 3 * v**2 - 8 * u + 8 * v - 2 * u * v + 16)
        expected = (abs(u) + abs(u - 2) + abs(v) + abs(v + 2)) / scale
        assert float(loss) == pytest.approx(expected)

    def test_is_the_mean_over_unlabelled_points(self):
        trn, aug, test = normalize_total_distance(*random_sets())
        total = 0.0
        for z in test.numpy():
            total += np.linalg.norm(z - trn.numpy().mean(axis=0))
            total += np.linalg.norm(z - aug.numpy().mean(axis=0))
        loss = mean_distance_loss(*random_sets())
        assert float(loss) == pytest.approx(total / (2 * 6))

    def test_copies_of_every_set_change_nothing(self):
        copies = [torch.cat([Z, Z]) for Z in random_sets()]
        expected = mean_distance_loss(*random_sets())
        assert float(mean_distance_loss(*copies)) == pytest.approx(float(expected))

    def test_ratio_of_augmented_points_does_not_move_the_optimum(self):
        """Eq. 3 sees means, so the ratio changes the loss by the scale only."""
        trn, aug, test = points(0.0), points(2.0), points(0.1, 1.9)
        for copies in (2, 5):
            losses = [
                float(mean_distance_loss(trn, (aug + shift).repeat(copies, 1), test))
                for shift in (-0.8, -0.1, 0.8)
            ]
            assert losses[1] == min(losses)


@pytest.mark.parametrize("name", ["mean_distance", "mmd"])
def test_normalised_losses_ignore_scale_and_translation(name):
    loss = VALIDATION_LOSSES[name]
    moved = [3.7 * Z - torch.tensor([1.0, -4.0, 9.0]) for Z in random_sets()]
    assert float(loss(*moved)) == pytest.approx(float(loss(*random_sets())))


@pytest.mark.parametrize("loss", VALIDATION_LOSSES.values())
def test_gradients(loss):
    sets = tuple(Z.requires_grad_() for Z in random_sets())
    assert torch.autograd.gradcheck(loss, sets)


def test_mmd_is_the_kernel_sum():
    trn, aug, test = (Z.numpy() for Z in random_sets())
    both = np.concatenate([trn, aug])
    expected = (
        (both @ both.T).mean() + (test @ test.T).mean() - 2 * (both @ test.T).mean()
    )
    assert float(mmd_unnormalized_loss(*random_sets())) == pytest.approx(expected)
    normalized = normalize_total_distance(*random_sets())
    expected = mmd_unnormalized_loss(*normalized)
    assert float(mmd_loss(*random_sets())) == pytest.approx(float(expected))


class TestScoreVariance:
    @pytest.mark.filterwarnings("error::RuntimeWarning")
    def test_equal_training_scores_are_no_unit(self):
        scores = np.array([1.0, 2.0, 4.0])
        assert np.isnan(score_variance(np.array([3.0, 3.0 + 1e-12]), scores))
        assert score_variance(np.array([3.0, 3.1]), scores) > 0

    def test_is_the_sample_variance_in_units_of_the_training_scores(self):
        train, scores = np.array([1.0, 3.0]), np.array([0.0, 2.0, 7.0])
        assert score_variance(train, scores) == pytest.approx(13)
        assert score_variance(2 * train, scores) == pytest.approx(13 / 4)

    def test_ignores_scale_and_offset_of_the_scores(self):
        rng = np.random.default_rng(1)
        train, scores = rng.normal(size=20), rng.normal(size=30)
        moved = score_variance(5 * train - 2, 5 * scores - 2)
        assert moved == pytest.approx(score_variance(train, scores))
