"""Checks that every criterion passes, for users' own criteria as well.

`check_criterion` runs them all, `parametrize_with_checks` makes each of them a test of
its own for pytest. They take a second, need no torch, and judge four planted models of
which one is overfitted.
"""

import copy

import numpy as np
from sklearn.base import clone

from model_selection._checking import (
    as_instance,
    failure,
    label,
    open_ended,
    prepare,
    require,
    require_close,
    require_equal,
    require_error,
    require_global_generator_untouched,
    values_of,
)
from model_selection._fakes import (
    BAD,
    CornerDetector,
    NotFinite,
    ScoreOnly,
    Untouchable,
    planted_group,
)
from model_selection.embedding import AlignmentCriterion, embed
from model_selection.scoring import ScoreCriterion, score_matrix
from model_selection.selector import ModelSelector


def check_criterion(criterion):
    """Check that a criterion does what `ModelSelector` and its users rely on.

    Parameters
    ----------
    criterion : Criterion, type or str
        An instance, a class that needs no arguments, or a name.

    Raises
    ------
    AssertionError
        From the first check that fails: what was got, what is wanted, and the likely
        mend.

    Examples
    --------
    >>> from model_selection import DSV
    >>> check_criterion(DSV(cap=0.4))
    """
    criterion = as_instance(criterion)
    for check in _checks_for(criterion):
        # A copy, because what one check has changed would hide from the next.
        check(copy.deepcopy(criterion))


def parametrize_with_checks(criteria):
    """Decorate a pytest function to run once a criterion and check.

    Parameters
    ----------
    criteria : iterable of Criterion, type or str
        As `check_criterion` takes them.

    Returns
    -------
    decorator
        For a function with the arguments ``criterion`` and ``check``.

    Raises
    ------
    ImportError
        If pytest is not installed.

    See Also
    --------
    check_criterion : All checks of one criterion, without pytest.

    Examples
    --------
    >>> @parametrize_with_checks(["dsv", "mc"])
    ... def test_criterion(criterion, check):
    ...     check(criterion)
    """
    import pytest

    pairs = [
        pytest.param(
            copy.deepcopy(criterion), check, id=f"{label(criterion)}-{check.__name__}"
        )
        for criterion in map(as_instance, criteria)
        for check in _checks_for(criterion)
    ]
    return pytest.mark.parametrize(("criterion", "check"), pairs)


def check_declares_name_and_direction(criterion):
    """It has a name and says which way is good and whether it needs unlabeled data."""
    for attribute, kind in _DECLARED.items():
        got = getattr(criterion, attribute, None)
        require(
            isinstance(got, kind),
            criterion,
            f"{attribute} must be a {kind.__name__}, got {got!r}; set it in the class",
        )


def check_constructor_stores_arguments(criterion):
    """The constructor names and stores its arguments, so that clones do the same."""
    collecting = open_ended(type(criterion))
    require(
        not collecting,
        criterion,
        f"its constructor must name each argument, got {collecting}; clones lose those",
    )
    try:
        copied = clone(criterion)
    except (AttributeError, RuntimeError, TypeError) as error:
        raise failure(
            criterion,
            "its constructor must store each argument untouched under its own name, "
            f"as in self.cap = cap, got {type(error).__name__}: {error}",
        ) from error
    require_equal(criterion, "a clone", values_of(copied), values_of(criterion))


def check_one_value_a_model(criterion):
    """Evaluation gives one float64 value a model."""
    values_of(criterion)


def check_bad_model_loses(criterion):
    """The overfitted one of four models loses by a clear margin."""
    check_declares_name_and_direction(criterion)
    values = values_of(criterion)
    losses = criterion.losses(values)
    others = np.delete(losses, BAD)
    require(
        losses[BAD] > others.max() + 0.5 * np.ptp(others),
        criterion,
        f"the model at position {BAD} is overfitted and must lose clearly, got {values}"
        f" with greater_is_better={criterion.greater_is_better}; check the sign",
    )


def check_order_of_models_does_not_count(criterion):
    """Permuted models have permuted values."""
    models, data = planted_group()
    order = [2, 1, 3, 0]
    got = values_of(criterion, [models[i] for i in order], data)
    require_close(criterion, "permuted models", got, values_of(criterion)[order])


def check_order_of_samples_does_not_count(criterion):
    """Shuffled samples give the same values."""
    models, data = planted_group()
    rng = np.random.default_rng(4)
    shuffled = [X[rng.permutation(len(X))] for X in data]
    got = values_of(criterion, models, shuffled)
    require_close(criterion, "shuffled samples", got, values_of(criterion))


