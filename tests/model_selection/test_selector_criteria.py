"""Which criterion a selector takes, and what it tells about several."""

import warnings

import numpy as np
import pandas as pd
import pytest
from pyod.models.ecod import ECOD
from pyod.models.knn import KNN
from pyod.models.lof import LOF
from scipy.stats import kendalltau, rankdata

from model_selection import MC, ModelSelector, all_criteria, mean_ranks
from model_selection._fakes import (
    CornerDetector,
    ScoreOnly,
    planted_data,
    planted_group,
)
from tests.model_selection.fakes import Fixed, Passive, classical


@pytest.mark.parametrize(
    ("more", "unlabeled", "criterion"),
    [([], True, "dsv"), ([], False, "sel"), ([ScoreOnly()], True, "sel")],
)
def test_auto_takes_what_the_detectors_and_the_data_allow(more, unlabeled, criterion):
    models, (X, X_test) = planted_group()
    X_unlabeled = X_test if unlabeled else None
    group = [*models, *more]
    selector = ModelSelector(group).fit(X, X_unlabeled=X_unlabeled)
    want = ModelSelector(group, criterion).fit(X, X_unlabeled=X_unlabeled)
    assert selector.criterion_ == criterion
    np.testing.assert_array_equal(selector.criterion_values_, want.criterion_values_)


def test_auto_works_for_tables(tabular):
    X, X_test, _ = tabular
    for data in ({}, {"X_unlabeled": X_test}):
        selector = ModelSelector(classical()).fit(X, **data)
        assert selector.criterion_ == "sel"
        assert selector.predict(X_test).shape == (100,)


def test_auto_without_training_data_needs_only_scores():
    models, (_, X_test) = planted_group()
    selector = ModelSelector(models, prefit=True).fit(X_unlabeled=X_test)
    assert selector.criterion_ == "evidence"
    with_data = ModelSelector(models, "evidence", prefit=True)
    with_data.fit(np.ones((5, 9)), X_unlabeled=X_test)
    np.testing.assert_array_equal(
        selector.criterion_values_, with_data.criterion_values_
    )


@pytest.mark.parametrize("criterion", ["auto", "mc", "sel", "hits"])
def test_a_group_of_one_is_chosen(criterion, tabular):
    selector = ModelSelector([KNN()], criterion).fit(tabular[0])
    assert selector.best_index_ == 0
    assert selector.names_ == ["KNN"]


@pytest.mark.parametrize("name", all_criteria())
def test_names_in_any_case(name):
    models, (X, X_test) = planted_group()
    values = [
        ModelSelector(models, spelled, prefit=True)
        .fit(X, X_unlabeled=X_test)
        .criterion_values_
        for spelled in (name, name.upper(), name.title())
    ]
    np.testing.assert_array_equal(values[0], values[1])
    np.testing.assert_array_equal(values[0], values[2])
    assert ModelSelector(models, "AUTO", prefit=True).fit(X).criterion_ == "sel"


class PlainEmbedding(ScoreOnly):
    """Embeds, but has nothing to augment with."""

    def transform(self, X):
        return X


class NoTables(CornerDetector):
    """Has an augmentation, but not for tables."""

    def augment(self, X, random_state=None):
        raise ValueError("a table has none")


class FittedFirst(CornerDetector):
    """Must be fitted before it augments."""

    def augment(self, X, random_state=None):
        assert len(X) > 2 or not hasattr(self, "centre_")
        return super().augment(X + 0 * self.centre_[0], random_state)


class OtherNetwork(CornerDetector):
    """Says that it embeds with another network than the others."""

    embedded_by = "resnet18"


