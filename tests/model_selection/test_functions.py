"""Plain functions are criteria, and none is taken in the wrong direction."""

import numpy as np
import pytest
from sklearn.base import clone

from model_selection import (
    DSV,
    MC,
    ModelSelector,
    discordance,
    dsv_loss,
    get_criterion,
    make_criterion,
    model_centrality,
    separability,
    squared_mmd,
)
from model_selection._fakes import BAD, planted_group
from model_selection.checks import check_criterion


def my_function(Z_trn, Z_aug, Z_test):
    return dsv_loss(Z_trn, Z_aug, Z_test)


def my_quality(Z_trn, Z_aug, Z_test):
    return -dsv_loss(Z_trn, Z_aug, Z_test)


def disagreement(scores):
    return -model_centrality(scores)


def test_functions_have_the_values_of_their_classes():
    models, data = planted_group()
    for function, greater, reference in (
        (dsv_loss, False, DSV()),
        (model_centrality, True, MC()),
    ):
        criterion = make_criterion(function, greater_is_better=greater)
        want = reference.evaluate(models, *data, random_state=4)
        got = criterion.evaluate(models, *data, random_state=4)
        np.testing.assert_array_equal(got, want)
        assert criterion.greater_is_better is greater
        check_criterion(criterion)


def test_a_bare_function_is_a_loss():
    models, (X, X_test) = planted_group()
    for function, reference in ((my_function, "dsv"), (disagreement, "mc")):
        selector = ModelSelector(models, function, prefit=True)
        selector.fit(X, X_unlabeled=X_test)
        want = ModelSelector(models, reference, prefit=True).fit(X, X_unlabeled=X_test)
        np.testing.assert_array_equal(selector.ranking_, want.ranking_)
        assert selector.ranking_[-1] == BAD
        assert selector.criterion_ == function.__name__
        check_criterion(function)


@pytest.mark.parametrize("function", [my_quality, separability])
def test_a_bare_measure_of_quality_is_not_taken_for_a_loss(function):
    words = rf"{function.__name__} has no direction.*make_criterion\("
    with pytest.raises(ValueError, match=words):
        get_criterion(function)
    assert make_criterion(function, greater_is_better=True).greater_is_better is True


def test_a_function_that_does_not_tell_them_apart_is_refused():
    with pytest.raises(ValueError, match="not clearly the largest value, got"):
        get_criterion(lambda Z_trn, Z_aug, Z_test: 0.0)


def test_a_function_may_say_its_direction():
    def measure(Z_trn, Z_aug, Z_test):
        return separability(Z_trn, Z_aug, Z_test)

    measure.greater_is_better = True
    criterion = get_criterion(measure)
    assert criterion.greater_is_better is True and criterion.name == "measure"
    models, (X, X_test) = planted_group()
    selector = ModelSelector(models, measure, prefit=True).fit(X, X_unlabeled=X_test)
    assert selector.ranking_[-1] == BAD


def test_the_number_of_arguments_tells_what_it_is_on():
    assert make_criterion(discordance, greater_is_better=False).needs_unlabeled
    assert not make_criterion(disagreement, greater_is_better=False).needs_unlabeled

    def optional(scores, weight=1.0, *, shift=0.0):
        return disagreement(scores) * weight + shift

    assert not get_criterion(optional).needs_unlabeled
    criterion = make_criterion(
        lambda *Z: squared_mmd(Z[0], Z[2]),
        greater_is_better=False,
        on="embeddings",
        name="gap",
    )
    assert criterion.needs_unlabeled and criterion.name == "gap"


def test_clones_keep_the_function():
    criterion = make_criterion(my_function, greater_is_better=False)
    copied = clone(ModelSelector([], [criterion, my_quality, "mc"])).criterion
    assert copied[0] is not criterion and copied[0].function is my_function
    assert copied[1:] == [my_quality, "mc"]