def check_names_of_models_do_not_count(criterion):
    """A dict of models has the values of the list."""
    models, data = planted_group()
    named = {f"model {i}": model for i, model in enumerate(models)}
    got = values_of(criterion, named, data)
    require_equal(criterion, "a dict of the models", got, values_of(criterion))


def check_evaluation_repeats(criterion):
    """The same seed gives the same values and leaves the global generator alone."""
    with require_global_generator_untouched(criterion):
        first, second = (values_of(criterion, random_state=3) for _ in range(2))
    require_equal(criterion, "the same random_state", second, first)


def check_inputs_stay_as_they_were(criterion):
    """Evaluation changes neither the data nor what was made of them nor itself."""
    models, data = planted_group()
    prepared, evaluate_prepared = prepare(criterion, models, data)
    inputs = [*data, *prepared]
    before, settings = copy.deepcopy(inputs), repr(vars(criterion))
    values_of(criterion, models, data)
    evaluate_prepared()
    require(
        all(map(np.array_equal, inputs, before)),
        criterion,
        "evaluation must not change its inputs; work on a copy, as in Z = Z - Z.mean()",
    )
    require(
        repr(vars(criterion)) == settings,
        criterion,
        f"evaluation must not change the criterion, which had {settings}",
    )


def check_labels_are_never_read(criterion):
    """Labels given to the selector or kept by a detector change nothing."""
    models, (X, X_unlabeled) = planted_group()
    want = values_of(criterion)
    for model in models:
        model.y_ = Untouchable()
    check_declares_name_and_direction(criterion)
    selector = ModelSelector(models, criterion, prefit=True)
    try:
        selector.fit(X, Untouchable(), X_unlabeled=X_unlabeled)
    except Exception as error:
        raise failure(criterion, f"it must not read labels, got: {error}") from error
    require_equal(criterion, "labels", selector.criterion_values_, want)


def check_group_must_be_a_group(criterion):
    """No models, equal names, and a single model are refused."""
    model = CornerDetector()
    require_error(criterion, ValueError, "empty", [])
    require_error(criterion, ValueError, "must differ", {1: model, "1": model})
    require_error(criterion, TypeError, "CornerDetector", model)


def check_embeddings_made_before(criterion):
    """Embeddings made before give the values of the models."""
    models, data = planted_group()
    triples = [embed(model, *data, random_state=7) for model in models]
    got = criterion.evaluate_embeddings(triples)
    want = values_of(criterion, models, data, random_state=7)
    require_equal(criterion, "embeddings made before", got, want)


def check_models_without_embeddings_are_named(criterion):
    """A detector that cannot embed and augment is refused by its name."""
    group = {"corner": CornerDetector(), "plain one": ScoreOnly()}
    require_error(criterion, TypeError, "plain one", group)


def check_scores_made_before(criterion):
    """Scores made before give the values of the models."""
    models, data = planted_group()
    got = criterion.evaluate_scores(score_matrix(models, data[1]))
    require_equal(criterion, "scores made before", got, values_of(criterion))


def check_models_with_nan_scores_are_named(criterion):
    """A detector whose scores are not finite is refused by its name."""
    models, _ = planted_group()
    group = {"good": models[0], "bad one": NotFinite()}
    require_error(criterion, ValueError, "bad one", group)


def check_takes_any_detector(criterion):
    """A detector that only scores is judged beside the others."""
    models, data = planted_group()
    values = values_of(criterion, [*models, ScoreOnly().fit(data[0])], data)
    require(
        np.isfinite(values).all(),
        criterion,
        f"models with finite, varied scores must have finite values, got {values}",
    )


_DECLARED = {"name": str, "greater_is_better": bool, "needs_unlabeled": bool}

_COMMON = (
    check_declares_name_and_direction,
    check_constructor_stores_arguments,
    check_one_value_a_model,
    check_bad_model_loses,
    check_order_of_models_does_not_count,
    check_order_of_samples_does_not_count,
    check_names_of_models_do_not_count,
    check_evaluation_repeats,
    check_inputs_stay_as_they_were,
    check_labels_are_never_read,
    check_group_must_be_a_group,
)
_ALIGNMENT = (check_embeddings_made_before, check_models_without_embeddings_are_named)
_CONSENSUS = (
    check_scores_made_before,
    check_models_with_nan_scores_are_named,
    check_takes_any_detector,
)


def _checks_for(criterion):
    """Return the checks that fit what a criterion can do."""
    checks = list(_COMMON)
    if isinstance(criterion, AlignmentCriterion):
        checks += _ALIGNMENT
    if isinstance(criterion, ScoreCriterion):
        checks += _CONSENSUS
    left_out = criterion._checks_that_do_not_fit
    return [check for check in checks if check.__name__ not in left_out]
