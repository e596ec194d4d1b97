"""Every image detector on every task: from images to tables, at a tiny budget."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

import benchmark.detectors.study as study
from benchmark.common.data import make_tasks
from benchmark.common.runs import Run
from benchmark.detectors import contenders
from benchmark.detectors.contenders import DETECTORS, available, make_detector
from benchmark.detectors.fits import fit, make_jobs
from benchmark.detectors.tables import make_tables
from pyod_ssad import CutPasteSSAD
from pyod_ssad.datasets import load_textures

ARGUMENTS = [
    *("--detectors", "cutpaste,st_ssad,untrained", "--steps", "2", "--n-jobs", "1"),
    *("--image-size", "16", "--calibration", "density", "--precision", "float32"),
]
KINDS = ("dark_blob", "scratch")


def textures(size):
    numbers = {"n_train": 20, "n_test_normal": 12, "n_per_kind": 6}
    return {"brick": load_textures("brick", size=size, kinds=list(KINDS), **numbers)}


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """Return the arguments of a run on few small images."""
    monkeypatch.setattr(study, "load_objects", lambda root, names, size: textures(32))
    return [*ARGUMENTS, "--out", str(tmp_path)]


def test_tables_hold_what_each_detector_says(tiny, tmp_path):
    tables = study.main(tiny)
    assert list(tables["auc"].columns) == ["cutpaste", "st_ssad", "untrained"]
    assert list(tables["auc"].index) == [f"brick/{kind}" for kind in KINDS]

    data = textures(32)["brick"]
    detector = CutPasteSSAD(
        steps=2,
        image_size=16,
        calibration="density",
        precision="float32",
        random_state=0,
    )
    scores = detector.fit(data.X_train).decision_function(data.X_test)
    rows = np.isin(data.kind_test, ("good", "scratch"))
    wanted = roc_auc_score(data.y_test[rows], scores[rows])
    assert tables["auc"].loc["brick/scratch", "cutpaste"] == pytest.approx(wanted)
    flagged = np.mean(scores[data.y_test == 0] > detector.threshold_)
    assert tables["summary"].loc["cutpaste", "false_alarms"] == pytest.approx(flagged)
    stored = pd.read_csv(tmp_path / "auc.csv", index_col=0)
    assert np.allclose(stored, tables["auc"], atol=1e-5)


def test_a_second_run_fits_nothing(tiny, tmp_path):
    first = study.main(tiny)
    times = {p: p.stat().st_mtime_ns for p in (tmp_path / "fits").iterdir()}
    again = study.main(tiny)
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "fits").iterdir()} == times
    assert len(times) == 3
    pd.testing.assert_frame_equal(first["fits"], again["fits"])


def test_labels_are_read_when_all_is_decided(tiny, seal, monkeypatch):
    sealed = seal(study, "make_tables")
    data = {name: sealed(d) for name, d in textures(32).items()}
    monkeypatch.setattr(study, "load_objects", lambda *_: data)
    assert len(study.main(tiny)["fits"]) == 6


def test_means_by_hand():
    data = textures(16)["brick"]
    good = data.y_test == 0
    perfect = {"scores": data.y_test * 1.0, "false_alarms": good, "p01": ~good}
    useless = {"scores": good * 1.0, "false_alarms": ~good, "p01": good}
    seconds = {"fit_seconds": 3.0, "score_seconds": 1.0}
    runs = [Run("brick", "a", 0), Run("brick", "a", 1), Run("brick", "b", 0)]
    results = [perfect | seconds, useless | seconds, perfect | seconds]
    tables = make_tables(runs, results, {"brick": data})
    assert tables["auc"]["a"].tolist() == [0.5, 0.5]
    assert tables["auc"]["b"].tolist() == [1.0, 1.0]
    summary = tables["summary"]
    assert summary.index.tolist() == ["b", "a"]
    assert summary["rank"].tolist() == [1, 2] and summary["best"].tolist() == [2, 0]
    assert summary["false_alarms"].tolist() == [1, 0.5]
    assert summary["p01"].tolist() == [0, 0.5]
    assert summary["fit_seconds"].tolist() == [3, 3]
    assert tables["objects"].loc["b", "brick"] == 1


def test_every_object_counts_its_good_images_once():
    brick = textures(16)["brick"]
    kept = brick.kind_test != "scratch"
    other = replace(
        brick,
        X_test=brick.X_test[kept],
        kind_test=brick.kind_test[kept],
        masks_test=None,
    )
    objects = {"brick": brick, "grass": other}
    assert [len(make_tasks(d, per_kind=True)) for d in objects.values()] == [2, 1]
    results = [
        {
            "scores": data.y_test * 1.0,
            "false_alarms": np.full(len(data.y_test), is_flagged),
            "p01": np.zeros(len(data.y_test), bool),
            "fit_seconds": 1.0,
            "score_seconds": 1.0,
        }
        for data, is_flagged in zip(objects.values(), (True, False), strict=True)
    ]
    runs = [Run(name, "a", 0) for name in objects]
    tables = make_tables(runs, results, objects)
    assert tables["summary"].loc["a", "false_alarms"] == 0.5


def test_detectors_see_images_of_their_own_size():
    options = study.parse_arguments(ARGUMENTS)
    runs = [Run("brick", name, 0) for name in ("cutpaste", "untrained")]
    jobs = make_jobs(runs, textures, options)
    assert [job.X_train.shape[1] for job in jobs] == [16, 320]


def test_only_the_transductive_are_given_test_images():
    options = study.parse_arguments(ARGUMENTS)
    runs = [Run("brick", name, 0) for name in ("cutpaste", "st_ssad")]
    given = []

    class Recorder:
        decision_scores_ = np.zeros(20)
        threshold_ = 0.0

        def fit(self, X, **more):
            given.append(list(more))

        def decision_function(self, X):
            return np.zeros(len(X))

    for job in make_jobs(runs, textures, options):
        fit(Recorder(), job.X_train, job.X_test, **job.arguments)
    assert given == [[], ["X_unlabeled"]]


def test_settings_are_those_of_a_user():
    options = study.parse_arguments([])
    for name in DETECTORS:
        detector = make_detector(name, 0, options)
        default = type(detector)().get_params()
        changed = {k for k, v in detector.get_params().items() if v != default[k]}
        wanted = {"random_state"}
        wanted |= {"variant"} if name.startswith("cutpaste_") else set()
        wanted |= {"transforms"} if name == "contrastive" else set()
        wanted |= {"backbone"} if name in ("imagenet", "untrained") else set()
        wanted |= {"weights"} if name == "untrained" else set()
        assert changed == wanted, name


def test_imagenet_needs_its_packages(monkeypatch):
    monkeypatch.setattr(contenders, "has_imagenet", lambda: False)
    assert "imagenet" not in available() and len(available()) == len(DETECTORS) - 1


def test_unknown_detectors_are_named(capsys):
    with pytest.raises(SystemExit):
        study.parse_arguments(["--detectors", "cutpaste,cut_paste"])
    said = capsys.readouterr().err
    assert "['cut_paste']" in said and "'cutpaste_scar'" in said
