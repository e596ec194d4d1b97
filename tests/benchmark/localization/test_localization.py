"""Maps of detectors against masks: from images to tables, at a tiny budget."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from sklearn.metrics import roc_auc_score

import benchmark.localization.study as study
from benchmark.common.runs import Run
from benchmark.localization.contenders import make_detector
from benchmark.localization.fits import fit
from benchmark.localization.tables import make_tables
from model_selection import per_region_overlap, pixel_auroc
from pyod_ssad.datasets import load_textures
from pyod_ssad.maps import resize_maps

NAMES = ("cutpaste", "dae", "untrained")
ARGUMENTS = [
    *("--detectors", ",".join(NAMES), "--steps", "2", "--n-jobs", "1"),
    *("--image-size", "16", "--calibration", "density", "--precision", "float32"),
    *("--map-size", "32", "--examples", "cutpaste"),
]
KINDS = ("dark_blob", "scratch")


def textures(size):
    numbers = {"n_train": 20, "n_test_normal": 12, "n_per_kind": 6}
    return {"brick": load_textures("brick", size=size, kinds=list(KINDS), **numbers)}


@pytest.fixture
def tiny(monkeypatch, tmp_path):
    """Return the arguments of a run on few small images."""
    monkeypatch.setattr(
        study, "load_objects", lambda root, names, size: textures(min(size, 32))
    )
    return [*ARGUMENTS, "--out", str(tmp_path)]


def test_tables_hold_what_maps_and_masks_say(tiny, tmp_path):
    tables = study.main(tiny)
    data, options = textures(32)["brick"], study.parse_arguments(tiny)
    small = textures(16)["brick"]
    clf = make_detector("cutpaste", 0, options).fit(small.X_train)
    maps = resize_maps(clf.anomaly_map(small.X_test), (32, 32))
    rows = np.isin(data.kind_test, ("good", "scratch"))
    (row,) = (
        tables["fits"]
        .query("detector == 'cutpaste' and task == 'brick/scratch'")
        .to_dict("records")
    )
    assert row["pixel_auroc"] == pytest.approx(
        pixel_auroc(data.masks_test[rows], maps[rows])
    )
    largest = clf.patch_scores(small.X_test).max(axis=(1, 2))
    for name, scores in {
        "image": clf.decision_function(small.X_test),
        "map_max": largest,
    }.items():
        wanted = roc_auc_score(data.y_test[rows], scores[rows])
        assert row[f"auc_{name}"] == pytest.approx(wanted)
    assert set(tables["summary"].index) == set(NAMES)
    (of_object,) = tables["objects"].query("detector == 'cutpaste'").to_dict("records")
    assert of_object["pixel_auroc"] == pytest.approx(pixel_auroc(data.masks_test, maps))
    pro = per_region_overlap(data.masks_test, maps, 0.05)
    assert of_object["pro_5"] == pytest.approx(pro)
    stored = pd.read_csv(tmp_path / "summary.csv", index_col=0)
    assert np.allclose(stored, tables["summary"], rtol=1e-4)
    drawn = sorted(path.name for path in (tmp_path / "examples").iterdir())
    assert drawn == [f"brick_{kind}.png" for kind in KINDS]


def test_labels_and_masks_change_no_fit(tiny):
    data, options = textures(16)["brick"], study.parse_arguments(tiny)
    result = fit(
        make_detector("dae", 0, options), data.X_train, data.X_test, map_size=32
    )
    assert result["peak_bytes"] > 10**7 and result["file_bytes"] > 10**4
    run = [Run("brick", "dae", 0)]
    tables = make_tables(run, [result], textures(32))
    flipped = replace(
        textures(32)["brick"], masks_test=~textures(32)["brick"].masks_test
    )
    other = make_tables(run, [result], {"brick": flipped})
    total = tables["objects"]["pixel_auroc"] + other["objects"]["pixel_auroc"]
    assert total[0] == pytest.approx(1.0)
    assert np.array_equal(tables["fits"]["auc_image"], other["fits"]["auc_image"])


def test_without_masks_there_are_no_pixel_metrics(tiny):
    data, options = textures(16)["brick"], study.parse_arguments(tiny)
    clf = make_detector("untrained", 0, options)
    clf.image_size = 16
    result = fit(clf, data.X_train, data.X_test, map_size=16)
    bare = replace(data, masks_test=None)
    table = make_tables([Run("brick", "untrained", 0)], [result], {"brick": bare})
    assert table["objects"]["pixel_auroc"].isna().all()
    assert table["objects"]["auc_map_top"].notna().all()


def test_examples_that_are_not_fitted_end_the_command(capsys):
    with pytest.raises(SystemExit):
        study.parse_arguments(["--detectors", "cutpaste", "--examples", "dae"])
    assert "['dae'] are not among --detectors" in capsys.readouterr().err


def test_an_unknown_detector_ends_the_command(capsys):
    with pytest.raises(SystemExit):
        study.parse_arguments(["--detectors", "cutpast"])
    assert "unknown detectors ['cutpast']" in capsys.readouterr().err
