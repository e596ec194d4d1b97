"""Ranks over several criteria, by an independent library."""

import math

import numpy as np
import pytest
from scipy.stats import kendalltau, rankdata

from model_selection import (
    ModelSelector,
    get_criterion,
    mean_ranks,
    rank_agreement,
    robust_ranks,
)
from model_selection._fakes import planted_group

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


def slow_robust(losses):
    """The chance of as many random numbers as far up, summed term by term."""
    n_models, k = losses.shape
    ranks = np.column_stack([rankdata(column) for column in losses.T]) / n_models
    values = []
    for row in np.sort(ranks, axis=1):
        chances = [
            sum(math.comb(k, i) * r**i * (1 - r) ** (k - i) for i in range(j, k + 1))
            for j, r in enumerate(row, 1)
        ]
        values.append(min(1.0, k * min(chances)))
    return values


def test_robust_ranks_agree_with_binomial_sums():
    losses = np.random.default_rng(0).normal(size=(9, 4))
    np.testing.assert_allclose(robust_ranks(losses), slow_robust(losses), rtol=1e-10)


def test_one_odd_criterion_does_less_harm_to_robust_ranks():
    """Three criteria put the first model first; one puts it last."""
    losses = np.tile(np.arange(8.0)[:, None], (1, 4))
    losses[:, 3] = losses[::-1, 3]
    assert np.argmin(robust_ranks(losses)) == 0
    lead_robust = robust_ranks(losses)[1] / robust_ranks(losses)[0]
    lead_mean = mean_ranks(losses)[1] / mean_ranks(losses)[0]
    assert lead_robust > 2 * lead_mean


@pytest.mark.parametrize("aggregate", ["mean", "robust"])
def test_the_selector_aggregates_as_asked(aggregate):
    models, (X, X_test) = planted_group()
    names = ["dsv", "mc", "evidence"]
    selector = ModelSelector(models, names, prefit=True, aggregate=aggregate)
    selector.fit(X, X_unlabeled=X_test)
    losses = np.column_stack(
        [get_criterion(n).losses(selector.results_[f"value_{n}"]) for n in names]
    )
    want = {"mean": mean_ranks, "robust": robust_ranks}[aggregate](losses)
    np.testing.assert_allclose(selector.criterion_values_, want)
    assert selector.best_index_ == np.argmin(want)
    with pytest.raises(ValueError, match=r"aggregate must be one of .* got 'median'"):
        ModelSelector(models, names, aggregate="median").fit(X)
