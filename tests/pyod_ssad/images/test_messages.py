"""What users did wrong with images, and what they are told: got, wanted, mend."""

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from torch.utils.data import DataLoader, TensorDataset

from pyod_ssad import CutOutSSAD
from pyod_ssad.images.checking import check_images

GREY = np.zeros((8, 9))
COLOUR = np.zeros((8, 9, 3))
FEW = torch.zeros((4, 3, 8, 8))


@pytest.fixture
def photos(tmp_path, monkeypatch):
    """A folder with an image, one without, a nested one, and the working directory."""
    monkeypatch.chdir(tmp_path)
    for folder in ("good", "empty", "nested/inner", "texts"):
        (tmp_path / folder).mkdir(parents=True)
    for name in ("good/a.png", "nested/inner/b.jpg"):
        Image.new("RGB", (8, 8)).save(tmp_path / name)
    (tmp_path / "texts" / "notes.txt").write_text("no image")
    (tmp_path / "broken.png").write_bytes(b"no image")
    return tmp_path


# What was passed; the class of the error; what was got, what is wanted, the mend.
ARRAYS = [
    (np.zeros((0, 8, 8)), ValueError, [r"\(0, 8, 8\)", "wanted an array"]),
    (np.zeros((4, 8)), ValueError, ["8 features", "image_shape=", "Pass"]),
    (np.zeros(5), ValueError, ["1-D", "wanted"]),
    (np.zeros((8, 8, 3)), ValueError, ["looks like one image", r"pass X\[None\]"]),
    (np.zeros((2, 8, 8, 4)), ValueError, ["8, 4", "1 or 3", r"\[\.\.\., :3\]", "PIL"]),
    (np.zeros((2, 4, 8, 8)), ValueError, ["2, 4", r"\[\.\.\., :3, :, :\]"]),
    (np.zeros((2, 8, 8, 5)), ValueError, ["8, 5", r"in \{1, 3\}"]),
    (np.zeros((2, 2, 8, 8, 3)), ValueError, ["5-D", "wanted"]),
    (np.full((2, 8, 8), np.nan), ValueError, ["NaN", r"\[0, 1\]", "nan_to_num"]),
    (np.full((2, 8, 8), np.inf), ValueError, ["NaN or infinite", "Drop"]),
    (np.full((2, 8, 8), 255.0), ValueError, ["to 255", r"\[0, 1\]", "Divide"]),
    (np.full((2, 8, 8), -0.5), ValueError, ["from -0.5", "scaled back", "Normalize"]),
    (np.full((2, 8, 8), 1.002), ValueError, ["1.002", r"\[0, 1\]"]),
    (np.zeros((2, 8, 8), "u2"), ValueError, ["uint16", "wanted uint8", "65535"]),
    (np.zeros((2, 8, 8), "i8"), ValueError, ["int64", r"astype\(np\.uint8\)"]),
    (np.zeros((2, 8, 8), bool), ValueError, ["bool", "wanted uint8"]),
    (np.zeros((2, 8, 8), complex), ValueError, ["complex128", "wanted uint8"]),
]
LISTS = [
    ([], ValueError, ["no images .an empty list", "wanted", "make a new one"]),
    (iter([]), ValueError, ["empty list_iterator", "read once only", "pass a list"]),
    (TensorDataset(FEW[:0]), ValueError, ["empty TensorDataset", "wanted"]),
    (pd.Series([], dtype=object), ValueError, ["no images", "wanted"]),
    (None, ValueError, ["NoneType", "wanted"]),
    (3, ValueError, ["int", "wanted"]),
    (b"a.png", ValueError, ["bytes", "wanted"]),
    ({"a": GREY}, ValueError, ["dict", "wanted", r"list\(X\.values\(\)\)"]),
    ({"a.png"}, ValueError, ["set", "wanted", r"sorted\(X\)"]),
    (Image.new("L", (8, 8)), ValueError, ["single PIL", "wanted", r"pass \[image\]"]),
    (DataLoader(FEW), ValueError, ["DataLoader", "in order", r"loader\.dataset"]),
    ([GREY, "a.png"], ValueError, ["1 is a path", "0 an array", "one kind", "Open"]),
    (["a.png", float("nan")], ValueError, ["1 is of type float", "wanted a path"]),
    ([Image.new("L", (8, 8)), GREY], ValueError, ["1 is an array", "0 a PIL"]),
    ([GREY, None], ValueError, ["Image 1 .*NoneType", "wanted a path", "np.asarray"]),
    ([GREY.tolist()], ValueError, ["Image 0 .*list", "wanted a path", "np.asarray"]),
    ([{"image": GREY}], ValueError, ["Image 0 .*dict", "wanted a path"]),
    ([GREY, GREY.astype("i8")], ValueError, ["Image 1: .*int64", "wanted", "astype"]),
    ([GREY, GREY + 2], ValueError, ["Image 1: .*2 to 2", "wanted", "Divide"]),
    ([GREY, GREY * np.nan], ValueError, ["Image 1: .*NaN", "wanted", "Drop"]),
    ([GREY, GREY[:0]], ValueError, ["Image 1: .*without pixels .*0, 9", "drop it"]),
    ([Image.new("L", (0, 4))], ValueError, ["Image 0: .*without pixels", "drop it"]),
    ([Image.new("F", (4, 4))], ValueError, ["Image 0: .*mode F", "one factor"]),
    ([np.zeros((8, 9, 4))], ValueError, ["Image 0: .*8, 9, 4", "1 or 3", ":3"]),
    ([np.zeros((3, 8, 3))], ValueError, ["Image 0: .*3, 8, 3", "channels='first'"]),
    ([FEW], ValueError, ["Image 0: .*4, 3, 8, 8", "wanted .H, W", "one by one"]),
    ([np.zeros(9)], ValueError, [r"Image 0: .*\(9,\)", "wanted .H, W", "image_shape"]),
    (list(COLOUR), ValueError, ["Image 0: .*row of pixels", r"Pass \[image\]"]),
    ([np.ma.masked_equal(GREY, 0)], ValueError, ["Image 0: .*72 masked", "filled"]),
    (
        pd.DataFrame({"file": ["a.png"], "label": [0]}),
        ValueError,
        ["'file', 'label'", "one column of paths", r"table\['file'\]"],
    ),
    (
        np.array([["a.png", "b.png"]]),
        ValueError,
        [r"\(1, 2\)", "one column of paths", r"X\[:, 0\]"],
    ),
]
FILES = [
    ("good/a.png", ValueError, ["single file", "wanted a folder", r"Pass \[path\]"]),
    ("empty", ValueError, ["'empty' without images", "wanted .*png", "Check the path"]),
    ("texts", ValueError, ["without images in it .1 other", "convert"]),
    (
        "nested",
        ValueError,
        ["without images", "'nested/inner'", r"'nested/\*\*/\*.jpg"],
    ),
    ("gooood", FileNotFoundError, ["not exist in the working", "Wanted", "Check"]),
    ("good/b/c", FileNotFoundError, ["nearest folder .*good'", "holds 'a.png'"]),
    ("good/*.jpg", FileNotFoundError, ["No file .*good/", "'good' holds 'a.p", "suff"]),
    ("godo/*.jpg", FileNotFoundError, ["No file .*godo/", "'godo' does not exist"]),
    ("*.jpg", FileNotFoundError, [r"'\.' holds", "Check the suffix"]),
    ("nest*", FileNotFoundError, ["folders only", "image files", r"'nest\*/\*'"]),
    (["good"], ValueError, ["'good' is a folder in", "image files", "by itself"]),
    (["good/a.png", "x.png"], FileNotFoundError, ["1 of 2 .*'x.png'", "Check"]),
    (["broken.png"], ValueError, ["broken.png", "damaged or no image", "replace"]),
]


