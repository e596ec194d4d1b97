"""One-class splits: what is normal, what is tested, and errors that help."""

import gzip
import hashlib
import pickle
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
from torchvision.datasets import CIFAR100

from pyod_ssad.datasets import load_one_class
from pyod_ssad.datasets.cifar100 import CIFAR100_CLASSES
from pyod_ssad.datasets.idx import read_idx
from pyod_ssad.datasets.one_class import FASHION_MNIST_CLASSES, FASHION_MNIST_ROOT

needs_fashion_mnist = pytest.mark.skipif(
    not Path(FASHION_MNIST_ROOT).is_dir(), reason="dataset-fashion-mnist not installed"
)


def _idx(array):
    header = bytes([0, 0, 8, array.ndim]) + np.array(array.shape, ">u4").tobytes()
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture
def fashion_root(tmp_path):
    """Two images of each class a split; every pixel is 10 times the class."""
    labels = np.arange(20) % 10
    images = np.tile(labels[:, None, None] * 10, (1, 28, 28))
    for split in ("train", "t10k"):
        (tmp_path / f"{split}-images-idx3-ubyte").write_bytes(_idx(images))
        compressed = gzip.compress(_idx(labels))
        (tmp_path / f"{split}-labels-idx1-ubyte.gz").write_bytes(compressed)
    return tmp_path


def test_idx_files_are_read_compressed_or_not(tmp_path):
    array = np.arange(24).reshape(2, 3, 4)
    (tmp_path / "plain").write_bytes(_idx(array))
    (tmp_path / "small.gz").write_bytes(gzip.compress(_idx(array)))
    for name in ("plain", "small.gz"):
        np.testing.assert_array_equal(read_idx(tmp_path / name), array)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html>not found</html>",
        _idx(np.arange(24).reshape(2, 3, 4))[:-1],
        _idx(np.arange(24).reshape(2, 3, 4))[:10],
        bytes([0, 0, 13, 1, 0, 0, 0, 1, 7]),
    ],
)
def test_broken_idx_files_are_named(tmp_path, content):
    (tmp_path / "labels").write_bytes(content)
    with pytest.raises(ValueError, match="labels cannot be read.*again"):
        read_idx(tmp_path / "labels")
    (tmp_path / "labels.gz").write_bytes(content)
    with pytest.raises(ValueError, match="labels.gz cannot be read.*again"):
        read_idx(tmp_path / "labels.gz")


def test_fashion_mnist_from_files(fashion_root):
    bags = load_one_class("fashion_mnist", "bag", root=fashion_root)
    assert bags.name == "fashion_mnist_bag"
    assert bags.X_train.shape == (2, 28, 28)
    assert (bags.X_train == 80).all()
    assert len(bags.X_test) == 20
    normal = bags.X_test[:, 0, 0] == 80
    np.testing.assert_array_equal(bags.kind_test == "good", normal)
    np.testing.assert_array_equal(bags.y_test, ~normal)
    assert set(bags.kinds) == set(FASHION_MNIST_CLASSES) - {"bag"}
    coats = bags.task("coat")
    assert sorted(coats.X_test[:, 0, 0].tolist()) == [40, 40, 80, 80]
    by_number = load_one_class("fashion_mnist", 8, root=fashion_root)
    assert by_number.name == bags.name


def test_missing_fashion_mnist_says_how_to_get_it(tmp_path):
    with pytest.raises(
        FileNotFoundError,
        match=r"train-images-idx3-ubyte\[.gz\] is missing.*apt-get install "
        r"dataset-fashion-mnist.*root=",
    ):
        load_one_class("fashion_mnist", 0, root=tmp_path)


@needs_fashion_mnist
def test_real_fashion_mnist():
    sneakers = load_one_class("fashion_mnist", "sneaker")
    assert sneakers.X_train.shape == (6000, 28, 28)
    assert sneakers.X_test.shape == (10000, 28, 28)
    assert sneakers.y_test.sum() == 9000
    assert (sneakers.kind_test == "ankle_boot").sum() == 1000
    # Boots reach into the upper quarter of the image, sneakers hardly do.
    boots = sneakers.X_test[sneakers.kind_test == "ankle_boot"]
    assert boots[:, :7].mean() > 10 * sneakers.X_train[:, :7].mean()


def test_digits():
    threes = load_one_class("digits", 3)
    assert threes.name == "digits_3"
    assert threes.X_train.shape[1:] == (8, 8)
    assert threes.X_train.dtype == np.uint8
    assert threes.X_train.max() == 255
    assert len(threes.X_train) == 91
    assert len(threes.X_test) == 899
    assert (threes.y_test == 0).sum() == 92
    assert threes.kinds == tuple("012456789")
    again = load_one_class("digits", "3", random_state=5)
    np.testing.assert_array_equal(threes.X_train, again.X_train)
    np.testing.assert_array_equal(threes.X_test, again.X_test)


def test_digit_splits_share_no_image():
    splits = [load_one_class("digits", digit) for digit in range(10)]
    train = np.concatenate([split.X_train for split in splits])
    assert len(train) + len(splits[0].X_test) == 1797
    everything = np.concatenate([train, splits[0].X_test]).reshape(1797, -1)
    assert len(np.unique(everything, axis=0)) == 1797


