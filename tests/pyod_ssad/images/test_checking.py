"""Every accepted form of images gives the same tensor, and bad ones are refused."""

import weakref

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_allclose, assert_array_equal
from PIL import Image
from sklearn.base import clone

from pyod_ssad import STSSAD, CutOutSSAD, Tuning
from pyod_ssad.augmentations import Noise
from pyod_ssad.images.checking import check_images
from pyod_ssad.images.decoding import open_image
from pyod_ssad.seeding import draw_seed


@pytest.fixture
def colour():
    return np.random.default_rng(0).integers(0, 256, (5, 8, 10, 3), dtype=np.uint8)


def load(X, size=None, **options):
    return check_images(X, **options).load(slice(None), size)


def nchw(images):
    return torch.from_numpy(images).permute(0, 3, 1, 2)


class TestForms:
    def test_colour(self, colour):
        expected = nchw(colour)
        forms = [
            colour,
            colour.transpose(0, 3, 1, 2),
            torch.from_numpy(colour),
            colour / 255,
            (colour / 255).astype(np.float32),
            torch.from_numpy(colour).permute(0, 3, 1, 2).float() / 255,
            np.ascontiguousarray(colour[::-1])[::-1],
            np.frombuffer(colour.tobytes(), np.uint8).reshape(colour.shape),
        ]
        for X in forms:
            assert torch.equal(load(X), expected)

    def test_grey(self, colour):
        grey = colour[..., 0]
        expected = nchw(grey[..., None])
        for X in (grey, grey[..., None], grey[:, None], grey / 255):
            assert torch.equal(load(X), expected)

    @pytest.mark.parametrize("shape", [(8, 10, 3), (8, 30), (8, 30, 1)])
    def test_flat_rows(self, colour, shape):
        flat = colour.reshape(5, -1)
        expected = nchw(colour.reshape(5, *(shape if len(shape) == 3 else (*shape, 1))))
        assert torch.equal(load(flat, image_shape=shape), expected)

    @pytest.mark.parametrize("suffix", ["png", "bmp"])
    @pytest.mark.parametrize("kind", [list, tuple, np.array])
    def test_paths(self, colour, tmp_path, suffix, kind):
        paths = []
        for i, image in enumerate(colour):
            paths.append(tmp_path / f"{i}.{suffix}")
            Image.fromarray(image).save(paths[-1])
        expected = load(colour, size=6)
        assert torch.equal(load(kind([str(path) for path in paths]), size=6), expected)
        assert torch.equal(load(list(paths), size=6), expected)

    def test_grey_files_among_colours_become_three_channels(self, colour, tmp_path):
        paths = [tmp_path / "grey.png", tmp_path / "colour.png"]
        for path, image in zip(paths, (colour[0, :, :, 0], colour[1]), strict=True):
            Image.fromarray(image).save(path)
        loaded = load(paths, size=8)
        assert loaded.shape == (2, 3, 8, 8)
        assert torch.equal(loaded[0, 0], loaded[0, 2])
        assert torch.equal(load(paths[:1], size=8), loaded[:1, :1])

    def test_rounding_beyond_the_range_is_no_error(self, colour):
        X = np.nextafter(colour / 255, 2)
        assert X.max() > 1
        assert torch.equal(load(X), nchw(colour))

    def test_a_series_of_paths(self, colour, tmp_path):
        Image.fromarray(colour[0]).save(tmp_path / "0.png")
        series = pd.Series([str(tmp_path / "0.png")])
        assert torch.equal(load(series, size=6), load(list(series), size=6))

    def test_paths_are_decoded_only_when_loaded(self, tmp_path):
        paths = [tmp_path / "0.png", tmp_path / "1.png"]
        Image.new("RGB", (4, 4), (9, 9, 9)).save(paths[0])
        paths[1].write_bytes(b"no image")
        images = check_images(paths)
        assert images.load(slice(0, 1), 4).unique().tolist() == [9]
        with pytest.raises(ValueError, match="1.png"):
            images.load(slice(1, 2), 4)

    def test_channels_argument_settles_ambiguous_shapes(self):
        X = np.zeros((2, 3, 7, 3), dtype=np.uint8)
        with pytest.raises(ValueError, match="channels='first'"):
            check_images(X)
        assert load(X, channels="first").shape == (2, 3, 7, 3)
        assert load(X, channels="last").shape == (2, 3, 3, 7)


