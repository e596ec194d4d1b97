"""The speed table at a tiny size: its arithmetic, not its values."""

import pandas as pd
import pytest

import benchmark.speed as speed


def test_ratio_is_that_of_the_timings(monkeypatch, tmp_path, capsys):
    seconds = iter([2.0, 4.0] * 3)

    def timed(run, device):
        run()
        return next(seconds)

    monkeypatch.setattr(speed, "_time", timed)
    table = speed.main(
        ["--image-sizes", "16", "--backbone", "small_cnn", "--batch-size", "2"]
        + ["--steps", "1", "--repeats", "3", "--out", str(tmp_path)]
    )
    row = table.iloc[0]
    assert row["bare_images_per_second"] == 4 / 2
    assert row["training_images_per_second"] == 4 / 4
    assert row["ratio"] == 0.5
    assert "| CutPasteSSAD | small_cnn | 16 |" in capsys.readouterr().out
    assert pd.read_csv(tmp_path / "speed.csv").loc[0, "ratio"] == pytest.approx(0.5)
