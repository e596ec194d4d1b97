"""Folders and patterns name the files that are read, in a defined order."""

import warnings
from pathlib import Path

import pytest
from PIL import Image

from pyod_ssad import CutOutSSAD
from pyod_ssad.images import list_images


@pytest.fixture
def photos(tmp_path, monkeypatch):
    names = ("b.png", "a.JPG", "c.tif", "d.webp", ".hidden.png", "10.png", "9.png")
    for name in (*names, "inner/e.png", "inner/deep/f.png", ".cache/g.png"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def _names(paths):
    return [Path(path).name for path in paths]


def test_a_folder_is_sorted_without_hidden_files_and_subfolders(photos):
    expected = ["10.png", "9.png", "a.JPG", "b.png", "c.tif", "d.webp"]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for where in (photos, str(photos), f"{photos}/", "."):
            assert _names(list_images(where)) == expected
    assert list_images(photos)[0] == str(photos / "10.png")


def test_a_folder_named_like_an_image_is_no_image(photos):
    (photos / "z.png").mkdir()
    assert "z.png" not in _names(list_images(photos))


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("*.png", ["10.png", "9.png", "b.png"]),
        ("**/*.png", ["10.png", "9.png", "b.png", "f.png", "e.png"]),
        ("**/**/*.png", ["10.png", "9.png", "b.png", "f.png", "e.png"]),
        ("[ab].*", ["a.JPG", "b.png"]),
        ("*n*", ["10.png", "9.png", "b.png"]),
    ],
)
def test_a_pattern_is_sorted_without_hidden_files_and_folders(
    photos, pattern, expected
):
    assert _names(list_images(pattern)) == expected
    assert _names(list_images(photos / pattern)) == expected


def test_brackets_in_the_name_of_a_folder_are_no_pattern(photos):
    (photos / "lot[1]").mkdir()
    (photos / "lot[1]" / "h.png").touch()
    assert _names(list_images("lot[1]")) == ["h.png"]


def test_home_is_expanded(photos, monkeypatch):
    monkeypatch.setenv("HOME", str(photos))
    assert list_images("~/inner") == [str(photos / "inner" / "e.png")]


def test_other_files_are_left_out_with_a_warning(photos):
    (photos / "inner" / "notes.txt").touch()
    with pytest.warns(UserWarning, match=r"1 of 2 files .*'notes\.txt'.*pass a patt"):
        assert _names(list_images(photos / "inner")) == ["e.png"]
    assert _names(list_images(photos / "inner" / "*.*")) == ["e.png", "notes.txt"]


@pytest.mark.parametrize("X", [list_images, CutOutSSAD(image_size=8).preprocess])
def test_the_warning_is_at_the_users_line(X, photos):
    Image.new("L", (8, 8)).save(photos / "inner" / "e.png")
    (photos / "inner" / "notes.txt").touch()
    with pytest.warns(UserWarning, match="1 of 2 files") as caught:
        X(photos / "inner")
    assert [warning.filename for warning in caught] == [__file__]
