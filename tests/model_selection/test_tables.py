"""Tables: hand-made cases, and scipy's test called by hand."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import wilcoxon

from model_selection import (
    grouped_means,
    holm,
    mean_table,
    rank_table,
    task_matrix,
    to_markdown,
    wilcoxon_table,
)


@pytest.fixture
def wide():
    return pd.DataFrame(
        {"dsv": [0.9, 0.8, 0.5], "mc": [0.7, 0.8, 0.6], "knn": [0.5, 0.2, 0.5]},
        index=["bolt", "tile", "leaf"],
    )


@pytest.fixture
def tidy(wide):
    frame = wide.rename_axis("task").reset_index()
    return frame.melt(id_vars="task", var_name="method", value_name="auc")


def test_both_forms_give_the_same_matrix(tidy, wide):
    pd.testing.assert_frame_equal(task_matrix(tidy), wide, check_names=False)
    pd.testing.assert_frame_equal(task_matrix(wide), wide)
    renamed = tidy.rename(columns={"task": "t", "method": "m", "auc": "ap"})
    got = task_matrix(renamed, task="t", method="m", value="ap")
    np.testing.assert_array_equal(got, wide)


def test_several_columns_may_name_a_task(tidy):
    tidy["kind"] = "scratch"
    got = task_matrix(tidy, task=["task", "kind"])
    assert got.index.tolist()[0] == ("bolt", "scratch")
    assert got.shape == (3, 3)


def test_tasks_of_several_columns_keep_their_order():
    tasks = [("tile", "blur"), ("bolt", "cut"), ("tile", "cut")]
    rows = [(*task, "knn", i / 4) for i, task in enumerate(tasks)]
    frame = pd.DataFrame(rows, columns=["object", "kind", "method", "auc"])
    got = task_matrix(frame, task=["object", "kind"])
    assert got.index.tolist() == tasks
    np.testing.assert_array_equal(got["knn"], [0.0, 0.25, 0.5])


@pytest.mark.parametrize(
    "table",
    [rank_table, mean_table, lambda frame, **c: wilcoxon_table(frame, "dsv", **c)],
    ids=["rank", "mean", "wilcoxon"],
)
def test_columns_may_have_other_names(table, tidy):
    renamed = tidy.rename(columns={"task": "t", "method": "m", "auc": "ap"})
    got = table(renamed, task="t", method="m", value="ap")
    pd.testing.assert_frame_equal(got, table(tidy), check_names=False)


def test_columns_of_groups_may_have_other_names(tidy):
    grouped = tidy.assign(aug="cutout")
    renamed = grouped.rename(columns={"task": "t", "method": "m", "auc": "ap"})
    got = grouped_means(renamed, "aug", task="t", method="m", value="ap")
    for table, want in zip(got, grouped_means(grouped, "aug"), strict=True):
        pd.testing.assert_frame_equal(table, want, check_names=False)


def test_repeats_are_averaged(tidy, wide):
    shifted = tidy.assign(auc=tidy["auc"] + 0.1)
    got = task_matrix(pd.concat([tidy, shifted]))
    np.testing.assert_allclose(got, wide + 0.05)


def test_order_of_appearance_is_kept(tidy):
    got = task_matrix(tidy.iloc[::-1])
    assert list(got.columns) == ["knn", "mc", "dsv"]
    assert list(got.index) == ["leaf", "tile", "bolt"]


def test_ranks_share_ties(wide):
    want = [[1, 2, 3], [1.5, 1.5, 3], [2.5, 1, 2.5]]
    np.testing.assert_array_equal(rank_table(wide), want)


def test_ranks_of_losses_are_turned(wide):
    want = [[3, 2, 1], [2.5, 2.5, 1], [1.5, 3, 1.5]]
    np.testing.assert_array_equal(rank_table(wide, greater_is_better=False), want)


def test_mean_table(tidy):
    table = mean_table(tidy)
    assert list(table.index) == ["dsv", "mc", "knn"]
    np.testing.assert_allclose(table["mean"], [2.2 / 3, 0.7, 0.4])
    np.testing.assert_allclose(table["std"], [np.sqrt(0.13 / 3), 0.1, np.sqrt(0.03)])
    np.testing.assert_allclose(table["mean_rank"], [5 / 3, 1.5, 8.5 / 3])


def test_grouped_means(tidy):
    both = pd.concat([tidy.assign(aug="cutout"), tidy.assign(aug="blur", auc=0.5)])
    means, ranks = grouped_means(both, "aug")
    assert list(means.index) == list(ranks.index) == ["cutout", "blur"]
    assert means.index.name == ranks.index.name == "aug"
    np.testing.assert_allclose(means.loc["cutout"], [2.2 / 3, 0.7, 0.4])
    np.testing.assert_allclose(means.loc["blur"], [0.5, 0.5, 0.5])
    np.testing.assert_allclose(ranks.loc["blur"], [2, 2, 2])
    _, turned = grouped_means(both, "aug", greater_is_better=False)
    np.testing.assert_allclose(turned.loc["cutout"], 4 - ranks.loc["cutout"])


@pytest.mark.parametrize("greater", [True, False])
def test_wilcoxon_matches_scipy(greater):
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(15, 4)), columns=list("abcd"))
    frame["a"] += 0.8
    table = wilcoxon_table(frame, "a", greater_is_better=greater)
    assert list(table.index) == ["b", "c", "d"]
    side = "greater" if greater else "less"
    want = [wilcoxon(frame["a"], frame[m], alternative=side).pvalue for m in "bcd"]
    np.testing.assert_allclose(table["p"], want)
    np.testing.assert_allclose(table["p_holm"], holm(want))
    sign = 1 if greater else -1
    gaps = [sign * (frame["a"] - frame[m]).mean() for m in "bcd"]
    np.testing.assert_allclose(table["mean_advantage"], gaps)


def test_wilcoxon_hand_made():
    """Five wins in five tasks have one-sided p = 1 / 32; five losses p = 1."""
    steps = np.arange(1.0, 6.0)
    frame = pd.DataFrame({"x": np.zeros(5), "worse": -steps, "better": steps})
    table = wilcoxon_table(frame, "x")
    np.testing.assert_allclose(table["p"], [1 / 32, 1])
    np.testing.assert_allclose(table["p_holm"], [2 / 32, 1])


def test_equal_methods_have_p_one(wide):
    wide["twin"] = wide["dsv"]
    table = wilcoxon_table(wide, "dsv")
    assert table.loc["twin", "p"] == table.loc["twin", "p_holm"] == 1.0
    assert table.loc["twin", "mean_advantage"] == 0.0


def test_zero_differences_are_left_out_of_the_ranks():
    """Four wins in four tasks that differ have one-sided p = 1 / 16."""
    frame = pd.DataFrame({"x": [0.0] * 5, "worse": [0.0, -1.0, -2.0, -3.0, -4.0]})
    assert wilcoxon_table(frame, "x").loc["worse", "p"] == pytest.approx(1 / 16)


def test_holm_hand_made():
    """Steps 4 * .01, 3 * .03, 2 * .04 raised to the step before, and .9."""
    np.testing.assert_allclose(holm([0.04, 0.01, 0.9, 0.03]), [0.09, 0.04, 0.9, 0.09])
    np.testing.assert_allclose(holm([0.6, 0.7]), [1.0, 1.0])
    np.testing.assert_allclose(holm([0.2]), [0.2])
    np.testing.assert_array_equal(holm([1, 0]), np.array([1.0, 0.0]), strict=True)


def test_missing_results_are_named(tidy, wide):
    with pytest.raises(ValueError, match="got none for mc on leaf;"):
        task_matrix(tidy[~((tidy["method"] == "mc") & (tidy["task"] == "leaf"))])
    with pytest.raises(ValueError, match="'auc'.*got.*'score'"):
        task_matrix(tidy.rename(columns={"auc": "score"}))
    with pytest.raises(ValueError, match="no method 'ours'.*'knn'"):
        wilcoxon_table(wide, "ours")


def test_markdown():
    frame = pd.DataFrame(
        {"auc": [0.12345, 1.0], "n": [3, 40]}, index=pd.Index(["a|b", "c"], name="m")
    )
    assert to_markdown(frame, digits=2).split("\n") == [
        "| m | auc | n |",
        "| --- | --- | --- |",
        "| a\\|b | 0.12 | 3 |",
        "| c | 1.00 | 40 |",
    ]
