"""A model of grey images refuses colours, and the reverse."""

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.color import rgb2gray

from pyod_ssad import CutOutSSAD
from pyod_ssad.images.checking import check_images


def _save(path, array, mode=None):
    Image.fromarray(array).convert(mode or "RGB").save(path)
    return path


@pytest.fixture
def gray_file(tmp_path):
    ramp = np.arange(64, dtype=np.uint8).reshape(8, 8)
    return _save(tmp_path / "gray.png", ramp, "L")


@pytest.fixture
def gray_files(tmp_path):
    images = np.random.default_rng(0).integers(0, 256, (4, 8, 8), dtype=np.uint8)
    return [_save(tmp_path / f"{i}.png", x, "L") for i, x in enumerate(images)]


@pytest.fixture
def colour_file(tmp_path):
    red = np.full((8, 8, 3), (200, 0, 0), dtype=np.uint8)
    return _save(tmp_path / "red.png", red)


@pytest.mark.parametrize(
    ("shape", "options", "n_channels"),
    [
        ((2, 8, 9), {}, 1),
        ((2, 8, 9, 1), {}, 1),
        ((2, 1, 8, 9), {}, 1),
        ((2, 8, 9, 3), {}, 3),
        ((2, 3, 8, 9), {}, 3),
        ((2, 72), {"image_shape": (8, 9)}, 1),
        ((2, 72), {"image_shape": (8, 3, 3)}, 3),
    ],
)
def test_arrays_tell_their_channels(shape, options, n_channels):
    X = np.zeros(shape)
    images = check_images(X, **options)
    assert images.n_channels == n_channels
    assert images.load(slice(None), 4).shape == (2, n_channels, 4, 4)
    same = check_images(torch.from_numpy(X), **options, n_channels=n_channels)
    assert same.n_channels == n_channels
    with pytest.raises(ValueError, match="the model was trained on"):
        check_images(X, **options, n_channels=4 - n_channels)


@pytest.mark.parametrize(
    ("shape", "n_channels", "words"),
    [
        ((3, 20, 24), 3, r"with 1 channel .*on 3 channels\. Pass X\[None\] if"),
        ((3, 20, 24), 3, r"3 grey ones, np\.repeat\(X\[\.\.\., None\], 3, axis=-1\)"),
        ((20, 24, 3), 3, r"pass X\[None\]"),
        ((5, 20, 24), 3, r"Repeat the channel: np\.repeat\(X\[\.\.\., None\], 3, axi"),
        ((5, 20, 24, 1), 3, r"np\.repeat\(X, 3, axis=-1\)"),
        ((5, 1, 20, 24), 3, r"np\.repeat\(X, 3, axis=1\)"),
        (
            (5, 20, 24, 3),
            1,
            r"3 channels .*on 1 channel\. .*rgb2gray\(X, channel_axis=-",
        ),
        ((5, 3, 20, 24), 1, r"rgb2gray\(X, channel_axis=1\)"),
        ((5, 480), 3, "image_shape that the rows of the training data had"),
    ],
)
def test_other_channels_are_refused_with_a_mend(shape, n_channels, words):
    image_shape = (20, 24) if len(shape) == 2 else None
    with pytest.raises(ValueError, match=words):
        check_images(np.zeros(shape), image_shape=image_shape, n_channels=n_channels)


def test_the_mends_work():
    gray = np.random.default_rng(0).random((3, 20, 24))
    for mended in (
        gray[None],
        np.repeat(gray[..., None], 3, axis=-1),
        np.repeat(gray[:, None], 3, axis=1),
    ):
        assert check_images(mended, n_channels=3).n_channels == 3
    assert len(check_images(gray[None], n_channels=3)) == 1
    assert len(check_images(rgb2gray(gray[None], channel_axis=1), n_channels=1)) == 1


def test_channels_settle_an_ambiguous_shape_where_they_can():
    X = np.zeros((2, 1, 7, 3))
    with pytest.raises(ValueError, match="channels may be first or last"):
        check_images(X)
    assert check_images(X, n_channels=1).load(slice(None)).shape == (2, 1, 7, 3)
    assert check_images(X, n_channels=3).load(slice(None)).shape == (2, 3, 1, 7)
    with pytest.raises(ValueError, match="trained on 1 channel"):
        check_images(X, n_channels=1, channels="last")
    with pytest.raises(ValueError, match="channels may be first or last"):
        check_images(np.zeros((2, 3, 7, 3)), n_channels=3)


def test_files_among_colours_become_colours(gray_file, colour_file):
    for options in ({}, {"n_channels": 3}):
        images = check_images([gray_file, colour_file], **options)
        assert images.n_channels == 3
        loaded = images.load(slice(None), 8)
        assert loaded[0, :, 0, 5].tolist() == [5, 5, 5]
        assert loaded[1, :, 0, 0].tolist() == [200, 0, 0]


def test_gray_files_keep_one_channel_for_a_gray_model(gray_file):
    images = check_images([gray_file], n_channels=1)
    assert images.n_channels == 1
    array = np.asarray(Image.open(gray_file))[None]
    expected = check_images(array, n_channels=1).load(slice(None), 5)
    assert torch.equal(images.load(slice(None), 5), expected)


def test_colour_files_are_refused_by_a_gray_model(gray_file, colour_file):
    with pytest.raises(
        ValueError, match=r"1 of 2 image files have colours.*red\.png.*convert\('L'\)"
    ):
        check_images([gray_file, colour_file], n_channels=1)


@pytest.mark.parametrize("form", [list, lambda paths: map(Image.open, paths)])
def test_a_model_of_gray_files_refuses_colours(form, gray_files, colour_file):
    options = {"image_size": 8, "steps": 2, "batch_size": 4, "random_state": 0}
    clf = CutOutSSAD(**options).fit(form(gray_files))
    array = np.stack([np.asarray(Image.open(file)) for file in gray_files])
    same = CutOutSSAD(**options).fit(array)
    assert clf.n_channels_ == 1
    np.testing.assert_array_equal(clf.decision_scores_, same.decision_scores_)
    scores = clf.decision_function(form(gray_files[:2]))
    np.testing.assert_array_equal(scores, clf.decision_function(array[:2]))
    with pytest.raises(ValueError, match="colours.*trained on images with 1 channel"):
        clf.decision_function(form([gray_files[0], colour_file]))


def test_a_model_of_some_colours_takes_gray_files(gray_files, colour_file):
    clf = CutOutSSAD(image_size=8, steps=2, batch_size=4, random_state=0)
    clf.fit([*gray_files, colour_file])
    assert clf.n_channels_ == 3
    scores = clf.decision_function([*gray_files, colour_file])
    np.testing.assert_allclose(clf.decision_function(gray_files), scores[:-1])


def test_channels_are_found_without_decoding(gray_file, colour_file, monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", None)
    assert check_images([gray_file, gray_file]).n_channels == 1
    assert check_images([gray_file, colour_file]).n_channels == 3


def test_unreadable_files_are_named_by_a_gray_model(tmp_path):
    (tmp_path / "broken.png").write_bytes(b"no image")
    with pytest.raises(ValueError, match=r"Cannot read .*broken\.png"):
        check_images([tmp_path / "broken.png"], n_channels=1)


@pytest.mark.parametrize("n_channels", [0, 2, 4, "3"])
def test_only_one_or_three_channels_can_be_wanted(n_channels):
    with pytest.raises(ValueError, match="n_channels must be None, 1 or 3"):
        check_images(np.zeros((2, 8, 8)), n_channels=n_channels)
