"""Folders in MVTec AD's layout: a tree made here, and real data where it is there."""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from pyod_ssad.datasets import list_objects, load_mvtec_style
from pyod_ssad.images.files import IMAGE_SUFFIXES

DATA = os.environ.get("PYOD_SSAD_DATA")
needs_data = pytest.mark.skipif(not DATA, reason="PYOD_SSAD_DATA names no folder")


def _write(path, shape=(6, 8, 3), value=100):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full(shape, value, dtype=np.uint8)).save(path)


@pytest.fixture
def root(tmp_path):
    for file in ("train/good/b.png", "train/good/a.JPG", "train/good/c.bmp"):
        _write(tmp_path / "nut" / file)
    for file in ("good/0.png", "crack/1.png", "crack/0.jpeg", "bent/5.png"):
        _write(tmp_path / "nut" / "test" / file)
    truth = tmp_path / "nut" / "ground_truth"
    _write(truth / "crack" / "0_mask.png", (6, 8), 255)
    _write(truth / "crack" / "1.PNG", (6, 8), 255)
    (tmp_path / "nut" / "train" / "good" / ".DS_Store").write_bytes(b"x")
    (tmp_path / "nut" / "license.txt").write_text("free")
    _write(tmp_path / "bolt" / "train" / "good" / "0.png")
    (tmp_path / "notes").mkdir()
    return tmp_path


def _names(paths):
    return [path and str(path.relative_to(path.parents[1])) for path in paths]


def test_reads_the_layout_in_order(root):
    nut = load_mvtec_style(root, "nut")
    assert nut.name == "nut"
    assert _names(nut.X_train) == ["good/a.JPG", "good/b.png", "good/c.bmp"]
    assert _names(nut.X_test) == [
        "good/0.png",
        "bent/5.png",
        "crack/0.jpeg",
        "crack/1.png",
    ]
    assert nut.kind_test.tolist() == ["good", "bent", "crack", "crack"]
    assert _names(nut.masks_test) == [None, None, "crack/0_mask.png", "crack/1.PNG"]
    assert nut.task("crack").resized(4).masks_test.mean((1, 2)).tolist() == [0, 1, 1]
    assert nut.task("crack").resized(4).X_test.shape == (3, 4, 4, 3)


@pytest.mark.parametrize("suffix", [*IMAGE_SUFFIXES, ".TIF", ".WebP"])
def test_reads_every_suffix_that_a_folder_of_images_may_have(tmp_path, suffix):
    mode = {".pbm": "1", ".pgm": "L"}.get(suffix, "RGB")
    format = {".jfif": "JPEG"}.get(suffix)
    for file in ("train/good/a", "test/good/b", "test/cut/c", "ground_truth/cut/c"):
        path = tmp_path / "nut" / f"{file}{suffix}"
        path.parent.mkdir(parents=True)
        Image.new("L", (8, 6), 255).convert(mode).save(path, format=format)
    nut = load_mvtec_style(tmp_path, "nut")
    names = [Path(path).name for path in (*nut.X_train, *nut.X_test)]
    assert names == [f"{stem}{suffix}" for stem in "abc"]
    assert nut.masks_test[1].name == f"c{suffix}"
    small = nut.resized(4)
    assert (small.X_train >= 250).all() and small.masks_test.sum() == 16


def test_masks_are_optional(root):
    for file in (root / "nut" / "ground_truth" / "crack").iterdir():
        file.unlink()
    (root / "nut" / "ground_truth" / "crack").rmdir()
    nut = load_mvtec_style(str(root), "nut")
    assert nut.masks_test is None
    assert nut.resized(4).masks_test is None


def test_objects_are_listed(root):
    assert list_objects(root) == ["bolt", "nut"]


def test_missing_folders_are_named(root):
    with pytest.raises(FileNotFoundError, match=r"nowhere is missing.*check the path"):
        list_objects(root / "nowhere")
    with pytest.raises(FileNotFoundError, match=r"nowhere is missing.*check the path"):
        load_mvtec_style(root / "nowhere", "nut")
    with pytest.raises(FileNotFoundError, match=r"screw is missing.*holds bolt, nut"):
        load_mvtec_style(root, "screw")
    with pytest.raises(FileNotFoundError, match=r"bolt/test is missing.*<kind>"):
        load_mvtec_style(root, "bolt")


@pytest.mark.parametrize("part", ["train/good", "test/good"])
def test_missing_and_empty_parts_are_named(root, part):
    folder = root / "nut" / part
    for file in folder.iterdir():
        file.unlink()
    with pytest.raises(ValueError, match=f"nut/{part} is empty: put images into it"):
        load_mvtec_style(root, "nut")
    folder.rmdir()
    with pytest.raises(FileNotFoundError, match=f"nut/{part} is missing"):
        load_mvtec_style(root, "nut")


def test_other_files_and_folders_among_images_are_named(root):
    (root / "nut" / "test" / "crack" / "notes.txt").write_text("two cracks")
    with pytest.raises(ValueError, match=r"crack/notes.txt is no image.*move it out"):
        load_mvtec_style(root, "nut")
    (root / "nut" / "train" / "good" / "more").mkdir()
    with pytest.raises(
        ValueError, match=r"good/more is no image file: wanted are .png"
    ):
        load_mvtec_style(root, "nut")


MAGNETIC_TILE = {
    "good": 191,
    "blowhole": 115,
    "break": 85,
    "crack": 57,
    "fray": 32,
    "uneven": 103,
}
PAPERS = [f"paper_{p}01" for p in ("bdp", "brg", "btn", "flr", "fvn", "gla")]


@needs_data
def test_real_magnetic_tiles():
    assert {"magnetic_tile", *PAPERS} <= set(list_objects(DATA))
    tile = load_mvtec_style(DATA, "magnetic_tile")
    assert len(tile.X_train) == 761
    kinds, counts = np.unique(tile.kind_test, return_counts=True)
    assert dict(zip(kinds.tolist(), counts.tolist(), strict=True)) == MAGNETIC_TILE
    for path, mask, kind in zip(
        tile.X_test, tile.masks_test, tile.kind_test, strict=True
    ):
        assert (mask is None) == (kind == "good")
        assert mask is None or Path(mask).stem == f"{path.stem}_mask"
    small = tile.resized(32)
    assert small.X_train.shape == (761, 32, 32)
    covered = small.masks_test.any((1, 2))
    empty = small.kind_test[(small.y_test == 1) & ~covered]
    assert empty.tolist() == ["uneven"] * 4


@needs_data
@pytest.mark.parametrize("name", PAPERS)
def test_real_papers(name):
    paper = load_mvtec_style(DATA, name)
    assert len(paper.X_train) == 32
    assert paper.y_test.tolist() == [0] * 16 + [1] * 48
    assert paper.kinds == ("impurity",)
    small = paper.resized(64)
    assert small.X_train.shape == (32, 64, 64, 3)
    assert small.masks_test.any((1, 2)).tolist() == [False] * 16 + [True] * 48