def test_subsets_are_drawn_with_shares_kept():
    full = load_one_class("digits", 0)
    some = load_one_class("digits", 0, n_train=20, n_test=100, random_state=1)
    same = load_one_class("digits", 0, n_train=20, n_test=100, random_state=1)
    other = load_one_class("digits", 0, n_train=20, n_test=100, random_state=2)
    assert len(some.X_train) == 20
    _, counts = np.unique(some.kind_test, return_counts=True)
    assert counts.tolist() == [10] * 10
    np.testing.assert_array_equal(some.X_train, same.X_train)
    np.testing.assert_array_equal(some.X_test, same.X_test)
    assert (some.X_train != other.X_train).any()
    whole = {image.tobytes() for image in full.X_train}
    assert len({image.tobytes() for image in some.X_train} & whole) == 20


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("mnist", 0), "name got 'mnist': choose from digits, fashion_mnist"),
        (("digits", 10), "normal_class got 10: choose from 0, 1.*0 to 9"),
        (("fashion_mnist", "boot"), "normal_class got 'boot': choose from t-shirt"),
    ],
)
def test_wrong_names_list_the_right_ones(arguments, message):
    with pytest.raises(ValueError, match=message):
        load_one_class(*arguments)


def test_too_many_images_asked_for():
    with pytest.raises(ValueError, match="500 images were asked for, there are 91"):
        load_one_class("digits", 3, n_train=500)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("cifar10", "cifar-10-batches-py"),
        ("cifar100", "cifar-100-python"),
        ("svhn", "train_32x32.mat"),
    ],
)
def test_missing_torchvision_files_are_named(tmp_path, name, wanted):
    with pytest.raises(FileNotFoundError, match=f"root= is needed, to find {wanted}"):
        load_one_class(name, 0)
    with pytest.raises(FileNotFoundError, match=f"{wanted} is missing.*download=True"):
        load_one_class(name, 0, root=tmp_path)


def test_cifar10_and_svhn_have_channels_last(monkeypatch, tmp_path):
    labels = np.arange(20) % 10
    images = np.tile(labels[:, None, None, None], (1, 32, 32, 3)).astype(np.uint8)
    images[:, 0] = 99

    def cifar10(root, *, train, download):
        assert not download
        return SimpleNamespace(data=images, targets=labels.tolist())

    def svhn(root, *, split, download):
        assert not download
        return SimpleNamespace(data=images.transpose(0, 3, 1, 2), labels=labels)

    monkeypatch.setattr("torchvision.datasets.CIFAR10", cifar10)
    monkeypatch.setattr("torchvision.datasets.SVHN", svhn)
    for name, normal, kind in (("cifar10", "cat", "dog"), ("svhn", "3", "5")):
        dataset = load_one_class(name, normal, root=tmp_path)
        np.testing.assert_array_equal(dataset.X_train, images[[3, 13]])
        np.testing.assert_array_equal(
            dataset.X_test[dataset.kind_test == kind], images[[5, 15]]
        )


# The numbers of the 100 classes, which go by the alphabet, in each superclass.
MEMBERS = {
    "aquatic_mammals": [4, 30, 55, 72, 95],
    "fish": [1, 32, 67, 73, 91],
    "flowers": [54, 62, 70, 82, 92],
    "household_electrical_devices": [22, 39, 40, 86, 87],
    "people": [2, 11, 35, 46, 98],
    "trees": [47, 52, 56, 59, 96],
    "vehicles_1": [8, 13, 48, 58, 90],
    "vehicles_2": [41, 69, 81, 85, 89],
}


@pytest.fixture
def cifar100_root(monkeypatch, tmp_path):
    """One training and two test images a class, whose first pixels are its number."""
    folder = tmp_path / "cifar-100-python"
    folder.mkdir()

    def write(name, content):
        data = pickle.dumps(content)
        (folder / name).write_bytes(data)
        return hashlib.md5(data).hexdigest()

    def split(copies):
        labels = np.tile(np.arange(100), copies)
        pixels = np.zeros((len(labels), 3, 32, 32), dtype=np.uint8)
        pixels[:, 0, 0, 0], pixels[:, 2, 31, 0] = labels, 255
        return {"data": pixels.reshape(-1, 3072), "fine_labels": labels.tolist()}

    monkeypatch.setattr(CIFAR100, "train_list", [["train", write("train", split(1))]])
    monkeypatch.setattr(CIFAR100, "test_list", [["test", write("test", split(2))]])
    md5 = write("meta", {"fine_label_names": [""] * 100})
    monkeypatch.setattr(CIFAR100, "meta", {**CIFAR100.meta, "md5": md5})
    return tmp_path


def test_cifar100_has_the_20_superclasses(cifar100_root):
    seen = []
    for number, name in enumerate(CIFAR100_CLASSES):
        split = load_one_class("cifar100", name, root=cifar100_root)
        assert split.name == f"cifar100_{name}"
        assert split.X_train.shape == (5, 32, 32, 3)
        assert split.X_test.shape == (200, 32, 32, 3)
        assert (split.X_train[:, 31, 0, 2] == 255).all()
        members = split.X_train[:, 0, 0, 0].tolist()
        assert members == MEMBERS.get(name, members)
        is_normal = np.isin(split.X_test[:, 0, 0, 0], members)
        np.testing.assert_array_equal(split.y_test, ~is_normal)
        assert set(split.kinds) == set(CIFAR100_CLASSES) - {name}
        by_number = load_one_class("cifar100", number, root=cifar100_root)
        np.testing.assert_array_equal(by_number.X_train, split.X_train)
        seen += members
    assert sorted(seen) == list(range(100))


def test_a_damaged_cifar100_is_not_read(cifar100_root):
    (cifar100_root / "cifar-100-python" / "train").write_bytes(pickle.dumps({}))
    with pytest.raises(FileNotFoundError, match="cifar-100-python is missing or dam"):
        load_one_class("cifar100", 0, root=cifar100_root)
