"""Saving and loading."""

import io
import json
import os
import random
from contextlib import contextmanager

import numpy as np
import torch
from pyod.models.base import BaseDetector
from sklearn.utils.validation import check_is_fitted

from pyod_ssad.persistence.archive import seal, unseal
from pyod_ssad.persistence.arrays import dump_arrays, load_arrays
from pyod_ssad.persistence.atomic import write_atomically
from pyod_ssad.persistence.errors import JOBLIB, ModelFileError
from pyod_ssad.persistence.objects import CustomCodec, ObjectCodec
from pyod_ssad.persistence.registry import name_custom
from pyod_ssad.persistence.tensors import dump_tensors, load_tensors
from pyod_ssad.persistence.tree import Reader, Writer
from pyod_ssad.persistence.values import VALUES
from pyod_ssad.persistence.versions import current_versions, tell_versions
from pyod_ssad.seeding import seeded

CODECS = [*VALUES, CustomCodec(), ObjectCodec()]
CONFIG, TENSORS, ARRAYS = "config.json", "tensors.safetensors", "arrays.npz"
FORMAT, VERSION = "pyod_ssad", 1


def save(model, path):
    """Write a fitted detector or `ModelSelector` to one file, without pickle.

    Parameters
    ----------
    model : object
        A fitted detector of this package or of yours, or a `ModelSelector`.
    path : str or path
        Of the file, with any suffix. What stands there is replaced when the new file
        is on the disk, and kept if anything fails.

    Raises
    ------
    NotFittedError
        If it is not fitted.
    TypeError
        If something cannot be stored without pickle; the error says what, and how.
    FileNotFoundError, IsADirectoryError
        If there is no such folder, or the path is one.

    Notes
    -----
    Stored are parameters, fitted attributes, and the weights of the network. A PyOD
    detector as `density` is stored as its parameters and the embeddings that it was
    fitted on. Before anything is written, all is read back in memory, so that what
    stands in the file can be loaded.

    Classes and functions that are not of this package, such as a backbone's factory or
    a detector of yours, are stored by name: `load` has to be given them.
    """
    check_is_fitted(model)
    data, custom = _dump(model)
    _check_readable(data, custom)
    write_atomically(path, data)


def load(path, *, custom=()):
    """Read a detector or selector that `save` has written; run nothing of the file.

    Parameters
    ----------
    path : str or path
    custom : sequence of classes and functions, optional (default=())
        What the file may name beside the classes of this package: your own detectors
        and augmentations, and functions such as a backbone's factory. They are told by
        their names, ``__qualname__``, and run as the detector runs them.

    Returns
    -------
    model : object
        Scores as the saved one does, bit for bit on the same processor and libraries.

    Raises
    ------
    ModelFileError
        A `ValueError`: the file is damaged, of another kind or version, or names what
        is neither of this package nor in `custom`.
    FileNotFoundError, IsADirectoryError
        If there is no such file, or the path is a folder.

    Notes
    -----
    A forged file can hold any weights and thresholds, so that a detector says whatever
    its maker wants: sums tell damage, not who wrote a file. It can also make a PyOD
    density costly to fit again. It cannot run code.

    Examples
    --------
    >>> import os, tempfile
    >>> import pyod_ssad
    >>> from pyod_ssad.datasets import load_textures
    >>> X = load_textures("brick", size=32).X_train[:20]
    >>> clf = pyod_ssad.CutPasteSSAD(image_size=32, steps=2, random_state=0).fit(X)
    >>> path = os.path.join(tempfile.mkdtemp(), "brick.pyod_ssad")
    >>> clf.save(path)
    >>> loaded = pyod_ssad.load(path)
    >>> (loaded.decision_function(X) == clf.decision_function(X)).all()
    np.True_
    """
    named = name_custom(custom)
    if os.path.isdir(path):
        raise IsADirectoryError(
            f"{os.fspath(path)!r} is a folder; wanted a file that save has written."
        )
    with open(path, "rb") as file, _explaining(path):
        return _load(file, named)


def _dump(model):
    """Return the bytes of a file, and what of others it names."""
    writer = Writer(CODECS)
    try:
        tree = writer.write(model)
    except RecursionError:
        raise TypeError(
            f"A value holds itself, or is nested too deep. {JOBLIB}"
        ) from None
    config = {
        "format": FORMAT,
        "version": VERSION,
        "libraries": current_versions(),
        "model": tree,
    }
    members = {
        CONFIG: json.dumps(config, indent=1, allow_nan=False).encode(),
        TENSORS: dump_tensors(writer.tensors),
        ARRAYS: dump_arrays(writer.arrays),
    }
    return seal(members), writer.custom


def _check_readable(data, custom):
    try:
        _load(io.BytesIO(data), name_custom(custom))
    except Exception as error:
        raise TypeError(
            f"Cannot be saved, since it could not be loaded again: {error} {JOBLIB}"
        ) from error


def _load(file, custom):
    members = unseal(file, (CONFIG, TENSORS, ARRAYS))
    config = _read_config(members[CONFIG])
    arrays, tensors = load_arrays(members[ARRAYS]), load_tensors(members[TENSORS])
    reader = Reader(CODECS, arrays, tensors, custom, config["libraries"])
    with _global_generators():
        model = reader.read(config["model"])
    if not isinstance(model, BaseDetector):
        raise ModelFileError(f"The file holds {type(model).__name__}, no detector.")
    reader.check_all_used()
    return model


def _read_config(data):
    config = json.loads(data)
    if not isinstance(config, dict) or config.get("format") != FORMAT:
        raise ModelFileError("It is no model file of pyod_ssad.")
    if config.get("version") != VERSION:
        raise ModelFileError(
            f"It has version {config.get('version')!r} of the format; this release "
            f"reads {VERSION}. Install the pyod_ssad that wrote it: "
            f"{tell_versions(config.get('libraries', {}))}."
        )
    return config


@contextmanager
def _explaining(path):
    """Tell which file it was, and what may have happened to it."""
    try:
        yield
    except ModelFileError as error:
        raise ModelFileError(f"{os.fspath(path)!r} was not loaded. {error}") from error
    except Exception as error:
        raise ModelFileError(
            f"{os.fspath(path)!r} was not loaded. Got {type(error).__name__}: {error}; "
            "wanted a file as save writes it. It is damaged, or of another kind. If it "
            "is one of joblib's that you trust, read it with joblib.load."
        ) from error


@contextmanager
def _global_generators():
    """Leave the global random generators as they are, whatever constructors do."""
    python, legacy = random.getstate(), np.random.get_state()  # noqa: NPY002
    try:
        with seeded(0, torch.device("cpu")):
            yield
    finally:
        random.setstate(python)
        np.random.set_state(legacy)  # noqa: NPY002
