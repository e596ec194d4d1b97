"""Textures: disjoint crops, exact masks, seeds, and defects that can be seen."""

import numpy as np
import pytest
from skimage import data
from sklearn.metrics import roc_auc_score
from sklearn.neighbors import NearestNeighbors

from pyod_ssad.datasets import TEXTURES, load_textures
from pyod_ssad.datasets.defects import DEFECTS, add_defect
from pyod_ssad.datasets.textures import (
    CROP_SIDE,
    _corners,
    _crops,
    _generators,
)

SIZE = 64


def _used_pixels(*, test):
    used = np.zeros((512, 512), dtype=bool)
    for top, left in _corners(4000, np.random.default_rng(0), test=test):
        assert min(top, left) >= 0
        assert max(top, left) + CROP_SIDE <= 512
        used[top : top + CROP_SIDE, left : left + CROP_SIDE] = True
    return used


def test_train_and_test_crops_share_no_pixel():
    train, test = _used_pixels(test=False), _used_pixels(test=True)
    assert not (train & test).any()
    # Together they use the whole photograph, 3 to 1: nothing is left out by mistake.
    assert train.mean() == pytest.approx(0.75, abs=0.01)
    assert test.mean() == pytest.approx(0.25, abs=0.01)


@pytest.mark.parametrize("photo", TEXTURES)
def test_normal_images_are_crops_of_the_photograph(photo):
    dataset = load_textures(photo, n_train=3, n_test_normal=2, n_per_kind=1)
    windows = np.lib.stride_tricks.sliding_window_view(
        getattr(data, photo)(), (CROP_SIDE, CROP_SIDE)
    )
    for image in [*dataset.X_train, *dataset.X_test[:2]]:
        places = np.argwhere(windows[..., 0, 0] == image[0, 0])
        assert any(np.array_equal(windows[r, c], image) for r, c in places)


def test_counts_shapes_and_labels():
    dataset = load_textures(
        "grass", size=32, n_train=5, n_test_normal=4, n_per_kind=3, kinds=["stain"]
    )
    assert dataset.name == "grass"
    assert dataset.X_train.shape == (5, 32, 32)
    assert dataset.X_test.shape == dataset.masks_test.shape == (7, 32, 32)
    assert dataset.X_train.dtype == dataset.X_test.dtype == np.uint8
    assert dataset.kind_test.tolist() == ["good"] * 4 + ["stain"] * 3
    assert dataset.y_test.tolist() == [0] * 4 + [1] * 3
    assert not dataset.masks_test[:4].any()


@pytest.mark.parametrize("kind", DEFECTS)
def test_mask_is_where_the_image_differs_from_its_clean_crop(kind):
    dataset = load_textures("gravel", n_test_normal=1, n_per_kind=12, kinds=[kind])
    kind_rng = _generators(0)[2 + list(DEFECTS).index(kind)]
    clean = _crops(data.gravel(), 12, SIZE, kind_rng, test=True)
    np.testing.assert_array_equal(dataset.masks_test[1:], dataset.X_test[1:] != clean)


@pytest.mark.parametrize("photo", TEXTURES)
@pytest.mark.parametrize("kind", DEFECTS)
def test_areas_lie_in_the_promised_range(photo, kind):
    dataset = load_textures(photo, n_test_normal=0, kinds=[kind])
    areas = dataset.masks_test.mean((1, 2))
    low, high = DEFECTS[kind][1]
    half_a_pixel = 0.5 / SIZE**2
    # Holes: a defect may leave a pixel's gray level as it was.
    assert areas.min() >= 0.9 * low - half_a_pixel
    assert areas.max() <= high + half_a_pixel
    assert areas.max() > 1.8 * areas.min()


@pytest.mark.parametrize("kind", DEFECTS)
def test_area_can_be_chosen_and_is_the_same_at_any_size(kind):
    for size in (32, 64, 128):
        crop = _crops(data.gravel(), 1, size, np.random.default_rng(0), test=False)[0]
        _, mask = add_defect(crop, kind, np.random.default_rng(3), (0.1, 0.1))
        assert mask.mean() == pytest.approx(0.1, rel=0.08)


