"""AnomalyDataset: labels, tasks, resizing of arrays and files."""

import subprocess
import sys

import numpy as np
import pytest
from PIL import Image

from pyod_ssad.datasets import AnomalyDataset


@pytest.fixture
def dataset():
    rng = np.random.default_rng(0)
    masks = np.zeros((4, 8, 8), dtype=bool)
    masks[1, 2, 3] = masks[2, 4:6, 4:6] = masks[3, 0, 0] = True
    return AnomalyDataset(
        name="plate",
        X_train=rng.integers(256, size=(3, 8, 8), dtype=np.uint8),
        X_test=rng.integers(256, size=(4, 8, 8), dtype=np.uint8),
        kind_test=["good", "hole", "crack", "hole"],
        masks_test=masks,
    )


def test_labels_follow_the_kinds(dataset):
    assert dataset.y_test.tolist() == [0, 1, 1, 1]
    assert dataset.y_test.dtype.kind == "i"
    assert dataset.kinds == ("crack", "hole")
    assert repr(dataset) == (
        "AnomalyDataset('plate', train 3, test: good 1, crack 1, hole 2)"
    )


def test_task_keeps_the_normals_and_one_kind(dataset):
    task = dataset.task("hole")
    assert task.name == "plate/hole"
    assert task.kind_test.tolist() == ["good", "hole", "hole"]
    np.testing.assert_array_equal(task.X_test, dataset.X_test[[0, 1, 3]])
    np.testing.assert_array_equal(task.masks_test, dataset.masks_test[[0, 1, 3]])
    assert task.X_train is dataset.X_train


@pytest.mark.parametrize("kind", ["good", "dent"])
def test_task_of_an_unknown_kind_lists_the_kinds(dataset, kind):
    with pytest.raises(ValueError, match=f"{kind}.*choose from crack, hole"):
        dataset.task(kind)


def test_is_frozen_and_checks_lengths(dataset):
    with pytest.raises(AttributeError):
        dataset.name = "other"
    with pytest.raises(ValueError, match="kind_test has 1 entries, X_test 3"):
        AnomalyDataset("a", dataset.X_train, dataset.X_train, ["good"])


def test_resizing_averages_and_keeps_small_defects(dataset):
    small = dataset.resized(2)
    assert small.X_train.shape == (3, 2, 2)
    assert small.X_test.dtype == np.uint8
    # Antialiasing sees all pixels: the mean survives, which picking pixels would lose.
    means = dataset.X_test.mean((1, 2))
    np.testing.assert_allclose(small.X_test.mean((1, 2)), means, atol=8)
    expected = [[[0, 0], [0, 0]], [[1, 0], [0, 0]], [[0, 0], [0, 1]], [[1, 0], [0, 0]]]
    np.testing.assert_array_equal(small.masks_test, expected)


def test_a_single_pixel_of_a_large_mask_survives():
    mask = np.zeros((1, 2000, 2000), dtype=bool)
    mask[0, 1999, 0] = True
    dataset = AnomalyDataset("a", mask.astype("u1"), mask.astype("u1"), ["hole"], mask)
    small = dataset.resized(8).masks_test
    assert np.argwhere(small).tolist() == [[0, 7, 0]]


def test_enlarging_a_mask_repeats_its_pixels(dataset):
    large = dataset.resized(16).masks_test
    np.testing.assert_array_equal(
        large, dataset.masks_test.repeat(2, axis=1).repeat(2, axis=2)
    )


def test_grayscale_converts_both_ways(dataset):
    color = dataset.resized(8, grayscale=False)
    assert color.X_train.shape == (3, 8, 8, 3)
    np.testing.assert_array_equal(
        color.X_train, dataset.X_train[..., None].repeat(3, 3)
    )
    assert color.resized(8).X_test.shape == (4, 8, 8, 3)
    np.testing.assert_array_equal(
        color.resized(8, grayscale=True).X_test, dataset.X_test
    )


def _save(path, array):
    Image.fromarray(array).save(path)
    return path


def test_files_give_the_same_as_arrays(dataset, tmp_path):
    def files(name, arrays):
        return [_save(tmp_path / f"{name}{i}.png", a) for i, a in enumerate(arrays)]

    masks = files("mask", dataset.masks_test.astype(np.uint8) * 255)
    paths = AnomalyDataset(
        "plate",
        files("train", dataset.X_train),
        files("test", dataset.X_test),
        dataset.kind_test,
        [None, *masks[1:]],
    )
    got, expected = paths.resized(4), dataset.resized(4)
    np.testing.assert_array_equal(got.X_train, expected.X_train)
    np.testing.assert_array_equal(got.X_test, expected.X_test)
    np.testing.assert_array_equal(got.masks_test, expected.masks_test)
    assert paths.task("crack").X_test == [paths.X_test[0], paths.X_test[2]]

    one_missing = [None, None, *masks[2:]]
    partial = AnomalyDataset(
        "plate", paths.X_train, paths.X_test, dataset.kind_test, one_missing
    )
    with pytest.warns(UserWarning, match=r"1 of 3 anomalous.*test1.png.*task\(kind\)"):
        assert partial.resized(4).masks_test is None
    assert partial.task("crack").resized(4).masks_test.any((1, 2)).tolist() == [0, 1]


def test_one_color_file_makes_all_of_them_color(tmp_path):
    gray = _save(tmp_path / "gray.png", np.full((4, 4), 9, dtype=np.uint8))
    color = _save(tmp_path / "color.png", np.full((4, 4, 3), 9, dtype=np.uint8))
    assert AnomalyDataset("a", [gray], [gray], ["good"]).resized(4).X_test.ndim == 3
    mixed = AnomalyDataset("a", [gray], [color], ["good"]).resized(4)
    assert mixed.X_train.shape == mixed.X_test.shape == (1, 4, 4, 3)


def test_sixteen_bit_files_are_scaled_not_clipped(tmp_path):
    values = np.array([[0, 256], [32768, 65535]], dtype=np.uint16)
    deep = _save(tmp_path / "deep.png", values)
    dataset = AnomalyDataset("a", [deep], [deep], ["good"]).resized(2)
    assert dataset.X_train.tolist() == [[[0, 1], [128, 255]]]


@pytest.mark.parametrize("content", [b"", b"not an image", "cut short"])
def test_an_unreadable_file_is_named(tmp_path, content):
    good = _save(tmp_path / "good.png", np.full((64, 64), 9, dtype=np.uint8))
    bad = tmp_path / "bad.png"
    bad.write_bytes(good.read_bytes()[:60] if content == "cut short" else content)
    dataset = AnomalyDataset("a", [good], [bad], ["good"])
    for grayscale in (None, True):
        with pytest.raises(ValueError, match=r"bad\.png as an image .*: replace the"):
            dataset.resized(4, grayscale=grayscale)


def test_importing_does_not_import_torch():
    code = "import sys, pyod_ssad.datasets; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
