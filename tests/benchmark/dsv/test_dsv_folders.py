"""The benchmark of selection on a folder of real images."""

import os

import pytest

import benchmark.dsv.baselines as baselines
import benchmark.dsv.study as dsv


def test_real_images_make_real_tables(tmp_path, monkeypatch):
    root = os.environ.get("PYOD_SSAD_DATA")
    if root is None:
        pytest.skip("PYOD_SSAD_DATA names no folder of real images")
    monkeypatch.setattr(baselines, "has_imagenet", lambda: False)
    tables = dsv.main(
        ["--data", root, "--objects", "paper_btn01", "--per-kind", "--out"]
        + [str(tmp_path), "--augmentations", "cutout", "--patch-areas", "0.01,0.1"]
        + ["--image-size", "32", "--steps", "30", "--n-jobs", "1"]
    )
    assert set(tables["models"]["task"]) == {"paper_btn01/impurity"}
    # The impurities are plain to see: no black box that was learned misses them.
    assert tables["auc"].loc["cutout", "Best"] > 0.8
    assert (tmp_path / "figures" / "paper_btn01_impurity.png").exists()