class TestResizing:
    def test_size_is_kept_where_it_fits(self, colour):
        square = colour[:, :, :8]
        assert torch.equal(load(square, size=8), nchw(square))

    def test_shrinking_averages(self):
        X = np.tile(np.array([[0, 200], [100, 100]], dtype=np.uint8), (1, 8, 8))
        inner = load(X, size=4)[0, 0, 1:-1, 1:-1]
        assert_allclose(inner, 100, atol=1)


class TestBadOptions:
    @pytest.mark.parametrize(
        "shape", [(8,), (8, 9), (4, 4, 4), (8, 8, 2), 8, "8,8", (-8, -8), (8.2, 8.2)]
    )
    def test_image_shape_that_does_not_fit(self, shape):
        with pytest.raises(ValueError, match="image_shape"):
            check_images(np.zeros((3, 64)), image_shape=shape)

    def test_channels_that_do_not_fit(self, colour):
        with pytest.raises(ValueError, match="channels='first'"):
            check_images(colour, channels="first")
        with pytest.raises(ValueError, match="got 'middle'"):
            check_images(colour, channels="middle")


class TestDetectorsTakeEveryForm:
    """The whole chain, from what users pass in to scores."""

    options = {"steps": 2, "image_size": 8, "batch_size": 4, "random_state": 0}

    def test_scores_agree(self, colour, tmp_path):
        paths = []
        for i, image in enumerate(colour):
            paths.append(str(tmp_path / f"{i}.png"))
            Image.fromarray(image).save(paths[-1])
        clf = CutOutSSAD(**self.options).fit(colour)
        expected = clf.decision_function(colour)
        for X in (colour.transpose(0, 3, 1, 2), torch.from_numpy(colour), paths):
            assert_allclose(clf.decision_function(X), expected, rtol=1e-5)
            assert_allclose(clf.predict_proba(X), clf.predict_proba(colour), atol=1e-4)
        assert_array_equal(CutOutSSAD(**self.options).fit(paths).labels_, clf.labels_)

    def test_flat_rows_go_in_and_come_out(self, colour):
        flat = colour.reshape(5, -1)
        clf = CutOutSSAD(**self.options, image_shape=(8, 10, 3)).fit(flat)
        same = CutOutSSAD(**self.options).fit(colour)
        assert_array_equal(clf.decision_scores_, same.decision_scores_)
        augmented = clf.augment(flat, random_state=0)
        assert augmented.shape == flat.shape
        expected = same.augment(colour, random_state=0).reshape(5, -1)
        assert_array_equal(augmented, expected)

    def test_augment_keeps_the_layout(self, colour):
        clf = CutOutSSAD(**self.options).fit(colour)
        last = clf.augment(colour, random_state=0)
        first = clf.augment(colour.transpose(0, 3, 1, 2), random_state=0)
        assert last.shape == colour.shape
        assert_array_equal(first.transpose(0, 2, 3, 1), last)

    def test_predictions_are_at_the_size_of_the_fit(self, colour):
        clf = CutOutSSAD(**self.options).fit(colour)
        expected = clf.predict_proba(colour)
        clf.set_params(image_size=16)
        assert_array_equal(clf.predict_proba(list(colour)), expected)

    def test_images_are_scored_once_an_answer(self, colour, monkeypatch):
        clf = CutOutSSAD(**self.options).fit(colour)
        counted, score = [], clf.decision_function
        monkeypatch.setattr(
            clf, "decision_function", lambda X: (counted.append(1), score(X))[1]
        )
        clf.predict_proba(iter(colour), return_confidence=True)
        clf.predict_with_rejection(iter(colour), c_r=0.1)
        clf.predict_confidence(iter(colour))
        assert len(counted) == 3

    @pytest.mark.parametrize("channels", [None, "first"])
    def test_augmented_files_can_be_embedded(self, colour, tmp_path, channels):
        X = [Image.fromarray(image) for image in colour]
        X[0].save(tmp_path / "0.png")
        clf = CutOutSSAD(**self.options, channels=channels).fit(X)
        for some in (X, str(tmp_path), iter(X)):
            augmented = clf.augment(some, random_state=0)
            expected = (8, 8, 3) if channels is None else (3, 8, 8)
            assert augmented.shape[1:] == expected
            assert len(clf.transform(augmented)) == len(augmented)

    def test_augment_is_the_same_before_and_after_fitting(self, colour, tmp_path):
        Image.fromarray(colour[0]).save(tmp_path / "0.png")
        clf = CutOutSSAD(patch_area=0.3, **self.options)
        for X in (colour, tmp_path, list(colour)):
            before = clf.augment(X, random_state=0)
            after = clone(clf).fit(colour).augment(X, random_state=0)
            assert_array_equal(before, after)

    def test_augment_checks_the_parameters_before_fitting(self, colour):
        with pytest.raises(ValueError, match="image_size must be"):
            CutOutSSAD(image_size="64").augment(colour)
        with pytest.raises(ValueError, match="patch_area"):
            CutOutSSAD(patch_area=7).augment(colour)

    def test_unfitted_st_ssad_shows_its_first_start(self, colour):
        clf = STSSAD(["noise", "cutdiff"], image_size=8)
        family = Noise()
        first = family.fixed_at(family.starts(clf.n_starts, 8)[0])
        generator = torch.Generator().manual_seed(draw_seed(4))
        expected = first(nchw(colour).float() / 255, generator)
        augmented = clf.augment(colour, random_state=4)
        assert_array_equal(augmented, expected.permute(0, 2, 3, 1).numpy())

    def test_st_ssad_is_tuned_towards_images_in_any_form(self, colour, tmp_path):
        for i, image in enumerate(colour):
            Image.fromarray(image).save(tmp_path / f"{i}.png")
        options = {
            **STSSAD._test_params(),
            **self.options,
            "tuning": Tuning(iterations=1),
        }
        expected = STSSAD(**options).fit(colour, X_unlabeled=colour).starts_[0]
        for X in (str(tmp_path), iter(colour), list(colour)):
            start = STSSAD(**options).fit(colour, X_unlabeled=X).starts_[0]
            assert start["tuned"] == expected["tuned"]
            assert start["selection"] == expected["selection"]

    def test_st_ssad_reads_the_unlabelled_as_the_training_images(self, colour):
        options = {
            **STSSAD._test_params(),
            **self.options,
            "tuning": Tuning(iterations=0),
        }
        grey = [Image.fromarray(image[..., 0]) for image in colour]
        clf = STSSAD(**options).fit(colour[..., 0], X_unlabeled=grey)
        assert clf.n_channels_ == 1
        with pytest.raises(ValueError, match=r"Image 1: .*with colours"):
            clf.fit(colour[..., 0], X_unlabeled=[grey[0], grey[1].convert("RGB")])
        with pytest.raises(ValueError, match="1 channels and X_unlabeled 3"):
            clf.fit(colour[..., 0], X_unlabeled=colour)

    def test_files_are_decoded_one_at_a_time(self, colour, tmp_path, monkeypatch):
        made, alive = [], []

        def decode(path):
            alive.append(sum(reference() is not None for reference in made))
            image = open_image(path)
            made.append(weakref.ref(image))
            return image

        for i, image in enumerate(colour):
            Image.fromarray(image).save(tmp_path / f"{i}.png")
        monkeypatch.setattr("pyod_ssad.images.paths.open_image", decode)
        CutOutSSAD(**self.options).fit(tmp_path).predict(f"{tmp_path}/*")
        assert alive == [0] * 10

    def test_preprocess_is_what_the_network_sees(self, colour):
        clf = CutOutSSAD(**self.options).fit(colour)
        seen = clf.preprocess(colour)
        assert seen.shape == (5, 8, 8, 3) and seen.dtype == np.uint8
        assert_allclose(
            clf.decision_function(seen), clf.decision_function(colour), rtol=1e-6
        )
        first = CutOutSSAD(**self.options, channels="first")
        X = colour.transpose(0, 3, 1, 2)
        assert_array_equal(first.fit(X).preprocess(X), seen.transpose(0, 3, 1, 2))
