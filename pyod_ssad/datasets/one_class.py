"""One-class splits of labelled data sets: one class is normal, all others anomalous."""

from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits
from sklearn.model_selection import train_test_split

from pyod_ssad.datasets.anomaly_dataset import GOOD, AnomalyDataset
from pyod_ssad.datasets.cifar100 import CIFAR100_CLASSES, to_superclasses
from pyod_ssad.datasets.idx import read_idx

FASHION_MNIST_ROOT = "/usr/share/datasets/fashion-mnist"

DIGITS = tuple("0123456789")
FASHION_MNIST_CLASSES = (
    "t-shirt",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle_boot",
)
CIFAR10_CLASSES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)


def load_one_class(
    name, normal_class, *, root=None, n_train=None, n_test=None, random_state=0
):
    """Take one class of a labelled data set as normal and the others as anomalous.

    Trained is on the normal class of the training split only; tested on the whole test
    split, where the kind of an anomaly is its class. Nothing is downloaded.

    Parameters
    ----------
    name : {"digits", "fashion_mnist", "cifar10", "cifar100", "svhn"}
        - "digits": scikit-learn's, 1,797 images of 8 x 8 pixels, gray. It has no test
          split: a fixed half of each class is taken.
        - "fashion_mnist": 70,000 images of 28 x 28 pixels, gray, from the four IDX
          files, gzipped or not.
        - "cifar10": 60,000 images of 32 x 32 pixels, RGB, from the folder
          cifar-10-batches-py.
        - "cifar100": 60,000 images of 32 x 32 pixels, RGB, from the folder
          cifar-100-python. The classes are the 20 superclasses, as in the papers.
        - "svhn": 99,289 images of 32 x 32 pixels, RGB, from train_32x32.mat and
          test_32x32.mat.
    normal_class : str or int
        The class that is normal, by its name or its number.
    root : path, default=None
        The folder that holds the files. None works for "digits", which needs none,
        and for "fashion_mnist" where Debian's package dataset-fashion-mnist is
        installed.
    n_train : int, default=None
        Take that many training images only, drawn without replacement.
    n_test : int, default=None
        Take that many test images only, with the shares of the classes kept.
    random_state : int, RandomState or None, default=0
        Seed of the draws for `n_train` and `n_test`.

    Returns
    -------
    AnomalyDataset
        Named "name_class", with uint8 images and no masks.

    Raises
    ------
    ValueError
        If the name or the class is unknown, or there are fewer images than asked for.
    FileNotFoundError
        If the files are not there; the message says which, and how to get them.

    Examples
    --------
    >>> from pyod_ssad.datasets import load_one_class
    >>> load_one_class("digits", 3).task("8")
    AnomalyDataset('digits_3/8', train 91, test: good 92, 8 87)
    """
    classes = class_names(name)
    read = _SPLITS[name][0]
    label = _label(normal_class, classes)
    (X_train, y_train), (X_test, y_test) = read(root)
    train = _subset(np.flatnonzero(y_train == label), n_train, random_state)
    test = _subset(np.arange(len(y_test)), n_test, random_state, shares=y_test)
    kinds = np.array([GOOD if i == label else c for i, c in enumerate(classes)])
    return AnomalyDataset(
        name=f"{name}_{classes[label]}",
        X_train=X_train[train],
        X_test=X_test[test],
        kind_test=kinds[y_test[test]],
    )


def class_names(name):
    """Return the names of the classes of a data set that `load_one_class` knows.

    Raises
    ------
    ValueError
        If the name is unknown.
    """
    if name not in _SPLITS:
        raise ValueError(f"name got {name!r}: choose from {', '.join(_SPLITS)}.")
    return _SPLITS[name][1]


def _label(normal_class, classes):
    if normal_class in classes:
        return classes.index(normal_class)
    if normal_class in range(len(classes)):
        return int(normal_class)
    raise ValueError(
        f"normal_class got {normal_class!r}: choose from {', '.join(classes)}, or a "
        f"number from 0 to {len(classes) - 1}."
    )


def _subset(index, n, random_state, shares=None):
    """Draw n entries of an index, in their old order."""
    if n is None or n == len(index):
        return index
    if not 0 < n < len(index):
        raise ValueError(f"{n} images were asked for, there are {len(index)}.")
    kept, _ = train_test_split(
        index, train_size=n, stratify=shares, random_state=random_state
    )
    return np.sort(kept)


def _read_digits(root):
    if root is not None:
        raise ValueError("digits come with scikit-learn: leave root=None.")
    values, labels = load_digits(return_X_y=True)
    images = np.rint(values * (255 / 16)).astype(np.uint8).reshape(-1, 8, 8)
    X_train, X_test, y_train, y_test = train_test_split(
        images, labels, test_size=0.5, stratify=labels, random_state=0
    )
    return (X_train, y_train), (X_test, y_test)


def _read_fashion_mnist(root):
    folder = Path(FASHION_MNIST_ROOT if root is None else root).expanduser()
    return tuple(
        (
            read_idx(_idx_file(folder, f"{split}-images-idx3-ubyte")),
            read_idx(_idx_file(folder, f"{split}-labels-idx1-ubyte")),
        )
        for split in ("train", "t10k")
    )


def _idx_file(folder, stem):
    for file in (folder / stem, folder / f"{stem}.gz"):
        if file.is_file():
            return file
    raise FileNotFoundError(
        f"{folder / stem}[.gz] is missing. On Debian or Ubuntu run `apt-get install "
        "dataset-fashion-mnist`, or pass root=, the folder that holds the four IDX "
        "files of Fashion-MNIST."
    )


def _read_cifar10(root):
    from torchvision.datasets import CIFAR10

    splits = [
        _open_torchvision(CIFAR10, root, "cifar-10-batches-py", train=train)
        for train in (True, False)
    ]
    return tuple((split.data, np.array(split.targets)) for split in splits)


def _read_cifar100(root):
    from torchvision.datasets import CIFAR100

    splits = [
        _open_torchvision(CIFAR100, root, "cifar-100-python", train=train)
        for train in (True, False)
    ]
    return tuple((split.data, to_superclasses(split.targets)) for split in splits)


def _read_svhn(root):
    from torchvision.datasets import SVHN

    splits = [
        _open_torchvision(SVHN, root, f"{split}_32x32.mat", split=split)
        for split in ("train", "test")
    ]
    return tuple((split.data.transpose(0, 2, 3, 1), split.labels) for split in splits)


def _open_torchvision(dataset, root, wanted, **split):
    """Open a torchvision data set, never downloading it."""
    mend = (
        f"Get it with torchvision.datasets.{dataset.__name__}(root, download=True), or "
        "pass root=, the folder that holds it."
    )
    if root is None:
        raise FileNotFoundError(f"root= is needed, to find {wanted}. {mend}")
    folder = Path(root).expanduser()
    try:
        return dataset(folder, download=False, **split)
    except RuntimeError as error:
        raise FileNotFoundError(
            f"{folder / wanted} is missing or damaged. {mend}"
        ) from error


_SPLITS = {
    "digits": (_read_digits, DIGITS),
    "fashion_mnist": (_read_fashion_mnist, FASHION_MNIST_CLASSES),
    "cifar10": (_read_cifar10, CIFAR10_CLASSES),
    "cifar100": (_read_cifar100, CIFAR100_CLASSES),
    "svhn": (_read_svhn, DIGITS),
}
