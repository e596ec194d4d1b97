"""What holds for every criterion on scores."""

import numpy as np
import pytest

from model_selection import hits_hubness, model_centrality, select_agreement

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
def test_unsigned_scores_are_ordered_as_floats(function, scores):
    """The negative of an unsigned 0 would stay the smallest."""
    levels = np.round(10 * (scores - scores.min()))
    got = function(levels.astype(np.uint8))
    np.testing.assert_array_equal(got, function(levels))


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