@pytest.mark.parametrize(("X", "error", "words"), [*ARRAYS, *LISTS, *FILES])
def test_what_is_wrong_is_said(X, error, words, photos):
    with pytest.raises(error) as caught:
        check_images(X, size=8).load(slice(None), 8)
    for word in words:
        assert caught.match(word)


@pytest.mark.parametrize(
    ("X", "words"),
    [
        (
            [GREY, COLOUR],
            [r"Image 1: .*\(8, 9, 3\)", "rgb2gray.image, channel_axis=-1"],
        ),
        ([COLOUR.transpose(2, 0, 1)], ["Image 0: .*3 channels", "channel_axis=0"]),
        ([Image.new("P", (8, 8))], ["Image 0: .*mode P", r"image\.convert\('L'\)"]),
        ("good", ["1 of 1 image files have colours, .*a.png", r"convert\('L'\)"]),
        (TensorDataset(FEW), ["Image 0: .*3 channels", "or train on colours"]),
        (COLOUR[None], ["3 channels", "rgb2gray"]),
    ],
)
def test_a_model_of_grey_images_says_that_it_was_handed_colours(X, words, photos):
    clf = CutOutSSAD(steps=1, image_size=8).fit(
        np.random.default_rng(0).random((4, 8, 8))
    )
    for method in (clf.decision_function, clf.predict_proba, clf.augment):
        with pytest.raises(ValueError, match="trained on") as caught:
            method(X)
        for word in words:
            assert caught.match(word)


def test_one_image_in_a_list_is_the_mend(photos):
    for X in (["good/a.png"], [Image.open("good/a.png")], "good/*", "good"):
        assert check_images(X, size=4).load(slice(None), 4).shape == (1, 3, 4, 4)
