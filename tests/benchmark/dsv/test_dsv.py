"""The benchmark of selection, end to end at a tiny budget."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

import benchmark.dsv.baselines as baselines
import benchmark.dsv.study as dsv
from benchmark.common.data import Task, make_tasks
from benchmark.dsv.criteria import GROUP
from benchmark.dsv.report import METHODS, significance, tables_of
from model_selection import DSV, model_centrality
from pyod_ssad.datasets import load_textures

ARGUMENTS = [
    *("--augmentations", "cutout,cutpaste", "--patch-areas", "0.02,0.2"),
    *("--image-size", "16", "--steps", "2", "--batch-size", "4", "--n-jobs", "1"),
]


def tiny_textures(shuffle_labels=False):
    data = load_textures(
        "brick",
        size=16,
        n_train=20,
        n_test_normal=12,
        n_per_kind=6,
        kinds=["dark_blob", "scratch"],
    )
    if not shuffle_labels:
        return {"brick": data}
    # Kinds change places with normal images, the tasks' images stay.
    return {"brick": replace(data, kind_test=data.kind_test[::-1])}


@pytest.fixture(scope="module", autouse=True)
def without_optional_packages():
    """Run the same baselines on every machine."""
    patch = pytest.MonkeyPatch()
    patch.setattr(baselines, "has_imagenet", lambda: False)
    yield
    patch.undo()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """Return a function that runs the benchmark into one folder."""
    folder = tmp_path_factory.mktemp("dsv")
    patch = pytest.MonkeyPatch()
    patch.setattr(dsv, "load_objects", lambda *_: tiny_textures())
    yield lambda: (dsv.main([*ARGUMENTS, "--out", str(folder)]), folder)
    patch.undo()


@pytest.fixture(scope="module")
def tables(run):
    return run()[0]


def test_models_holds_every_detector_on_every_task(tables):
    models = tables["models"]
    assert len(models) == 2 * 2 * 3
    assert set(models["task"]) == {"brick/dark_blob", "brick/scratch"}
    assert sorted(models["patch_area"].unique()) == ["0.02", "0.02-0.2", "0.2"]
    criteria = models[[*METHODS, "discordance", "separability"]]
    assert criteria[~models["is_random"]].notna().all(axis=None)
    assert (
        criteria.loc[models["is_random"], ["mc", "sel", "hits"]].isna().all(axis=None)
    )


def test_criteria_and_auc_are_those_of_the_stored_models(run, tables):
    folder = run()[1] / "trained"
    data = tiny_textures()["brick"]
    task = make_tasks(data, per_kind=True)[1]
    stored = [np.load(path) for path in folder.glob("*.npz")]
    rows = tables["models"].query("task == 'brick/scratch'")
    expected = sorted(
        (
            DSV().value(z["Z_trn"], z["Z_aug"], z["Z_test"][task.rows]),
            roc_auc_score(data.y_test[task.rows], z["scores"][task.rows]),
        )
        for z in stored
    )
    got = sorted(zip(rows["dsv"], rows["auc"], strict=True))
    np.testing.assert_allclose(got, expected, rtol=1e-5)


def test_false_alarms_are_those_of_good_test_images(run, tables):
    data, folder = tiny_textures()["brick"], run()[1] / "trained"
    good = data.y_test == 0
    stored = [np.load(path) for path in folder.glob("*.npz")]
    for name in ("false_alarms", "p01"):
        expected = sorted(z[name][good].mean() for z in stored)
        for _, rows in tables["models"].groupby("task"):
            np.testing.assert_allclose(sorted(rows[name]), expected)
    assert tables["models"]["false_alarms"].between(0.01, 0.99).any()
    # Twenty training images allow no p-value below 1 / 21.
    assert (tables["results"]["p01"] == 0).all()
    results = tables["results"].query("method == 'DSV'").groupby("augmentation")
    means = results["false_alarms"].mean()
    np.testing.assert_allclose(tables["false_alarms"]["DSV"], means)
    assert len(tables["baselines_false_alarms"]) == 2


def test_results_without_false_alarms_have_the_other_tables(tables):
    old = tables["results"].drop(columns=["false_alarms", "p01"])
    assert set(tables_of(old)) == {"auc", "rank", "wilcoxon"}


def test_consensus_is_within_one_augmentation(run, tables):
    models = tables["models"]
    group = models.query(
        "task == 'brick/scratch' and augmentation == 'cutout' and not is_random"
    )
    assert len(group) == 2
    task = make_tasks(tiny_textures()["brick"], per_kind=True)[1]
    stored = {
        float(z["seconds"]): z["scores"][task.rows]
        for z in map(np.load, (run()[1] / "trained").glob("*.npz"))
    }
    scores = [stored[seconds] for seconds in group["seconds"]]
    np.testing.assert_allclose(group["mc"], model_centrality(np.column_stack(scores)))


def test_the_columns_are_what_they_say(tables):
    results = tables["results"]
    fixed = tables["models"].query("not is_random")
    wide = results.pivot_table(index=GROUP, columns="method", values="auc")
    by_group = fixed.groupby(GROUP)["auc"]
    pd.testing.assert_series_equal(wide["Avg"], by_group.mean(), check_names=False)
    pd.testing.assert_series_equal(wide["Best"], by_group.max(), check_names=False)
    for name, method in (("dsv", "DSV"), ("mmd", "MMD")):
        best = fixed.loc[fixed.groupby(GROUP)[name].idxmin()].set_index(GROUP)["auc"]
        pd.testing.assert_series_equal(wide[method], best, check_names=False)
    best = fixed.loc[fixed.groupby(GROUP)["std"].idxmax()].set_index(GROUP)["auc"]
    pd.testing.assert_series_equal(wide["STD"], best, check_names=False)


def test_paper_tables(tables):
    auc, rank = tables["auc"], tables["rank"]
    columns = ["Avg", "Rand", *METHODS.values(), "Best"]
    assert list(auc.columns) == columns
    assert list(rank.columns) == columns[:-1]
    assert list(auc.index) == ["cutout", "cutpaste"]
    mean = tables["results"].groupby(["augmentation", "method"])["auc"].mean()
    assert auc.loc["cutpaste", "SEL"] == pytest.approx(mean["cutpaste", "SEL"])
    # Nine methods share the ranks 1 to 9 whatever the ties; the oracle has none.
    np.testing.assert_allclose(rank.sum(axis=1), 45)


def test_significance_counts_each_task_once():
    # On every task DSV wins in one zoo, and loses less in the other.
    gains = np.array([0.01, 0.02, 0.03, 0.04, 0.05, 0.06])
    results = pd.DataFrame(
        [
            {"task": t, "augmentation": a, "seed": s, "method": m, "auc": 0.5 + gain}
            for t, step in enumerate(gains)
            for a, sign in (("cutout", 3), ("cutpaste", -1))
            for s in (0, 1)
            for m, gain in (("DSV", sign * step), ("Avg", 0.0), ("Best", 0.4))
        ]
    )
    table = significance(results)["p"].unstack("augmentation")
    assert list(table.index) == ["Avg"]
    # Six signed ranks, all positive, or all negative: 1 / 2^6, and 1.
    assert table.loc["Avg", "cutout"] == pytest.approx(1 / 64)
    assert table.loc["Avg", "cutpaste"] == pytest.approx(1)
    assert table.loc["Avg", "all"] == pytest.approx(1 / 64)


def test_tables_are_made_again_from_their_results(run, tables, tmp_path, monkeypatch):
    path = run()[1] / "results.csv"
    monkeypatch.setattr(dsv, "train_zoo", None)
    again = dsv.main(["--tables-from", str(path), "--out", str(tmp_path)])
    assert set(again) == {"auc", "rank", "wilcoxon", "false_alarms", "p01"}
    for name, table in again.items():
        pd.testing.assert_frame_equal(table, tables[name], rtol=1e-9)
        made, before = (folder / f"{name}.csv" for folder in (tmp_path, path.parent))
        assert made.read_text() == before.read_text()


def test_tables_that_are_made_again_lie_beside_their_results():
    options = dsv.parse_arguments(["--tables-from", "some/results.csv"])
    assert options.out == Path("some")


def test_files_are_written_and_read_back(run, tables):
    folder = run()[1]
    for name in ("models", "auc", "rank", "ablation", "wilcoxon", "baselines"):
        stored = pd.read_csv(folder / f"{name}.csv")
        assert len(stored) == len(tables[name])
    for name in ("ablation", "brick_dark_blob", "brick_scratch"):
        assert (folder / "figures" / f"{name}.png").stat().st_size > 10_000


def test_an_interrupted_run_goes_on(run):
    before, folder = run()
    stored = sorted((folder / "trained").glob("*.npz"))
    assert len(stored) == 6
    times = {path: path.stat().st_mtime_ns for path in stored}
    stored[2].unlink()
    (folder / "trained" / "half.npz.partial").write_bytes(b"interrupted")
    after, _ = run()
    changed = [path for path in stored if path.stat().st_mtime_ns != times[path]]
    assert changed == [stored[2]]
    columns = ["task", "patch_area", "auc", "dsv", "mc"]
    pd.testing.assert_frame_equal(
        before["models"][columns], after["models"][columns], rtol=1e-5
    )


def test_labels_change_the_tables_and_nothing_else(tmp_path, monkeypatch):
    everything = [Task("all", "brick", np.arange(24))]
    monkeypatch.setattr(dsv, "make_tasks", lambda data, per_kind: everything)
    make_tables, chosen, models = dsv.make_tables, [], []

    def record(table, choices, parts):
        chosen.append(choices)
        return make_tables(table, choices, parts)

    monkeypatch.setattr(dsv, "make_tables", record)
    for shuffled in (False, True):
        objects = tiny_textures(shuffle_labels=shuffled)
        monkeypatch.setattr(dsv, "load_objects", lambda *_, objects=objects: objects)
        out = str(tmp_path / str(shuffled))
        models.append(dsv.main([*ARGUMENTS, "--out", out])["models"])
    from_labels = ("auc", "false_alarms", "p01", "seconds")
    label_free = [c for c in models[0].columns if c not in from_labels]
    pd.testing.assert_frame_equal(models[0][label_free], models[1][label_free])
    pd.testing.assert_frame_equal(*chosen)
    assert not np.allclose(models[0]["auc"], models[1]["auc"])


def test_labels_are_not_read_before_everything_is_chosen(tmp_path, monkeypatch, seal):
    """Nothing but the images leads to detectors, criteria, choices and baselines."""
    everything = [Task("all", "brick", np.arange(24))]
    sealed = seal(dsv, "add_metrics")
    objects = {name: sealed(data) for name, data in tiny_textures().items()}
    monkeypatch.setattr(dsv, "make_tasks", lambda data, per_kind: everything)
    monkeypatch.setattr(dsv, "load_objects", lambda *_: objects)
    tables = dsv.main([*ARGUMENTS, "--out", str(tmp_path)])
    assert tables["models"]["auc"].notna().all()
    assert tables["baselines"].notna().all(axis=None)


def test_objects_without_normals_or_anomalies_are_refused():
    data = tiny_textures()["brick"]
    for kind in ("good", "scratch"):
        rows = data.kind_test == kind
        part = replace(
            data,
            X_test=data.X_test[rows],
            kind_test=data.kind_test[rows],
            masks_test=None,
        )
        with pytest.raises(ValueError, match="--objects"):
            make_tasks(part, per_kind=True)


def test_unknown_augmentations_are_refused(capsys):
    with pytest.raises(SystemExit):
        dsv.parse_arguments(["--augmentations", "cutout, cutfoo"])
    assert "['cutfoo']" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "steps"),
    [
        (["--steps", "30"], 30),
        (["--steps", "30", "--max-epochs", "2"], 10),
        (["--steps", "30", "--max-epochs", "1", "--batch-size", "64"], 1),
    ],
)
def test_small_objects_are_not_trained_for_ever(arguments, steps):
    options = dsv.parse_arguments([*ARGUMENTS, *arguments])
    specs = dsv.make_specs(options, tiny_textures())
    assert {spec.steps for spec in specs} == {steps}
