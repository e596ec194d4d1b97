"""Second stages side by side: from images to tables, at a tiny budget."""

import dataclasses
import shutil
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import benchmark.two_stage.study as study
from benchmark.two_stage.contenders import DETECTORS, make_detector
from benchmark.two_stage.published import PUBLISHED
from benchmark.two_stage.stages import DENSITIES, fit_and_score
from benchmark.two_stage.study import Run
from benchmark.two_stage.tables import make_tables
from pyod_ssad.datasets import load_one_class
from pyod_ssad.datasets.anomaly_dataset import GOOD
from pyod_ssad.datasets.one_class import class_names

ARGUMENTS = [
    *("--data", "digits", "--classes", "3,8", "--detectors", "rotation,dae"),
    *("--steps", "2", "--image-size", "16", "--n-jobs", "1", "--n-test", "100"),
    *("--precision", "float32", "--seeds", "0,1"),
]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("two_stage")
    return study.main([*ARGUMENTS, "--out", str(folder)]), folder


def digits():
    return load_one_class("digits", "3", n_test=100)


def test_tables_of_a_run(run):
    tables, folder = run
    assert len(tables["fits"]) == 2 * 2 * (5 + 5)
    assert list(tables["by_class"].columns) == ["mean", "3", "8"]
    assert list(tables["summary"].index) == ["rotation", "dae"]
    own = tables["by_class"].loc[("dae", "reconstruction"), "mean"]
    assert tables["summary"].loc["dae", "own"] == pytest.approx(own)
    stored = pd.read_csv(folder / "by_class.csv")
    assert np.allclose(stored["mean"], tables["by_class"]["mean"], atol=1e-5)


def test_a_second_run_fits_nothing(run):
    tables, folder = run
    times = {p: p.stat().st_mtime_ns for p in (folder / "fits").iterdir()}
    again = study.main([*ARGUMENTS, "--out", str(folder)])
    assert len(times) == 8
    assert {p: p.stat().st_mtime_ns for p in (folder / "fits").iterdir()} == times
    pd.testing.assert_frame_equal(tables["fits"], again["fits"])


@pytest.mark.parametrize("name", DETECTORS)
def test_stages_are_those_of_detectors_with_that_density(name):
    data, options = digits(), study.parse_arguments(ARGUMENTS)
    results = fit_and_score(make_detector(name, 0, options), data.X_train, data.X_test)
    own = make_detector(name, 0, options)._own_scores
    assert {k for k in results if k.startswith("score_")} == {
        f"score_{stage}" for stage in (*own, *DENSITIES)
    }
    for stage in (*own[-1:], "knn"):
        detector = make_detector(name, 0, options).set_params(density=stage)
        wanted = detector.fit(data.X_train).decision_function(data.X_test)
        np.testing.assert_allclose(results[f"score_{stage}"], wanted, rtol=1e-6)


def test_one_detector_is_not_trained():
    options = study.parse_arguments(["--data", "digits", "--steps", "7"])
    steps = {name: make_detector(name, 0, options).steps for name in DETECTORS}
    assert steps.pop("untrained") == 0 and set(steps.values()) == {7}


def test_labels_are_read_when_all_is_scored(seal, monkeypatch, tmp_path):
    sealed = seal(study, "make_tables")
    data = {"3": sealed(digits())}
    monkeypatch.setattr(study, "load", lambda options, classes: data)
    arguments = [*ARGUMENTS, "--classes", "3", "--seeds", "0", "--out", str(tmp_path)]
    assert len(study.main(arguments)["fits"]) == 10


def test_labels_change_tables_and_no_fit(run, monkeypatch, tmp_path):
    tables, folder = run
    shutil.copytree(folder / "fits", tmp_path / "fits")
    times = {p: p.stat().st_mtime_ns for p in (tmp_path / "fits").iterdir()}
    load = study.load

    def swapped(*arguments):
        return {name: swap_labels(data) for name, data in load(*arguments).items()}

    monkeypatch.setattr(study, "load", swapped)
    again = study.main([*ARGUMENTS, "--out", str(tmp_path)])
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "fits").iterdir()} == times
    np.testing.assert_allclose(again["fits"]["auc"], 1 - tables["fits"]["auc"])


def swap_labels(data):
    kinds = np.where(data.kind_test == GOOD, "other", GOOD)
    return dataclasses.replace(data, kind_test=kinds)


def test_means_by_hand():
    labels = np.array([0, 0, 1, 1])
    good, bad = np.array([0.0, 1, 2, 3]), np.array([3.0, 2, 1, 0])
    shares = {"false_alarms": labels == 0, "p01": labels == 1, "seconds": 2.0}
    data = {name: SimpleNamespace(y_test=labels) for name in "ab"}
    runs = [Run(name, "geom", 0) for name in "ab"]
    results = [
        {"score_dirichlet": own, "score_mean_probability": bad, "score_knn": good}
        for own in (good, bad)
    ]
    tables = make_tables(runs, [r | shares for r in results], data)
    assert tables["by_class"].loc[("geom", "dirichlet")].tolist() == [0.5, 1, 0]
    row = tables["summary"].loc["geom"]
    assert row["own"] == 0.5 and row["knn"] == 1 and np.isnan(row["kde"])
    assert row["false_alarms"] == 1 and row["p01"] == 0 and row["seconds"] == 2
    assert row["published_fashion_mnist"] == 0.935


def test_published_rows_are_of_known_detectors_and_sets():
    assert {row[0] for row in PUBLISHED} <= set(DETECTORS)
    assert {row[1] for row in PUBLISHED} <= set(study.DATA)
    assert all(0.5 < row[2] < 1 for row in PUBLISHED)


def test_all_classes_by_default():
    assert study.parse_arguments(["--data", "digits"]).classes == class_names("digits")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--detectors", "geo"], ["['geo']", "'geom'"]),
        (["--classes", "ten"], ["['ten']", "'0'"]),
        (["--data", "cifar10", "--root", "nowhere"], ["argument --data", "nowhere"]),
        (["--data", "svhn", "--root", "nowhere"], ["argument --data", "nowhere"]),
        (["--root", "nowhere"], ["argument --data", "root=None"]),
        (["--n-train", "900"], ["argument --data", "900 images"]),
    ],
)
def test_what_is_not_there_is_named(arguments, words, capsys):
    with pytest.raises(SystemExit):
        study.parse_arguments(["--data", "digits", *arguments])
    said = capsys.readouterr().err
    assert all(word in said for word in words), said
