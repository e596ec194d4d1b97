"""NumPy arrays to bytes of an npz file, and back without pickle."""

import io
import math

from numpy.lib import format as npy

from pyod_ssad.persistence.archive import unzip_members, zip_members
from pyod_ssad.persistence.errors import ModelFileError

KINDS = "biufcUS"
"""Booleans, integers, floats, complex numbers, strings and bytes."""

SUFFIX = ".npy"

READ_HEADER = {
    (1, 0): npy.read_array_header_1_0,
    (2, 0): npy.read_array_header_2_0,
}


def dump_arrays(arrays):
    """Return arrays, a dict by name, as the bytes of an npz file."""
    return zip_members({name + SUFFIX: _dump(array) for name, array in arrays.items()})


def load_arrays(data):
    """Return the arrays of an npz file, a dict by name.

    Raises
    ------
    ModelFileError
        If an array is not of plain numbers or strings, or declares another size than
        it has. Nothing is allocated before.
    """
    members = unzip_members(io.BytesIO(data))
    return {
        name.removesuffix(SUFFIX): _load(name, part) for name, part in members.items()
    }


def _dump(array):
    file = io.BytesIO()
    npy.write_array(file, array, allow_pickle=False)
    return file.getvalue()


def _load(name, data):
    file = io.BytesIO(data)
    version = npy.read_magic(file)
    if version not in READ_HEADER:
        raise ModelFileError(f"Array {name} is of an unknown npy version {version}.")
    shape, _, dtype = READ_HEADER[version](file)
    if dtype.kind not in KINDS:
        raise ModelFileError(
            f"Array {name} holds {dtype}; wanted numbers or strings: others need "
            "pickle, which could run code."
        )
    declared, held = math.prod(shape) * dtype.itemsize, len(data) - file.tell()
    if min(shape, default=0) < 0 or declared != held:
        raise ModelFileError(
            f"Array {name} declares shape {shape} of {dtype} and holds {held} bytes."
        )
    file.seek(0)
    return npy.read_array(file, allow_pickle=False)
