"""Formulas on score matrices: published values, transcriptions, hand-made cases."""

import math

import numpy as np
import pytest
from scipy.stats import kendalltau, spearmanr

import model_selection.correlation as correlation_module
from model_selection import hits_hubness, model_centrality, select_agreement
from model_selection.correlation import kendall_matrix, kendall_with, spearman_matrix

PUBLISHED = ["uoms_arrhythmia", "uoms_heartdisease"]
FUNCTIONS = {
    "mc_kendall": model_centrality,
    "mc_spearman": lambda s: model_centrality(s, correlation="spearman"),
    "sel_mean": select_agreement,
    "sel_last": lambda s: select_agreement(s, threshold="last"),
    "sel_ascending": lambda s: select_agreement(s, rank_order="ascending"),
    "hits": hits_hubness,
    "hits_ascending": lambda s: hits_hubness(s, rank_order="ascending"),
}
each_function = pytest.mark.parametrize(
    "function", FUNCTIONS.values(), ids=FUNCTIONS.keys()
)


@pytest.fixture
def scores():
    """Five related models of twelve samples, with ties."""
    rng = np.random.default_rng(5)
    truth = rng.normal(size=(12, 1))
    return np.round(truth + rng.normal(size=(12, 5)) * [0.2, 0.4, 0.7, 1.0, 3.0], 1)


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_centrality(reference, name):
    published = reference(name)
    scores = published["scores"]
    n_models = scores.shape[1]
    kendall = model_centrality(scores)
    np.testing.assert_allclose(kendall, published["mc_kendall"], atol=1e-9, rtol=0)
    # The published Spearman sums without the model itself are divided by all models.
    spearman = model_centrality(scores, correlation="spearman")
    spearman *= (n_models - 1) / n_models
    np.testing.assert_allclose(spearman, published["mc_spearman"], atol=1e-9, rtol=0)


def test_neighbouring_floats_are_ties_in_centrality():
    scores = np.array([[0.3, 1.0], [np.nextafter(0.3, 1), 2.0], [0.5, 3.0]])
    tied = np.array([[0.0, 1.0], [0.0, 2.0], [1.0, 3.0]])
    np.testing.assert_allclose(model_centrality(scores), model_centrality(tied))
    assert model_centrality(scores)[0] == pytest.approx(math.sqrt(2 / 3))


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_hubness(reference, name):
    published = reference(name)
    got = hits_hubness(published["scores"], rank_order="ascending")
    np.testing.assert_allclose(got, published["hits"], atol=1e-9, rtol=0)


@pytest.mark.parametrize("threshold", ["mean", "last"])
@pytest.mark.parametrize("name", PUBLISHED)
def test_published_agreement(reference, name, threshold):
    published = reference(name)
    got = select_agreement(
        published["scores"], threshold=threshold, rank_order="ascending"
    )
    want = published[{"mean": "select_all", "last": "select_last"}[threshold]]
    np.testing.assert_allclose(got, want, atol=1e-9, rtol=0)


def slow_tau(x, y):
    """Kendall's tau-b by its definition, pair by pair."""
    agree = x_untied = y_untied = 0
    for i in range(len(x)):
        for j in range(i):
            dx, dy = np.sign(x[i] - x[j]), np.sign(y[i] - y[j])
            agree += dx * dy
            x_untied += dx != 0
            y_untied += dy != 0
    return agree / math.sqrt(x_untied * y_untied) if x_untied * y_untied else 0.0


def slow_weights(column, descending):
    """1 / average rank, counting samples before and level with each."""
    sign = 1 if descending else -1
    ranks = []
    for value in column:
        before = sum(sign * other > sign * value for other in column)
        level = sum(other == value for other in column)
        ranks.append(before + (level + 1) / 2)
    return [1 / rank for rank in ranks]


def slow_select(scores, threshold, descending):
    sign = 1 if descending else -1
    lists = [[sign * w for w in slow_weights(c, descending)] for c in scores.T]

    def consensus(members):
        columns = zip(*(lists[m] for m in members), strict=True)
        return [math.fsum(values) / len(members) for values in columns]

    everyone = range(len(lists))
    start = [slow_tau(column, consensus(everyone)) for column in lists]
    accepted = [max(everyone, key=start.__getitem__)]
    levels = [start[accepted[0]]]
    while True:
        now = [slow_tau(column, consensus(accepted)) for column in lists]
        rest = [m for m in everyone if m not in accepted]
        bar = levels[-1] if threshold == "last" else sum(levels) / len(levels)
        if not rest or max(now[m] for m in rest) <= bar:
            return now
        accepted.append(max(rest, key=now.__getitem__))
        levels.append(now[accepted[-1]])


def slow_hits(scores, descending):
    weights = np.array([slow_weights(c, descending) for c in scores.T])
    hubs = np.ones(len(weights))
    for _ in range(500):
        authorities = hubs @ weights
        hubs = weights @ authorities
        hubs /= math.sqrt(sum(hubs**2))
    return hubs


def test_slow_centrality_agrees(scores):
    models = range(scores.shape[1])
    want = [
        sum(slow_tau(scores[:, i], scores[:, j]) for j in models if j != i) / 4
        for i in models
    ]
    np.testing.assert_allclose(model_centrality(scores), want, rtol=1e-12)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("threshold", ["mean", "last"])
@pytest.mark.parametrize("seed", range(4))
def test_slow_agreement_agrees(seed, threshold, descending):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(14, 1)) + rng.normal(size=(14, 6)) * 0.8
    order = "descending" if descending else "ascending"
    got = select_agreement(scores, threshold=threshold, rank_order=order)
    want = slow_select(scores, threshold, descending)
    np.testing.assert_allclose(got, want, atol=1e-12)


