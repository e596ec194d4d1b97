"""The checks of criteria catch wrong criteria, and say what is wrong."""

import copy
import re

import numpy as np
import pytest

from model_selection import (
    MC,
    AlignmentCriterion,
    ConsensusCriterion,
    Criterion,
    all_criteria,
    check_criterion,
    checks,
    parametrize_with_checks,
)
from tests.model_selection.wrong_criteria import (
    BarelyRight,
    Centring,
    ChangingData,
    ChangingItself,
    CollectingArguments,
    FavouringTheFirst,
    ForgettingArguments,
    GloballySeeded,
    Indifferent,
    Listing,
    Nameless,
    NanAsZero,
    OneArrayAModel,
    OneScalar,
    OnlyForImages,
    OtherError,
    OtherWords,
    PeekingAtLabels,
    ReadingFirstSample,
    ReadingNames,
    ReversedOnScores,
    ReversedSign,
    Right,
    RightOnScores,
    RoundingArguments,
    SecondEvaluation,
    SecondEvaluationOnScores,
    SinglePrecision,
    Sorting,
    SwayedByLabels,
    TakingAnything,
    Undirected,
    Unnamed,
    Unseeded,
    ZeroWhereItCannot,
    with_hidden_state,
)

WRONG = {
    "declares_name_and_direction": [
        (Undirected(), "greater_is_better must be a bool, got None; set it"),
        (Nameless(), "name must be a str, got 3"),
        (Unnamed(), "name must be a str, got None"),
    ],
    "constructor_stores_arguments": [
        (ForgettingArguments(), "store each argument.*got AttributeError"),
        (RoundingArguments(), "store each argument.*got RuntimeError"),
        (CollectingArguments(), r"must name each argument, got \['\*\*options'\]"),
        (with_hidden_state(), "a clone must leave the values"),
    ],
    "one_value_a_model": [
        (OneScalar(), r"4 models.*shape \(4,\) of values, got <class 'float'> of"),
        (Listing(), r"got <class 'list'> of shape \(4,\); return one number"),
        (SinglePrecision(), r"got float32 of shape \(4,\)"),
        (OneArrayAModel(), r"got float64 of shape \(4, 1\)"),
    ],
    "bad_model_loses": [
        (ReversedSign(), "position 1 is overfitted.*greater_is_better=True; check"),
        (ReversedOnScores(), "position 1 is overfitted.*greater_is_better=False"),
        (Indifferent(), "must lose clearly, got"),
        (BarelyRight(), "must lose clearly, got"),
        (Undirected(), "greater_is_better must be a bool"),
    ],
    "order_of_models_does_not_count": [
        (FavouringTheFirst(), "permuted models must have the same values"),
        (OneScalar(), "4 models must have"),
    ],
    "order_of_samples_does_not_count": [
        (ReadingFirstSample(), "shuffled samples must have the same values"),
    ],
    "names_of_models_do_not_count": [
        (ReadingNames(), "a dict of the models must leave the values"),
    ],
    "evaluation_repeats": [
        (Unseeded(), "the same random_state must leave the values"),
        (GloballySeeded(), "global generator alone; draw from"),
    ],
    "inputs_stay_as_they_were": [
        (Centring(), "must not change its inputs; work on a copy"),
        (Sorting(), "must not change its inputs"),
        (ChangingData(), "must not change its inputs"),
        (ChangingItself(), r"must not change the criterion, which had {'cap': 0.5}"),
    ],
    "labels_are_never_read": [
        (PeekingAtLabels(), "must not read labels, got: .*labels were read: "),
        (SwayedByLabels(), "labels must leave the values"),
    ],
    "group_must_be_a_group": [
        (TakingAnything(), r"\[\] must raise a ValueError that says 'empty', got no"),
    ],
    "embeddings_made_before": [
        (SecondEvaluation(), "embeddings made before must leave the values"),
    ],
    "models_without_embeddings_are_named": [
        (ZeroWhereItCannot(), "must raise a TypeError that says 'plain one', got no"),
        (OtherError(), "must raise a TypeError that says 'plain one', got KeyError"),
        (OtherWords(), r"says 'plain one', got TypeError\('no embeddings'\)"),
    ],
    "scores_made_before": [
        (SecondEvaluationOnScores(), "scores made before must leave the values"),
    ],
    "models_with_nan_scores_are_named": [
        (NanAsZero(), "must raise a ValueError that says 'bad one', got no error"),
    ],
    "takes_any_detector": [
        (OnlyForImages(), "must have finite values, got"),
    ],
}
CASES = [(check, *case) for check, cases in WRONG.items() for case in cases]


