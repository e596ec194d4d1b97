"""What users are told of files: what was got, what is wanted, and the likely mend."""

import hashlib
import zipfile
from functools import partial

import numpy as np
import pytest
from pyod.models.lof import LOF
from pythresh.thresholds.dsn import DSN
from sklearn.exceptions import NotFittedError
from torchvision.transforms import v2

import pyod_ssad
from model_selection import ModelSelector
from pyod_ssad import AugmentationSSAD, CutPasteSSAD
from pyod_ssad.augmentations import Augmentation
from pyod_ssad.backbones import SmallCNN
from pyod_ssad.persistence import ModelFileError
from pyod_ssad.persistence.archive import SUMS
from tests.pyod_ssad.persistence import own


class Forgets(Augmentation):
    def __init__(self, width=0.5):
        super().__init__()
        self.half = width / 2

    def sample(self, shape, generator=None):
        return {}

    def apply(self, images, parameters):
        return images * self.half


class Doubles(Forgets):
    def __init__(self, width=0.5):
        super().__init__(width)
        self.width = 2 * width


class OwnLOF(LOF):
    """A detector of a user."""


def save(cls=CutPasteSSAD, **parameters):
    return lambda path: own.fit(cls, **parameters).save(path)


def save_at(name):
    return lambda path: own.fit().save(path / name)


def save_with(**changed):
    def do(path):
        clf = own.fit()
        vars(clf).update(changed)
        clf.save(path / "clf")

    return do


def load(custom, cls=CutPasteSSAD, **parameters):
    def do(path):
        own.fit(cls, **parameters).save(path / "clf")
        pyod_ssad.load(path / "clf", custom=custom)

    return do


def save_unfitted(path):
    CutPasteSSAD().save(path / "clf")


def save_unfitted_selector(path):
    ModelSelector([CutPasteSSAD()]).save(path / "clf")


def load_what_joblib_wrote(path):
    (path / "clf").write_bytes(b"\x80\x04")
    pyod_ssad.load(path / "clf")


def hold_itself(path):
    loop = []
    loop.append(loop)
    save_with(loop_=loop)(path)


def be_part_of_itself(path):
    clf = own.fit()
    clf.self_ = clf
    clf.save(path / "clf")


def twice(name):
    return type(name, (), {}), type(name, (), {})


MESSAGES = [
    (save_at("."), IsADirectoryError, ["is a folder", "wanted", "detector.pyod_ssad"]),
    (save_at("no/clf"), FileNotFoundError, ["no folder", "clf", "make it first"]),
    (save_unfitted, NotFittedError, ["CutPasteSSAD", "fit"]),
    (save_unfitted_selector, NotFittedError, ["ModelSelector", "fit"]),
    (
        save_with(backbone=lambda: None),
        TypeError,
        [
            "backbone is",
            "<lambda>",
            "without pickle",
            "written with def",
            "joblib.dump",
        ],
    ),
    (
        save_with(backbone=partial(own.thin_cnn)),
        TypeError,
        ["backbone is", "partial", "written with def", "joblib.dump"],
    ),
    (
        save_with(model_=v2.GaussianBlur(3)),
        TypeError,
        ["model_ is", "GaussianBlur", "without pickle", "joblib.dump"],
    ),
    (
        save_with(words_={"a set"}),
        TypeError,
        ["words_ is a builtins.set", "joblib.dump"],
    ),
    (hold_itself, TypeError, ["holds itself", "joblib.dump"]),
    (be_part_of_itself, TypeError, ["could not be loaded again", "joblib.dump"]),
    (
        save_with(contamination=DSN()),
        TypeError,
        ["contamination is", "DSN", "joblib.dump"],
    ),
    (
        save_with(augmentation_=Forgets()),
        TypeError,
        ["Forgets does not keep", "['width']", "self.width = width"],
    ),
    (
        save_with(augmentation_=Doubles(0.25)),
        TypeError,
        ["Doubles(width=0.5) has width=1.0", "kept as they were given"],
    ),
    (
        save_with(predict=3),
        TypeError,
        ["could not be loaded again", "no attribute 'predict'"],
    ),
    (lambda path: pyod_ssad.load(path), IsADirectoryError, ["is a folder", "wanted"]),
    (lambda path: pyod_ssad.load(path / "no"), FileNotFoundError, ["no"]),
    (load_what_joblib_wrote, ModelFileError, ["not a zip file", "joblib.load"]),
    (
        load([]),
        ModelFileError,
        ["needs 'thin_cnn'", "custom=[thin_cnn]", "It was given []"],
    ),
    (
        load([own.thin_cnn], own.StripeSSAD),
        ModelFileError,
        ["not of this package", "custom=["],
    ),
    (
        load([own.thin_cnn], AugmentationSSAD, augmentation=own.brighten),
        ModelFileError,
        ["needs 'brighten'", "custom=[brighten]"],
    ),
    (
        load([own.thin_cnn], density=OwnLOF(n_neighbors=2)),
        ModelFileError,
        ["needs 'OwnLOF'", "custom=[OwnLOF]"],
    ),
    (load(["thin_cnn"]), TypeError, ["'thin_cnn'", "wanted classes and functions"]),
    (load([own.Stripe()]), TypeError, ["Stripe", "not their names or instances"]),
    (load(twice("A")), ValueError, ["two named 'A'", "rename one"]),
]


@pytest.mark.parametrize(("do", "error", "words"), MESSAGES)
def test_what_users_are_told(do, error, words, tmp_path):
    with pytest.raises(error) as caught:
        do(tmp_path)
    for word in words:
        assert word in str(caught.value)


def test_another_factory_under_the_name_is_told(tmp_path):
    own.fit().save(tmp_path / "clf")

    def thin_cnn():
        return SmallCNN((4, 16))

    thin_cnn.__qualname__ = "thin_cnn"
    with pytest.raises(ModelFileError, match="the very factory that the detector"):
        pyod_ssad.load(tmp_path / "clf", custom=[thin_cnn])


def test_a_class_with_a_name_of_the_list_is_not_taken_for_it(tmp_path):
    other = type("CutPasteSSAD", (CutPasteSSAD,), {"preprocess": lambda s, X: 1 - X})
    own.fit(other).save(tmp_path / "clf")
    with pytest.raises(ModelFileError, match="not of this package"):
        pyod_ssad.load(tmp_path / "clf", custom=[own.thin_cnn])
    loaded = pyod_ssad.load(tmp_path / "clf", custom=[own.thin_cnn, other])
    assert type(loaded) is other


def test_sums_can_be_checked_by_other_tools(tmp_path):
    own.fit().save(tmp_path / "clf")
    with zipfile.ZipFile(tmp_path / "clf") as archive:
        lines = archive.read(SUMS).decode().splitlines()
        assert len(lines) == 3
        for line in lines:
            digest, name = line.split("  ")
            assert hashlib.sha256(archive.read(name)).hexdigest() == digest


def test_masked_arrays_are_not_taken_for_plain(tmp_path):
    with pytest.raises(TypeError, match="MaskedArray"):
        save_with(bank_=np.ma.masked_array([1, 2], [0, 1]))(tmp_path)
