"""Lists, data sets and generators give what one array of the same images gives."""

import gc
import warnings
import weakref

import numpy as np
import pandas as pd
import pytest
import torch
from numpy.testing import assert_array_equal
from PIL import Image
from torch.utils.data import Dataset, IterableDataset, Subset, TensorDataset

from pyod_ssad.images.checking import check_images
from pyod_ssad.images.collecting import collect_images

SIDE = 6
RNG = np.random.default_rng(0)
COLOUR = RNG.integers(0, 256, (5, 8, 10, 3), dtype=np.uint8)
GREY = COLOUR[..., 0]
MIXED_SIZES = [COLOUR[0], COLOUR[1, :7], COLOUR[2, :, :9], COLOUR[3, 2:, 2:]]


class Pairs(Dataset):
    """A data set by index, which does not end with an IndexError."""

    def __init__(self, images):
        self.images = images

    def __len__(self):
        return len(self.images)

    def __getitem__(self, i):
        return self.images[i % len(self)], "label", i


class Stream(IterableDataset):
    def __init__(self, images):
        self.images = images

    def __iter__(self):
        return iter(self.images)


class Lazy(IterableDataset):
    """Makes its images once, when they are asked for."""

    def __init__(self, images):
        self.images = images

    def __iter__(self):
        yield from self.images


def as_objects(images):
    column = np.empty(len(images), dtype=object)
    column[:] = list(images)
    return column


def load(X, **options):
    return check_images(X, size=SIDE, **options).load(slice(None), SIDE)


FORMS = {
    "list": list,
    "tuple": tuple,
    "generator": iter,
    "map": lambda images: map(np.asarray, images),
    "labelled": lambda images: [(image, 1) for image in images],
    "floats": lambda images: [image / 255 for image in images],
    "tensors": lambda images: [torch.from_numpy(image) for image in images],
    "data set": Pairs,
    "iterable data set": Stream,
    "subset": lambda images: Subset(Pairs(images), range(len(images))),
    "objects": as_objects,
    "column of objects": lambda images: as_objects(images)[:, None],
    "series": lambda images: pd.Series(list(images)),
}


@pytest.mark.parametrize("images", [COLOUR, GREY, COLOUR[..., :1]])
@pytest.mark.parametrize("form", FORMS)
def test_every_form_is_read_as_the_array_of_its_images(form, images):
    assert torch.equal(load(FORMS[form](images)), load(images))


@pytest.mark.parametrize("form", FORMS)
def test_sizes_may_differ(form):
    expected = torch.cat([load(image[None]) for image in MIXED_SIZES])
    assert torch.equal(load(FORMS[form](MIXED_SIZES)), expected)


def test_pillow_images_are_read_too():
    pictures = [Image.fromarray(image) for image in MIXED_SIZES]
    for X in (pictures, iter(pictures), Pairs(pictures), pd.Series(pictures)):
        assert torch.equal(load(X), load(MIXED_SIZES))


def test_tensors_of_a_data_set_have_their_channels_first():
    tensors = torch.from_numpy(COLOUR).permute(0, 3, 1, 2)
    for X in (list(tensors), TensorDataset(tensors, torch.arange(5))):
        assert torch.equal(load(X), load(COLOUR))


def test_flat_rows_in_a_list():
    rows = list(GREY.reshape(5, -1))
    assert torch.equal(load(rows, image_shape=(8, 10)), load(GREY))


@pytest.mark.parametrize("channels", ["first", "last"])
def test_channels_settle_ambiguous_images(channels):
    images = [np.zeros((3, 7, 3), dtype=np.uint8), np.ones((3, 9, 3), dtype=np.uint8)]
    images[0][0] = 255
    loaded = load(images, channels=channels)
    red = 255 if channels == "first" else loaded[0, 1].max()
    assert loaded[0, 0].max() == red
    assert (loaded[0, 1].max() == 0) == (channels == "first")


class TestGreyAndColour:
    def test_grey_among_colours_repeats_its_channel(self):
        loaded = load([GREY[0], COLOUR[1], GREY[2][..., None]])
        assert torch.equal(loaded[::2], load(GREY[:3:2]).expand(-1, 3, -1, -1))
        assert torch.equal(loaded[1:2], load(COLOUR[1:2]))

    def test_a_model_of_colours_reads_grey_images_of_a_list(self):
        expected = load(GREY).expand(-1, 3, -1, -1)
        assert torch.equal(load(list(GREY), n_channels=3), expected)
        assert torch.equal(load([GREY[0], COLOUR[0]], n_channels=3)[:1], expected[:1])

    def test_grey_pillow_images_are_grey_but_among_colours(self):
        pictures = [Image.fromarray(image) for image in GREY]
        assert torch.equal(load(pictures), load(GREY))
        assert torch.equal(load(pictures, n_channels=1), load(GREY))
        expected = load(GREY).expand(-1, 3, -1, -1)
        assert torch.equal(load(pictures, n_channels=3), expected)
        assert torch.equal(load([*pictures, Image.fromarray(COLOUR[0])])[:5], expected)


