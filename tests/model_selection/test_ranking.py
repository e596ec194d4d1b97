"""Ranks over several criteria, by an independent library."""

import numpy as np
import pytest
from scipy.stats import kendalltau

from model_selection import mean_ranks, rank_agreement

LOSSES = np.array(
    [[0.3, 1.0, np.inf], [0.1, 1.0, 2.0], [0.2, 0.0, np.inf], [0.9, 3.0, 1.0]]
)


def test_mean_ranks():
    want = np.mean([[3, 2.5, 3.5], [1, 2.5, 2], [2, 1, 3.5], [4, 4, 1]], axis=1)
    np.testing.assert_array_equal(mean_ranks(LOSSES), want)


def test_agreement_is_kendalls_tau_b():
    finite = np.where(np.isfinite(LOSSES), LOSSES, 1e9)
    want = [[kendalltau(a, b).statistic for a in finite.T] for b in finite.T]
    np.testing.assert_allclose(rank_agreement(LOSSES), want)
    assert rank_agreement([[1.0, 2.0], [1.0, 3.0]]).tolist() == [[0.0, 0.0], [0.0, 1.0]]


@pytest.mark.parametrize("losses", [[1.0, 2.0], [[np.nan], [1.0]]])
def test_what_is_no_matrix_of_losses_is_named(losses):
    for function in (mean_ranks, rank_agreement):
        with pytest.raises(ValueError, match=r"\(n_models, n_criteria\) without NaN"):
            function(losses)
