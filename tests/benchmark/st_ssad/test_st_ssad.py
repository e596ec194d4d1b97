"""The benchmark of ST-SSAD, end to end at a tiny budget, and its tables."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch

import benchmark.st_ssad.contenders as contenders_module
import benchmark.st_ssad.demo as demo
import benchmark.st_ssad.runs as runs_module
import benchmark.st_ssad.study as st_ssad
from benchmark.st_ssad.contenders import OURS, make_contenders
from benchmark.st_ssad.demo import AREAS, ASPECTS, load_demo
from benchmark.st_ssad.pictures import _trajectory
from benchmark.st_ssad.report import (
    add_family_choices,
    auc_table,
    check_table,
    false_alarm_table,
    tidy_results,
)
from benchmark.st_ssad.runs import Run
from benchmark.st_ssad.suites import SUITES
from pyod_ssad import Tuning
from pyod_ssad.augmentations import CutDiff
from pyod_ssad.datasets import load_textures

TUNING = Tuning(order="second", warm_start=2, iterations=2)
TUNED = {"n_starts": 1, "steps": 2, "batch_size": 8, "tuning": TUNING}
TINY = {"image_size": 16, "steps": 2, "tuned": TUNED}


@pytest.fixture(scope="module", autouse=True)
def tiny_suites():
    patch = pytest.MonkeyPatch()
    for name in ("N_TRAIN", "N_NORMAL", "N_ANOMALOUS"):
        patch.setattr(demo, name, 12)
    patch.setattr(contenders_module, "EPOCHS", 2)
    tiny = replace(SUITES["demo"], **TINY, families=("softline",))
    load = tiny.load
    patch.setitem(SUITES, "demo", replace(tiny, load=lambda options: load(options)[:7]))
    patch.setitem(SUITES, "digits", replace(SUITES["digits"], **TINY))
    yield
    patch.undo()


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("st_ssad")


def run(folder, *arguments):
    return st_ssad.main([*arguments, "--n-jobs", "1", "--out", str(folder)])


@pytest.fixture(scope="module")
def tables(folder):
    return run(folder, "--quick", "--methods", "AE,RS-CP,RD-CD,FO,ST-SSAD softline")


def test_tables_hold_every_method_on_every_task(tables, folder):
    methods = ["AE", "RS-CP", "RD-CD", OURS, "FO", f"{OURS} softline"]
    chosen = ["Families, variance", "Families, DSV"]
    assert list(tables["auc"].columns) == [*methods, *chosen]
    assert list(tables["auc"].index[-2:]) == ["mean", "p"]
    assert len(tables["auc"]) == 5 + 2
    assert len(tables["results"]) == 5 * 8
    assert tables["results"]["auc"].between(0, 1).all()
    stored = pd.read_csv(folder / "auc.csv", index_col=0)
    np.testing.assert_allclose(stored, tables["auc"], rtol=1e-5)


def test_learned_is_what_started_and_what_is_known(tables):
    learned = tables["learned"]
    assert set(learned["method"]) == set(tables["auc"].columns) - {
        "AE",
        "RS-CP",
        "RD-CD",
    }
    ours = learned[learned["method"] == OURS]
    assert list(ours["true_aspect"]) == [0.25, 1.0, 2.0, 4.0, 0.5]
    assert ours["learned_patch_area"].between(1e-6, 1).all()
    lines = learned[learned["method"] == f"{OURS} softline"]
    assert lines["learned_patch_area"].isna().all()
    assert lines["learned_width"].notna().all()


def test_figures_are_drawn(tables, folder):
    names = {path.stem for path in (folder / "figures").glob("*.png")}
    assert names == {
        *("loss_surface", "gallery", "trajectories", "learned"),
        *("pseudo_anomalies", "embeddings"),
    }


def test_a_second_run_fits_nothing(tables, folder, monkeypatch):
    def fail(*_):
        raise AssertionError("fitted again")

    monkeypatch.setattr("pyod_ssad.base.BaseSSAD._fit", fail)
    monkeypatch.setattr(contenders_module.AutoEncoder, "fit", fail)
    again = run(folder, "--quick", "--methods", "AE,RS-CP,RD-CD,FO,ST-SSAD softline")
    pd.testing.assert_frame_equal(again["auc"], tables["auc"])


def test_digits_know_the_angle_of_six_and_nine(tmp_path):
    options = ("--suite", "digits", "--objects", "6", "--methods", "RS-RO")
    tables = run(tmp_path, *options, "--quick")
    learned = tables["learned"].set_index("task")
    assert learned["true_angle"].to_dict() == pytest.approx(
        {**dict.fromkeys(learned.index, np.nan), "digits_6/9": 180.0}, nan_ok=True
    )
    assert tables["checks"].index.str.contains("180").sum() == 1


def test_labels_are_not_read_before_everything_is_chosen(tmp_path, monkeypatch, seal):
    """Nothing but the images leads to what is fitted and which family is taken."""
    sealed = seal(st_ssad, "make_tables")
    load = st_ssad.load_tasks

    def load_sealed(*arguments):
        tasks, truths = load(*arguments)
        return [sealed(task) for task in tasks], truths

    monkeypatch.setattr(st_ssad, "load_tasks", load_sealed)
    monkeypatch.setattr(st_ssad, "QUICK_TASKS", 1)
    methods = "AE,RS-CP,ST-SSAD softline"
    tables = run(tmp_path, "--quick", "--methods", methods)
    assert set(tables["results"]["method"]) == {
        *("AE", "RS-CP", OURS, f"{OURS} softline"),
        *("Families, variance", "Families, DSV"),
    }


def test_fitting_gets_the_images_and_nothing_else(monkeypatch):
    data = load_textures(size=16, n_train=6, n_test_normal=4, n_per_kind=4)
    task = data.task("scratch")
    options = st_ssad.parse_arguments(["--image-size", "16"])
    contender = make_contenders(SUITES["demo"], options)[OURS]
    job = runs_module._job(contender, task, 0)
    assert job.X_train is task.X_train and job.X_test is task.X_test
    assert job.arguments == {"kind": "tuned"}
    seen = []
    monkeypatch.setattr(
        "pyod_ssad.STSSAD.fit",
        lambda self, X, y=None, X_unlabeled=None: seen.append((X, y, X_unlabeled)),
    )
    monkeypatch.setattr("pyod_ssad.STSSAD.decision_function", lambda self, X: X)
    monkeypatch.setattr("benchmark.st_ssad.runs._tuning", lambda *_: None)
    monkeypatch.setattr("benchmark.st_ssad.runs.flag", lambda *_: {})
    runs_module._fit(job.detector, task.X_train, task.X_test, **job.arguments)
    (X, y, X_unlabeled) = seen[0]
    assert X is task.X_train and y is None and X_unlabeled is task.X_test


def test_precision_reaches_every_network():
    options = st_ssad.parse_arguments(["--precision", "bfloat16"])
    made = [
        contender.make((10, 32, 32), 0)
        for contender in make_contenders(SUITES["demo"], options).values()
        if contender.kind != "pixels"
    ]
    assert {detector.precision for detector in made} == {"bfloat16"}


@pytest.mark.parametrize("arguments", [["--suite", "folders"], ["--suite", "moon"]])
def test_bad_arguments(arguments):
    with pytest.raises(SystemExit):
        st_ssad.parse_arguments(arguments)


def test_unknown_methods():
    options = st_ssad.parse_arguments(["--methods", "AE,XX"])
    with pytest.raises(ValueError, match="XX"):
        st_ssad.choose_contenders(SUITES["demo"], options)


def test_tasks_are_chosen_by_name():
    arguments = ["--suite", "digits", "--tasks", "digits_6/9,digits_2/1"]
    options = st_ssad.parse_arguments(arguments)
    tasks, truths = st_ssad.load_tasks(SUITES["digits"], options)
    assert [task.name for task in tasks] == ["digits_2/1", "digits_6/9"]
    assert truths == {"digits_2/1": {}, "digits_6/9": {"angle": 180.0}}
    options.tasks = ("digits_6/6",)
    with pytest.raises(ValueError, match="digits_6/6"):
        st_ssad.load_tasks(SUITES["digits"], options)


class TestContenders:
    def make(self, name, seed, suite="demo"):
        options = st_ssad.parse_arguments(["--suite", suite])
        contender = make_contenders(SUITES[suite], options)[name]
        return contender.make((10, 32, 32), seed)

    def test_static_draws_once_within_the_dynamic_range(self):
        dynamic = self.make("RD-CD", 0).augmentation
        areas = [self.make("RS-CD", seed).augmentation.patch_area for seed in range(9)]
        low, high = dynamic.patch_area
        assert all(a == b and low < a < high for a, b in areas)
        assert len(set(areas)) == 9
        assert self.make("RS-CD", 3).augmentation.patch_area == areas[3]

    def test_static_rotation(self):
        low, high = self.make("RS-RO", 0, "digits").augmentation.angle
        assert low == high and 15 < low < 345

    def test_variants_differ_from_ours_in_one_thing(self):
        ours = self.make(OURS, 0).get_params()
        for name, (key, value) in {
            "FO": ("tuning__order", "first"),
            "MMD1": ("tuning__validation_loss", "mmd"),
            "MMD2": ("tuning__validation_loss", "mmd_unnormalized"),
        }.items():
            other = self.make(name, 0).get_params()
            changed = {k for k in ours if repr(ours[k]) != repr(other[k])}
            # The augmentation is an object of its own, with another address.
            assert changed - {"augmentation", "tuning"} == {key}
            assert other[key] == value


class TestDemo:
    def test_every_area_with_every_aspect(self):
        truths = [truth for _, truth in load_demo(16)]
        pairs = {(t["patch_area"], t["aspect"]) for t in truths}
        assert pairs == {(area, aspect) for area in AREAS for aspect in ASPECTS}

    def test_anomalies_are_darker_by_their_area(self, monkeypatch):
        monkeypatch.setattr(demo, "N_ANOMALOUS", 200)
        lost = [
            data.X_test[data.y_test == 0].mean() - data.X_test[data.y_test == 1].mean()
            for data, _ in load_demo(16, ["brick"])[2::5]
        ]
        assert np.all(np.diff(lost) > 0)

    def test_anomalies_are_the_family_at_the_truth(self):
        data, truth = load_demo(16)[7]
        images = torch.full((12, 1, 16, 16), 0.9)
        made = demo.demo_family().fixed_at(truth)(
            images, torch.Generator().manual_seed(7)
        )
        anomalies = data.X_test[data.y_test == 1]
        # Where the blob takes nearly all light, photographs and flat images agree.
        dark = made[:, 0].numpy() == 0
        assert dark.sum() > 10
        assert anomalies[dark].mean() < 5


def make_run(task, method, auc, selection, family_selection, area=0.01):
    scores = np.array([0.0, 1.0]) if auc == 1 else np.array([1.0, 0.0])
    tuning = {
        "start": {
            "selection": selection,
            "family_selection": family_selection,
            "tuned": {"patch_area": area},
        },
    }
    return Run(task, method, 0, scores, {}, 1.0, tuning)


def test_families_are_chosen_by_each_rule():
    group = [
        make_run("a", OURS, 1, 7.0, 1.0),
        make_run("a", f"{OURS} blur", 0, 5.0, 2.0),
        make_run("a", "MMD1", 0, 9.0, 3.0),
    ]
    added = add_family_choices(group)[3:]
    assert [run.method for run in added] == ["Families, variance", "Families, DSV"]
    assert added[0].tuning is group[0].tuning
    assert added[1].tuning is group[1].tuning
    assert [run.seconds for run in added] == [2.0, 2.0]
    assert add_family_choices(group[:1]) == group[:1]


def test_false_alarms_are_of_good_images():
    scores, good_first = np.array([3.0, 1.0, 2.0, 4.0]), np.array([0, 0, 1, 1])
    flagged = {"false_alarms": scores > 1.5, "p01": scores > 3.5}
    run = Run("a", OURS, 0, scores, flagged, 1.0, None)
    results = tidy_results([run], [SimpleNamespace(name="a", y_test=good_first)])
    table = false_alarm_table(results)
    assert table.loc[OURS].to_dict() == {"false_alarms": 0.5, "p01": 0.0}
    assert results["auc"].tolist() == [0.75]


def test_auc_table_and_checks():
    results = pd.DataFrame(
        [
            {"task": t, "method": m, "seed": s, "auc": auc}
            for t, ours in (("a", 0.96), ("b", 0.9), ("c", 1.0))
            for m, auc in ((OURS, ours), ("AE", ours - 0.1))
            for s in (0, 1)
        ]
    )
    table = auc_table(results)
    assert table.loc["mean", OURS] == pytest.approx(0.9533, abs=1e-4)
    assert table.loc["p", "AE"] == pytest.approx(1 / 8)
    assert np.isnan(table.loc["p", OURS])
    learned = pd.DataFrame(
        {
            "method": OURS,
            "true_patch_area": [0.1, 0.1, 0.1, 0.1],
            "learned_patch_area": [0.049, 0.051, 0.19, 0.21],
        }
    )
    checks = check_table(results, learned)
    assert checks.values.tolist() == [[2, 3], [2, 4]]
    angles = pd.DataFrame(
        {
            "method": OURS,
            "true_angle": [180.0, 180.0, np.nan],
            "learned_angle": [199.0, 159.0, 180.0],
        }
    )
    assert check_table(results, angles).values.tolist()[1] == [1, 2]


def test_trajectories_of_angles_have_no_jumps():
    frame = _trajectory([{"angle": a} for a in (350.0, 355.0, 1.0)], "angle")
    assert list(frame["angle"]) == pytest.approx([350, 355, 361])


def test_aligned_family_is_cut_diff_of_the_paper():
    assert demo.demo_family().sigma == pytest.approx(np.sqrt(0.5))
    assert isinstance(demo.demo_family(), CutDiff)


@pytest.mark.parametrize(("suite", "is_there"), [("folders", True), ("demo", False)])
def test_photographs_are_compared_with_a_pretrained_network(
    suite, is_there, monkeypatch
):
    monkeypatch.setattr(contenders_module, "has_imagenet", lambda: True)
    options = SimpleNamespace(
        image_size=48, backbone="tiny_cnn", device="cpu", precision="auto"
    )
    made = make_contenders(SUITES[suite], options)
    names = {"Pooled", "PatchCore", "PaDiM", "SubspaceAD"}
    assert names & set(made) == (names if is_there else set())
    if is_there:
        detector = made["PatchCore"].make((10, 48, 48, 3), seed=4)
        assert (detector.density, detector.random_state) == ("coreset", 4)
        assert made["PatchCore"].kind == "inductive"
