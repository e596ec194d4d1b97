"""Rank correlations of all pairs of models."""

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

import model_selection.correlation as correlation_module
from model_selection.correlation import kendall_matrix, kendall_with, spearman_matrix


def test_matrices_match_scipy_with_ties(scores):
    pairs = [(i, j) for i in range(5) for j in range(5)]
    tau, rho = kendall_matrix(scores), spearman_matrix(scores)
    for i, j in pairs:
        a, b = scores[:, i], scores[:, j]
        assert tau[i, j] == pytest.approx(kendalltau(a, b).statistic, abs=1e-14)
        assert rho[i, j] == pytest.approx(spearmanr(a, b).statistic, abs=1e-14)
        assert kendall_with(scores, b)[i] == pytest.approx(tau[i, j], abs=1e-14)


@pytest.mark.parametrize("matrix", [kendall_matrix, spearman_matrix])
def test_constant_columns_have_no_correlation(matrix):
    scores = np.array([[1.0, 5.0, 2.0], [2.0, 5.0, 1.0]])
    want = [[1, 0, -1], [0, 0, 0], [-1, 0, 1]]
    np.testing.assert_allclose(matrix(scores), want, atol=1e-12)


def test_small_sign_blocks_give_the_same_matrix(scores, monkeypatch):
    want = kendall_matrix(scores)
    monkeypatch.setattr(correlation_module, "BLOCK_ENTRIES", 1)
    np.testing.assert_array_equal(kendall_matrix(scores), want)


def test_kendall_sees_differences_below_float32():
    a = np.array([1.0, 1.0 + 1e-12, 1.0 + 2e-12, 5.0])
    assert kendall_matrix(np.column_stack([a, [0, 1, 2, 3]]))[0, 1] == 1.0