def test_embeddings_of_different_networks_are_not_compared():
    models, (X, X_test) = planted_group()
    group = {"fine": models[0], "odd": OtherNetwork()}
    for criterion in ("dsv", ["mc", "mmd"]):
        with pytest.raises(TypeError, match="odd with resnet18.* choose 'evidence'"):
            ModelSelector(group, criterion).fit(X, X_unlabeled=X_test)
    alone = {"one": OtherNetwork(), "two": OtherNetwork(noise_column=2)}
    selector = ModelSelector(alone).fit(X, X_unlabeled=X_test)
    assert selector.criterion_ == "dsv"


@pytest.mark.parametrize(
    ("odd", "criterion", "reason"),
    [
        (PlainEmbedding(), "sel", ", because odd has no augment"),
        (ScoreOnly(), "sel", ", because odd has no transform and no augment and odd "),
        (NoTables(), "evidence", ", because odd cannot augment (ValueError: a table "),
        (OtherNetwork(), "evidence", ", because detectors embed with different networ"),
        (CornerDetector(), "dsv", "\n"),
        (FittedFirst(), "dsv", "\n"),
    ],
)
def test_auto_says_why_it_takes_no_embeddings(odd, criterion, reason, capsys):
    models, (X, X_test) = planted_group()
    group = {"fine": models[0], "odd": odd, "other": models[2]}
    selector = ModelSelector(group, verbose=1).fit(X, X_unlabeled=X_test)
    assert selector.criterion_ == criterion
    assert capsys.readouterr().out.startswith(f"criterion: {criterion}{reason}")


def test_auto_stands_among_several():
    models, (X, X_test) = planted_group()
    selector = ModelSelector(models, ["Auto", "mc"]).fit(X, X_unlabeled=X_test)
    want = ModelSelector(models, ["dsv", "mc"]).fit(X, X_unlabeled=X_test)
    assert selector.criterion_ == ["dsv", "mc"]
    np.testing.assert_array_equal(selector.criterion_values_, want.criterion_values_)
    assert ModelSelector(models, ["auto", "mc"]).fit(X).criterion_ == ["sel", "mc"]


@pytest.mark.parametrize(
    ("verbose", "shown"),
    [
        (0, ""),
        (
            1,
            "criterion: sel, because KNN has no transform and no augment and "
            "X_unlabeled is not given\n",
        ),
    ],
)
def test_verbose_says_which_criterion(verbose, shown, tabular, capsys):
    ModelSelector([KNN()], verbose=verbose).fit(tabular[0])
    assert capsys.readouterr().out == shown


def test_a_criterion_that_was_named_needs_no_reason(tabular, capsys):
    ModelSelector([KNN()], "mc", verbose=1).fit(tabular[0])
    assert capsys.readouterr().out == "criterion: mc\n"


def test_several_criteria_rank_by_the_mean_rank():
    models, (X, X_test) = planted_group()
    criteria = ["dsv", MC(), "SEL"]
    selector = ModelSelector(models, criteria, prefit=True).fit(X, X_unlabeled=X_test)
    single = [
        ModelSelector(models, one, prefit=True).fit(X, X_unlabeled=X_test)
        for one in criteria
    ]
    assert selector.criterion_ == ["dsv", "mc", "sel"]
    losses = np.column_stack(
        [
            s.criterion_values_ * sign
            for s, sign in zip(single, (1, -1, -1), strict=True)
        ]
    )
    want = rankdata(losses, axis=0).mean(axis=1)
    np.testing.assert_array_equal(selector.criterion_values_, want)
    np.testing.assert_array_equal(selector.criterion_values_, mean_ranks(losses))
    assert selector.best_index_ == np.argmin(want)
    table = pd.DataFrame(selector.results_)
    for name, one in zip(selector.criterion_, single, strict=True):
        np.testing.assert_array_equal(table[f"value_{name}"], one.criterion_values_)
        np.testing.assert_array_equal(table[f"rank_{name}"], one.results_["rank"])
    np.testing.assert_array_equal(table["value"], want)
    taus = [[kendalltau(a, b).statistic for a in losses.T] for b in losses.T]
    np.testing.assert_allclose(selector.agreement_, taus)


