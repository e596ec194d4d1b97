"""Rates of false alarms: from images to tables."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

import benchmark.thresholds.study as study
from benchmark.thresholds.fits import Run, split, usable_numbers
from benchmark.thresholds.tables import rate_table, summary_table

QUICK = [
    "--objects",
    "brick",
    "--n-train",
    "24",
    "--detectors",
    "cutout",
    "--seeds",
    "0,1",
    "--steps",
    "3",
    "--image-size",
    "16",
    "--n-jobs",
    "1",
]


@pytest.mark.parametrize(
    ("n_images", "wanted"), [(761, [30, 700]), (700, [30]), (38, [30]), (37, [27])]
)
def test_images_are_left_to_be_held_out(n_images, wanted):
    assert usable_numbers((30, 700), n_images) == wanted


def test_held_out_images_are_not_trained_on():
    data = SimpleNamespace(X_train=np.arange(240)[:, None])
    train, held_out = split(data, Run("tile", "cutout", 30, seed=1))
    assert len(train) == 30 and len(held_out) == 200
    assert not set(train.ravel()) & set(held_out.ravel())
    again, _ = split(data, Run("tile", "cutpaste", 30, seed=1))
    other, _ = split(data, Run("tile", "cutout", 30, seed=2))
    assert np.array_equal(train, again) and not np.array_equal(train, other)


def result(held_out, test, **thresholds):
    scores = np.array([*held_out, *test], dtype=float)
    return {
        "scores": scores,
        "p_values": np.where(scores > 8, 0.005, 0.5),
        "largest": 6.5,
        "n_held_out": len(held_out),
        "seconds": 2.0,
        **thresholds,
    }


THRESHOLDS = {"in_sample": 0.5, "density": 2.5, "cross_fit": 4.5}


def test_rates_by_hand():
    objects = {"tile": SimpleNamespace(y_test=np.array([0, 0, 1, 1, 1]))}
    runs = [Run("tile", "cutout", 30, 0)]
    given = result([1, 2, 3, 9], [7, 7, 4, 9, 9], **THRESHOLDS)
    row = rate_table(runs, [given], objects).iloc[0]
    assert row[["in_sample", "density", "cross_fit"]].tolist() == [1, 0.5, 0.25]
    assert row["other_source"] == 1 and row["detected"] == pytest.approx(2 / 3)
    assert row["p01"] == 0.25 and row["p01_detected"] == pytest.approx(2 / 3)
    assert not row["moved"] and row["moved_other"]
    assert row["auc"] == pytest.approx(4 / 6)


def test_papers_are_averaged():
    rows = [
        {"object_name": name, "n_train": 24, "detector": "cutout", "seed": seed}
        | dict.fromkeys(("in_sample", "density", "cross_fit"), rate)
        for name, rate in (("paper_a", 0.0), ("paper_b", 0.5), ("tile", 0.1))
        for seed in (0, 1)
    ]
    table = summary_table(pd.DataFrame(rows))
    assert table.loc[("papers", 24, "cutout"), "cross_fit"] == 0.25
    assert table.loc["papers"][["smallest", "largest"]].values.tolist() == [[0, 0.5]]
    assert table.loc["tile"]["largest"].tolist() == [0.1]


def test_the_study_runs_without_labels_until_thresholds_are_set(
    tmp_path, monkeypatch, seal
):
    load, sealed = study.load_objects, seal(study, "rate_table")
    monkeypatch.setattr(
        study,
        "load_objects",
        lambda *a: {name: sealed(data) for name, data in load(*a).items()},
    )
    tables = study.main([*QUICK, "--out", str(tmp_path)])
    rates = tables["rates"]
    assert rates["seed"].tolist() == [0, 1] and (rates["n_held_out"] == 176).all()
    assert (rates["in_sample"] >= rates["density"]).all()
    stored = pd.read_csv(tmp_path / "rates.csv")
    np.testing.assert_allclose(stored["cross_fit"], rates["cross_fit"], rtol=1e-5)


def test_unknown_detectors_are_refused(capsys):
    with pytest.raises(SystemExit):
        study.parse_arguments(["--detectors", "cutpasta"])
    assert "cutpasta" in capsys.readouterr().err
