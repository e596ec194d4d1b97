"""The speed tables at a tiny size: their arithmetic, not their values."""

import itertools

import numpy as np
import pandas as pd
import pytest

import benchmark.speed.criteria as speed_criteria
import benchmark.speed.study as speed
import benchmark.speed.tuning as speed_tuning
from benchmark.common import timing

TINY = ["--batch-size", "2", "--steps", "1", "--repeats", "3"]
TUNING = ["backbone", "image_size", "batch_size", "plain_ms", "first_ms"]
TUNING += ["second_ms", "first_ratio", "second_ratio"]


@pytest.fixture
def clock(monkeypatch):
    """Let runs take the seconds given, in this order."""

    def set_clock(*seconds):
        seconds = iter(seconds)

        def timed(run, device):
            run()
            return next(seconds)

        monkeypatch.setattr(timing, "seconds_of", timed)

    return set_clock


def make(out, *arguments):
    return speed.main([*TINY, "--out", str(out), *arguments])


def make_tuning(out, *arguments):
    chosen = ["--tables", "tuning", "--tuning-backbones", "small_cnn"]
    sizes = ["--tuning-image-sizes", "16"]
    return make(out, *chosen, *sizes, *arguments)["tuning"]


def test_training_ratio_is_that_of_the_timings(clock, tmp_path, capsys):
    clock(*[2.0, 4.0] * 3)
    sizes = ["--image-sizes", "16", "--backbone", "small_cnn"]
    table = make(tmp_path, "--tables", "training", *sizes)["training"]
    row = table.iloc[0]
    assert row["bare_images_per_second"] == 4 / 2
    assert row["training_images_per_second"] == 4 / 4
    assert row["ratio"] == 0.5
    assert "| CutPasteSSAD | small_cnn | 16 |" in capsys.readouterr().out
    assert pd.read_csv(tmp_path / "speed.csv").loc[0, "ratio"] == pytest.approx(0.5)


def test_tuning_ratios_are_medians_of_what_was_timed_in_turn(clock, tmp_path, capsys):
    # The ratio of the medians would be 9 / 2 for the first order.
    clock(1.0, 9.0, 7.0, 2.0, 4.0, 8.0, 4.0, 12.0, 8.0)
    row = make_tuning(tmp_path).iloc[0]
    assert [row[f"{name}_ms"] for name in ("plain", "first", "second")] == [
        2000.0,
        9000.0,
        8000.0,
    ]
    assert row["first_ratio"] == np.median([9, 2, 3])
    assert row["second_ratio"] == np.median([7, 4, 2])
    assert "| small_cnn | 16 | 2 |" in capsys.readouterr().out
    assert pd.read_csv(tmp_path / "tuning.csv").loc[0, "first_ratio"] == 3


def test_tuning_milliseconds_are_those_of_one_step(clock, tmp_path):
    clock(*[4.0, 8.0, 12.0] * 3)
    table = make_tuning(tmp_path, "--steps", "2")
    assert table.loc[0, ["plain_ms", "second_ms"]].tolist() == [2000.0, 6000.0]
    assert table.loc[0, "second_ratio"] == 3


def test_a_tuning_run_takes_every_iteration_of_its_order(monkeypatch, tmp_path):
    seen = []

    class Tuner(speed_tuning.Tuner):
        def run(self, images, unlabeled):
            rows = super().run(images, unlabeled)
            seen.append((self.plan.order, len(rows)))
            return rows

    monkeypatch.setattr(speed_tuning, "Tuner", Tuner)
    make_tuning(tmp_path)
    assert seen == [("first", 1), ("second", 1)] * 4


def test_tuning_has_a_row_for_each_backbone(tmp_path):
    backbones = ["--tuning-backbones", "small_cnn,resnet18", "--repeats", "1"]
    table = make_tuning(tmp_path, *backbones)
    assert list(table.columns) == TUNING
    assert list(table["backbone"]) == ["small_cnn", "resnet18"]
    values = table.drop(columns="backbone").to_numpy(float)
    assert np.isfinite(values).all() and (values > 0).all()


def test_criteria_are_the_best_of_three(clock, monkeypatch):
    monkeypatch.setattr(speed_criteria, "PAIRS", 5)
    clock(3.0, 2.0, 5.0, 0.75, 0.5, 1.0, 6.0, 4.0, 8.0)
    table = speed_criteria.measure_criteria([("mc", 12), ("sel", 12)], n_models=4)
    assert list(table["seconds"]) == [2.0, 4.0]
    # Six pairs of models, extrapolated from five.
    assert table.loc[0, "seconds_scipy_estimated"] == pytest.approx(0.6)
    assert table.loc[0, "speedup_estimated"] == pytest.approx(0.3)
    assert table.loc[1, "seconds_scipy_estimated":].isna().all()


def test_few_models_have_few_pairs(clock):
    clock(*itertools.repeat(1.0, 6))
    table = speed_criteria.measure_criteria([("mc", 12)], n_models=4)
    assert table.loc[0, "seconds_scipy_estimated"] == 1


def test_criteria_have_a_row_for_each_case():
    cases = [(name, 12) for name in speed_criteria.CRITERIA] + [("mc", 20)]
    table = speed_criteria.measure_criteria(cases, n_models=4)
    assert list(zip(table["criterion"], table["n_samples"], strict=True)) == cases
    values = table[table["criterion"] == "mc"].drop(columns="criterion")
    assert np.isfinite(values).to_numpy().all() and (values > 0).to_numpy().all()
    assert np.isfinite(table["seconds"]).all() and (table["seconds"] > 0).all()


def test_default_tables_are_all_three():
    assert speed.parse_arguments([]).tables == ("training", "tuning", "criteria")


def test_every_chosen_table_is_saved(monkeypatch, tmp_path):
    frame = pd.DataFrame({"value": [1.0]})
    made = {name: (lambda _: frame, file) for name, (_, file) in speed.TABLES.items()}
    monkeypatch.setattr(speed, "TABLES", made)
    make(tmp_path / "some", "--tables", "criteria, tuning")
    make(tmp_path / "all")
    files = ["criteria.csv", "speed.csv", "tuning.csv"]
    assert sorted(p.name for p in (tmp_path / "all").iterdir()) == files
    assert sorted(p.name for p in (tmp_path / "some").iterdir()) == [files[0], files[2]]


def test_unknown_table_is_refused(capsys):
    with pytest.raises(SystemExit):
        speed.parse_arguments(["--tables", "tuning,taste"])
    assert "unknown taste; wanted some of training, tuning, criteria" in (
        capsys.readouterr().err
    )