@pytest.mark.parametrize("descending", [True, False])
def test_slow_hubness_agrees(scores, descending):
    got = hits_hubness(scores, rank_order="descending" if descending else "ascending")
    np.testing.assert_allclose(got, slow_hits(scores, descending), rtol=1e-9)


def test_matrices_match_scipy_with_ties(scores):
    pairs = [(i, j) for i in range(5) for j in range(5)]
    tau, rho = kendall_matrix(scores), spearman_matrix(scores)
    for i, j in pairs:
        a, b = scores[:, i], scores[:, j]
        assert tau[i, j] == pytest.approx(kendalltau(a, b).statistic, abs=1e-14)
        assert rho[i, j] == pytest.approx(spearmanr(a, b).statistic, abs=1e-14)
        assert kendall_with(scores, b)[i] == pytest.approx(tau[i, j], abs=1e-14)


def test_small_sign_blocks_give_the_same_matrix(scores, monkeypatch):
    want = kendall_matrix(scores)
    monkeypatch.setattr(correlation_module, "BLOCK_ENTRIES", 1)
    np.testing.assert_array_equal(kendall_matrix(scores), want)


def test_kendall_sees_differences_below_float32():
    a = np.array([1.0, 1.0 + 1e-12, 1.0 + 2e-12, 5.0])
    assert kendall_matrix(np.column_stack([a, [0, 1, 2, 3]]))[0, 1] == 1.0


def test_hand_made_hubness():
    """Ranks (1, 2, 3) twice against (3, 2, 1): entries 49 and 33 over 36."""
    x = (math.sqrt(49**2 + 8 * 33**2) - 49) / 66
    want = np.array([1, 1, x]) / math.sqrt(2 + x**2)
    got = hits_hubness([[3, 3, 1], [2, 2, 2], [1, 1, 3]])
    np.testing.assert_allclose(got, want, rtol=1e-12)


def test_rank_order_decides_which_end_counts():
    """Two models share the top sample only, two share the bottom samples only."""
    share_top = [[9, 9], [1, 3], [2, 1], [3, 2]]
    share_bottom = [[3, 2], [2, 3], [1, 1], [0, 0]]
    top, bottom = np.array(share_top), np.array(share_bottom)[::-1]
    scores = np.column_stack([top, bottom])
    descending = hits_hubness(scores)
    ascending = hits_hubness(scores, rank_order="ascending")
    np.testing.assert_allclose(
        descending, slow_hits(scores, descending=True), rtol=1e-9
    )
    np.testing.assert_allclose(
        ascending, hits_hubness(-scores, rank_order="descending"), rtol=1e-9
    )
    assert descending[:2].min() > descending[2:].max()
    assert ascending[2:].min() > ascending[:2].max()


def test_hand_made_agreement_descending():
    """The consensus is the two equal models; the third disagrees on one pair of six."""
    scores = [[4, 4, 4], [3, 3, 2], [2, 2, 3], [1, 1, 1]]
    np.testing.assert_allclose(select_agreement(scores), [1, 1, 4 / 6], rtol=1e-12)


def test_reversed_model_is_last():
    truth = np.arange(20.0)
    rng = np.random.default_rng(0)
    good = truth[:, None] + rng.normal(size=(20, 4))
    scores = np.column_stack([-truth, good])
    for name, function in FUNCTIONS.items():
        assert np.argmin(function(scores)) == 0, name


@each_function
def test_only_the_order_of_scores_counts(function, scores):
    """Any increasing map of a model's scores leaves every value as it is."""
    mapped = np.column_stack(
        [np.exp(scores[:, 0]), scores[:, 1] ** 3, 5 * scores[:, 2:] - 9]
    )
    np.testing.assert_allclose(function(mapped), function(scores), rtol=1e-12)


@each_function
def test_order_of_models_and_samples_does_not_count(function, scores):
    rng = np.random.default_rng(1)
    models, samples = rng.permutation(5), rng.permutation(12)
    shuffled = scores[samples][:, models]
    np.testing.assert_allclose(function(shuffled), function(scores)[models], rtol=1e-9)


@each_function
def test_constant_model_gets_nan_and_changes_no_other(function, scores):
    extended = np.insert(scores, 2, 7.0, axis=1)
    got = function(extended)
    assert np.isnan(got[2])
    np.testing.assert_allclose(np.delete(got, 2), function(scores), rtol=1e-12)


@each_function
def test_all_constant_is_all_nan(function):
    assert np.isnan(function(np.ones((4, 3)))).all()


@pytest.mark.parametrize(
    ("function", "value"),
    [(model_centrality, 0), (select_agreement, 1), (hits_hubness, 1)],
)
def test_lone_model(function, value):
    np.testing.assert_allclose(function([[1.0], [2.0], [3.0]]), [value])


@each_function
@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_non_finite_model_is_named(function, bad, scores):
    scores[3, 1] = bad
    with pytest.raises(ValueError, match="finite.*column 1;"):
        function(scores)


@each_function
@pytest.mark.parametrize("shape", [(5,), (1, 3), (3, 0), (2, 2, 2)])
def test_bad_shapes_are_named(function, shape):
    with pytest.raises(ValueError, match=r"n_samples, n_models.*got shape \("):
        function(np.zeros(shape))


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (
            lambda s: model_centrality(s, correlation="pearson"),
            "correlation.*'pearson'",
        ),
        (lambda s: select_agreement(s, threshold="max"), "threshold.*got 'max'"),
        (lambda s: select_agreement(s, rank_order="up"), "rank_order.*got 'up'"),
        (lambda s: hits_hubness(s, rank_order="up"), "rank_order.*got 'up'"),
    ],
)
def test_unknown_options_are_named(call, words, scores):
    with pytest.raises(ValueError, match=words):
        call(scores)