def ids(cases):
    return [f"{case[0]}-{type(case[1]).__name__}" for case in cases]


@pytest.mark.parametrize(("check", "criterion", "words"), CASES, ids=ids(CASES))
def test_a_check_catches(check, criterion, words):
    with pytest.raises(AssertionError, match=words) as caught:
        getattr(checks, f"check_{check}")(copy.deepcopy(criterion))
    assert f"criterion {type(criterion).__name__}(" in str(caught.value)


@pytest.mark.parametrize(("check", "criterion", "words"), CASES, ids=ids(CASES))
def test_check_criterion_raises_the_failure(check, criterion, words):
    with pytest.raises(AssertionError, match=f"criterion {type(criterion).__name__}"):
        check_criterion(criterion)


def test_every_check_is_run_and_tested_and_says_what_it_checks():
    found = {n for n in vars(checks) if n.startswith("check_")} - {"check_criterion"}
    assert found == {f"check_{name}" for name in WRONG}
    run = [pair.values[1].__name__ for pair in pairs([Right(), RightOnScores()])]
    assert found == set(run)
    for name in found:
        doc = getattr(checks, name).__doc__
        assert re.fullmatch(r"[A-Z][^.]*\.", doc), name


def pairs(criteria):
    mark = parametrize_with_checks(criteria).mark
    assert mark.name == "parametrize"
    assert mark.args[0] == ("criterion", "check")
    return mark.args[1]


def test_a_right_criterion_passes():
    for criterion in (Right, Right(cap=0.4), RightOnScores, "mc", MC("spearman")):
        check_criterion(criterion)


class Declining(Right):
    """Gives the overfitted model, which it cannot judge, no value."""

    def value(self, Z_trn, Z_aug, Z_test):
        loss = super().value(Z_trn, Z_aug, Z_test)
        return loss if loss < 0.5 else np.nan


def test_a_criterion_may_decline_a_model():
    values = checks.values_of(Declining())
    assert np.flatnonzero(np.isnan(values)).tolist() == [1]
    check_criterion(Declining())


class Remembering(Right):
    """Counts its evaluations in a dict that shallow copies share."""

    def __init__(self, seen):
        super().__init__()
        self.seen = seen

    def value(self, Z_trn, Z_aug, Z_test):
        self.seen["times"] = self.seen.get("times", 0) + 1
        return super().value(Z_trn, Z_aug, Z_test)


def test_the_criterion_checked_stays_as_it_was():
    criterion = Remembering({})
    with pytest.raises(AssertionError, match="must not change the criterion"):
        check_criterion(criterion)
    for pair in pairs([criterion]):
        checks.check_one_value_a_model(pair.values[0])
    assert criterion.seen == {}


def test_pairs_are_instances_and_the_checks_that_fit_them():
    kinds = {"embeddings": 0, "scores": 0}
    for pair in pairs([Right(cap=0.3), RightOnScores, TakingAnything]):
        criterion, check = pair.values
        assert isinstance(criterion, Criterion)
        assert pair.id == f"{criterion!r}-{check.__name__}"
        is_on = {"embeddings": AlignmentCriterion, "scores": ConsensusCriterion}
        for kind, base in is_on.items():
            if check.__name__ == f"check_{kind}_made_before":
                assert isinstance(criterion, base)
                kinds[kind] += 1
    assert kinds == {"embeddings": 1, "scores": 1}


def test_names_may_come_as_the_dict_of_all_criteria():
    checked = {pair.values[0].name for pair in pairs(all_criteria())}
    assert checked == set(all_criteria())


@pytest.mark.parametrize("wrong", [3, dict, None])
def test_what_is_no_criterion_is_refused(wrong):
    with pytest.raises(TypeError, match="must be a name, a Criterion instance or a"):
        check_criterion(wrong)


def test_a_class_that_needs_arguments_asks_for_an_instance():
    class Needing(Right):
        def __init__(self, cap):
            super().__init__(cap)

    with pytest.raises(TypeError, match="Needing.*cap.*pass an instance"):
        check_criterion(Needing)
    check_criterion(Needing(0.5))


def test_global_generator_is_given_back():
    np.random.seed(5)  # noqa: NPY002
    check_criterion(Right())
    got = np.random.random()  # noqa: NPY002
    assert got == np.random.RandomState(5).random_sample()