class TestCollected:
    """What detectors keep of images that they need twice."""

    def test_arrays_and_tensors_stay_as_they_are(self):
        for X in (COLOUR, torch.from_numpy(COLOUR)):
            assert_array_equal(collect_images(X), X)
            assert type(collect_images(X)) is type(X)

    @pytest.mark.parametrize("channels", [None, "first", "last"])
    @pytest.mark.parametrize("images", [COLOUR, GREY])
    def test_images_become_a_small_array_that_loads_alike(self, images, channels):
        is_first = channels == "first" and images.ndim == 4
        X = images.transpose(0, 3, 1, 2) if is_first else images
        collected = collect_images(iter(X), size=SIDE, channels=channels)
        assert collected.dtype == np.uint8
        assert collected.shape[1 if channels == "first" else 3] in (1, 3)
        again = load(collected, channels=channels)
        assert torch.equal(again, load(images))

    def test_paths_become_an_array_of_strings(self, tmp_path):
        paths = [tmp_path / "0.png", tmp_path / "1.png"]
        expected = [str(path) for path in paths]
        for X in (paths, iter(paths), pd.Series(expected), np.array(expected)[:, None]):
            assert collect_images(X).tolist() == expected
        labelled = zip(paths, [0, 1], strict=True)
        assert collect_images(labelled).tolist() == expected


class TestTables:
    def test_a_column_of_paths(self, tmp_path):
        Image.fromarray(COLOUR[0]).save(tmp_path / "0.png")
        table = pd.DataFrame({"file": [str(tmp_path / "0.png")], "label": [1]})
        for X in (table["file"], table[["file"]], table["file"].astype("category")):
            assert torch.equal(load(X), load(COLOUR[:1]))

    def test_a_table_of_pixels(self):
        table = pd.DataFrame(GREY.reshape(5, -1))
        assert torch.equal(load(table, image_shape=(8, 10)), load(GREY))


class TestStreaming:
    def test_one_image_is_kept_while_the_next_is_made(self):
        made, alive = [], []

        def photos():
            for image in COLOUR:
                alive.append(sum(reference() is not None for reference in made))
                image = image.astype(float) / 255
                made.append(weakref.ref(image))
                yield image
                del image

        assert torch.equal(load(photos()), load(COLOUR))
        assert alive == [0, 1, 1, 1, 1]

    def test_what_follows_a_bad_image_is_not_asked_for(self):
        asked = []

        def photos():
            for i in range(5):
                asked.append(i)
                yield COLOUR[i] if i < 2 else COLOUR[i].astype(int)

        with pytest.raises(ValueError, match="Image 2: .*int64"):
            load(photos())
        assert asked == [0, 1, 2]

    def test_a_list_of_opened_files_stays_undecoded(self, tmp_path):
        for i, image in enumerate(MIXED_SIZES):
            Image.fromarray(image).save(tmp_path / f"{i}.png")
        opened = [Image.open(tmp_path / f"{i}.png") for i in range(4)]
        assert torch.equal(load(opened), load(MIXED_SIZES))
        assert all(picture.tile for picture in opened)
        assert_array_equal(np.asarray(opened[3]), MIXED_SIZES[3])
        assert torch.equal(load(opened), load(MIXED_SIZES))

    @pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "webp", "pgm", "ppm"])
    @pytest.mark.parametrize("form", [iter, Lazy])
    def test_what_is_opened_on_the_way_is_closed(self, form, suffix, tmp_path):
        for i, image in enumerate(GREY if suffix == "pgm" else COLOUR):
            Image.fromarray(image).save(tmp_path / f"{i}.{suffix}")
        paths = [tmp_path / f"{i}.{suffix}" for i in range(5)]
        expected = load(paths)
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            assert torch.equal(load(form(map(Image.open, paths))), expected)
            gc.collect()
        assert not [str(w.message) for w in caught if w.category is ResourceWarning]

    def test_16_bits_are_checked_there_too(self, tmp_path):
        faint = np.full((8, 8), 900, dtype=np.uint16)
        Image.fromarray(faint).save(tmp_path / "faint.png")
        with pytest.raises(ValueError, match="Image 0: .*none above 900"):
            load(Image.open(path) for path in [tmp_path / "faint.png"])

    def test_errors_of_a_data_set_are_its_own(self):
        class Broken(Pairs):
            def __getitem__(self, i):
                raise KeyError("no such row")

        with pytest.raises(KeyError, match="no such row"):
            load(Broken(COLOUR))