def test_one_criterion_agrees_with_itself(selector):
    np.testing.assert_allclose(selector.agreement_, [[1.0]])


def test_a_model_that_one_criterion_cannot_judge_comes_last_there():
    criteria = [Fixed((1, np.nan, 3)), Fixed((2, 9, 1)), Fixed((2, 8, 1))]
    selector = ModelSelector([Passive()] * 3, criteria).fit(np.ones(3))
    np.testing.assert_array_equal(selector.criterion_values_, [2, 5 / 3, 7 / 3])
    assert list(selector.ranking_) == [1, 0, 2]
    shown = ("(1, nan, 3)", "(2, 9, 1)", "(2, 8, 1)")
    assert selector.criterion_ == [f"fixed(values={values})" for values in shown]


def test_a_model_that_no_criterion_can_judge_is_not_combined():
    criteria = [Fixed((1, np.nan, 3)), Fixed((2, np.nan, 1))]
    group = [Passive()] * 3
    selector = ModelSelector(group, criteria, combine="mean", top_k=None)
    assert sorted(selector.fit(np.ones(3)).combined_) == [0, 2]


@pytest.mark.parametrize("criterion", ["mc", "sel", "hits", ["dsv", "mc"]])
def test_a_consensus_of_two_is_warned_of(criterion):
    models, (X, X_test) = planted_group()
    with pytest.warns(UserWarning, match="Two detectors agree.*at least three") as got:
        ModelSelector(models[:2], criterion).fit(X, X_unlabeled=X_test)
    assert {warning.filename for warning in got} == {__file__}


@pytest.mark.parametrize(("criterion", "count"), [("dsv", 2), ("mc", 3), ("mc", 1)])
def test_others_are_not(criterion, count):
    models, (X, X_test) = planted_group()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        ModelSelector(models[:count], criterion).fit(X, X_unlabeled=X_test)


def test_pairs_as_scikit_learn_has_them(tabular):
    X, X_test, _ = tabular
    pairs = list(classical().items())
    selector = ModelSelector(pairs, "mc").fit(X, X_unlabeled=X_test)
    named = ModelSelector(dict(pairs), "mc").fit(X, X_unlabeled=X_test)
    np.testing.assert_array_equal(selector.criterion_values_, named.criterion_values_)
    assert selector.names_ == list(classical())
    assert selector.best_name_ == named.best_name_
    assert selector.best_estimator_ is selector.best_detector_
    assert selector.named_detectors_[selector.best_name_] is selector.best_detector_


def test_list_names_show_what_differs(tabular):
    group = [KNN(), KNN(n_neighbors=10), LOF(), ECOD()]
    selector = ModelSelector(group).fit(tabular[0])
    names = ["KNN(n_neighbors=5)", "KNN(n_neighbors=10)", "LOF", "ECOD"]
    assert selector.names_ == list(selector.results_["name"]) == names


class Rows(CornerDetector):
    """Takes lists of rows."""

    def transform(self, X):
        return super().transform(np.array(X))

    def augment(self, X, random_state=None):
        return super().augment(np.array(X), random_state)

    def decision_function(self, X):
        return super().decision_function(np.array(X))


@pytest.mark.parametrize("criterion", ["dsv", "mc"])
def test_generators_reach_every_detector(criterion):
    X, X_test = planted_data()
    group = [Rows(i != 1, i + 1) for i in range(4)]
    want = ModelSelector(group, criterion).fit(X, X_unlabeled=X_test)
    got = ModelSelector(group, criterion)
    got.fit((row for row in X), X_unlabeled=(row for row in X_test))
    np.testing.assert_array_equal(got.criterion_values_, want.criterion_values_)
    scores = got.decision_function(row for row in X_test)
    np.testing.assert_array_equal(scores, want.decision_function(X_test))
    np.testing.assert_array_equal(got.transform(iter(X)), want.transform(X))