@pytest.mark.parametrize("photo", TEXTURES)
@pytest.mark.parametrize("kind", DEFECTS)
def test_defects_are_visible(photo, kind):
    """Inside the mask, the mean change is many times a just visible one."""
    dataset = load_textures(photo, n_test_normal=0, kinds=[kind])
    kind_rng = _generators(0)[2 + list(DEFECTS).index(kind)]
    clean = _crops(getattr(data, photo)(), 40, SIZE, kind_rng, test=True)
    change = np.abs(dataset.X_test.astype(float) - clean)
    means = [c[m].mean() for c, m in zip(change, dataset.masks_test, strict=True)]
    assert min(means) > 8
    assert np.median(means) > 20


def test_blobs_have_the_sign_of_their_name():
    image = np.full((SIZE, SIZE), 128, dtype=np.uint8)
    rng = np.random.default_rng(0)
    dark, mask = add_defect(image, "dark_blob", rng)
    assert (dark[mask] < 128).all()
    bright, mask = add_defect(image, "bright_blob", rng)
    assert (bright[mask] > 128).all()


def test_scratches_are_long_and_thin():
    image = np.full((SIZE, SIZE), 128, dtype=np.uint8)
    for seed in range(20):
        _, mask = add_defect(image, "scratch", np.random.default_rng(seed))
        extent = np.hypot(*np.ptp(np.argwhere(mask), axis=0))
        assert extent**2 > 4 * mask.sum()


def test_raw_pixels_do_not_give_the_answer_away():
    for photo in TEXTURES:
        dataset = load_textures(photo)
        train = dataset.X_train.reshape(len(dataset.X_train), -1).astype(float)
        test = dataset.X_test.reshape(len(dataset.X_test), -1).astype(float)
        neighbors = NearestNeighbors(n_neighbors=5).fit(train)
        scores = neighbors.kneighbors(test)[0][:, -1]
        assert roc_auc_score(dataset.y_test, scores) < 0.7


def test_same_seed_same_images_other_seed_other_images():
    one, same, other = (
        load_textures(n_per_kind=5, random_state=seed) for seed in (1, 1, 2)
    )
    np.testing.assert_array_equal(one.X_train, same.X_train)
    np.testing.assert_array_equal(one.X_test, same.X_test)
    np.testing.assert_array_equal(one.masks_test, same.masks_test)
    assert (one.X_train != other.X_train).any()
    assert (one.X_test != other.X_test).any()
    fresh, fresher = (load_textures(random_state=None).X_train for _ in range(2))
    assert (fresh != fresher).any()


def test_kinds_and_counts_do_not_change_each_others_draws():
    everything = load_textures("brick", n_test_normal=7)
    fewer = load_textures(
        "brick", n_train=3, n_test_normal=2, kinds=["stain", "dark_blob"]
    )
    assert fewer.kinds == ("dark_blob", "stain")
    for kind in fewer.kinds:
        np.testing.assert_array_equal(
            fewer.X_test[fewer.kind_test == kind],
            everything.X_test[everything.kind_test == kind],
        )
    np.testing.assert_array_equal(fewer.X_train, everything.X_train[:3])
    np.testing.assert_array_equal(fewer.X_test[:2], everything.X_test[:2])


def test_global_random_state_is_untouched():
    before = np.random.get_state()[1].copy()  # noqa: NPY002
    load_textures(n_train=2, n_test_normal=2, n_per_kind=2)
    np.testing.assert_array_equal(before, np.random.get_state()[1])  # noqa: NPY002


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"photo": "sand"}, "photo got 'sand': choose from 'brick', 'grass', 'gravel'"),
        ({"kinds": ["hole"]}, "kinds got 'hole': choose from 'dark_blob'"),
        ({"defect_area": (0.1, 0.01)}, "defect_area got .0.1, 0.01.: pass the"),
        ({"defect_area": (0, 0.01)}, "defect_area got .0, 0.01.: pass the"),
    ],
)
def test_errors_say_what_to_do(wrong, message):
    with pytest.raises(ValueError, match=message):
        load_textures(**wrong)
