"""Image folders in the layout of MVTec AD, which MPDD, VisA and others share."""

from pathlib import Path

import numpy as np

from pyod_ssad.datasets.anomaly_dataset import GOOD, AnomalyDataset
from pyod_ssad.images.files import IMAGE_SUFFIXES

LAYOUT = (
    "<root>/<object>/train/good, <root>/<object>/test/<kind> (one of them 'good') and, "
    "if there are masks, <root>/<object>/ground_truth/<kind>"
)


def load_mvtec_style(root, object_name):
    """Read one object of a folder laid out like MVTec AD.

    The layout is `<object>/train/good/*`, `<object>/test/good/*`,
    `<object>/test/<kind>/*` and, optionally, `<object>/ground_truth/<kind>/*` with
    masks named `<image>_mask.png` or like their image. Files end as
    `pyod_ssad.images.files.IMAGE_SUFFIXES` says, in either case; hidden ones are
    ignored.

    Parameters
    ----------
    root : path
        The folder that holds the objects.
    object_name : str
        One of `list_objects(root)`.

    Returns
    -------
    AnomalyDataset
        Images and masks are lists of paths, sorted by kind ("good" first) and file
        name. Nothing is decoded: pass the lists to a detector, or call `resized`.

    Raises
    ------
    FileNotFoundError
        If the root, the object or a folder that it needs is missing.
    ValueError
        If a folder is empty or holds something other than images.
    """
    folder = _object_folder(Path(root).expanduser(), object_name)
    train = _image_files(folder / "train" / GOOD)
    kinds = [GOOD, *(k for k in _subfolders(folder / "test") if k != GOOD)]
    images, labels, masks = [], [], []
    for kind in kinds:
        of_kind = _image_files(folder / "test" / kind)
        images += of_kind
        labels += [kind] * len(of_kind)
        masks += _matching_masks(of_kind, folder / "ground_truth" / kind)
    return AnomalyDataset(
        name=object_name,
        X_train=train,
        X_test=images,
        kind_test=np.array(labels),
        masks_test=masks if any(masks) else None,
    )


def list_objects(root):
    """Name the objects in a folder laid out like MVTec AD.

    Parameters
    ----------
    root : path
        The folder that holds the objects.

    Returns
    -------
    list of str
        The subfolders that have a `train/good`, sorted.

    Raises
    ------
    FileNotFoundError
        If the root is missing.
    """
    root = Path(root).expanduser()
    return [
        name for name in _subfolders(root) if (root / name / "train" / GOOD).is_dir()
    ]


def _object_folder(root, object_name):
    folder = root / object_name
    if not folder.is_dir():
        objects = ", ".join(list_objects(root)) or "no object"
        raise FileNotFoundError(
            f"{folder} is missing; {root} holds {objects}. Pass the name of one of its "
            f"objects; wanted is {LAYOUT}."
        )
    return folder


def _subfolders(folder):
    return sorted(entry.name for entry in _entries(folder) if entry.is_dir())


def _image_files(folder):
    files = _entries(folder)
    for file in files:
        if not file.is_file() or file.suffix.lower() not in IMAGE_SUFFIXES:
            raise ValueError(
                f"{file} is no image file: wanted are {', '.join(IMAGE_SUFFIXES)}. "
                "Convert it, or move it out of the folder."
            )
    if not files:
        raise ValueError(
            f"{folder} is empty: put images into it ({', '.join(IMAGE_SUFFIXES)}), or "
            "remove it if it names a kind of anomaly."
        )
    return files


def _entries(folder):
    """List what a folder holds, sorted, without hidden entries."""
    if not folder.is_dir():
        raise FileNotFoundError(
            f"{folder} is missing or no folder: check the path; wanted is {LAYOUT}."
        )
    return sorted(entry for entry in folder.iterdir() if entry.name[0] != ".")


def _matching_masks(images, folder):
    if not folder.is_dir():
        return [None] * len(images)
    masks = {file.stem: file for file in _image_files(folder)}
    return [masks.get(f"{i.stem}_mask", masks.get(i.stem)) for i in images]
