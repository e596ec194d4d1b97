"""The IDX format, in which MNIST and its relatives are published."""

import gzip
import math
import zlib
from pathlib import Path

import numpy as np

UNSIGNED_BYTE = 8


def read_idx(path):
    """Read an IDX file of unsigned bytes, compressed with gzip or not.

    The format is two zero bytes, the type, the number of dimensions, each dimension as
    a big-endian 32-bit integer, then the values.

    Parameters
    ----------
    path : path
        A file whose name ends in ".gz" is decompressed.

    Returns
    -------
    ndarray of uint8
        In the shape that the file states.

    Raises
    ------
    ValueError
        If the file is no IDX file of unsigned bytes, or is cut short.
    """
    content = _content(Path(path))
    if len(content) < 4 or content[:3] != bytes([0, 0, UNSIGNED_BYTE]):
        raise _broken(path, "it does not begin like an IDX file of unsigned bytes")
    start = 4 + 4 * content[3]
    if len(content) < start:
        raise _broken(path, "it ends within its header")
    shape = np.frombuffer(content[4:start], dtype=">u4").tolist()
    values = np.frombuffer(content[start:], dtype=np.uint8)
    if values.size != math.prod(shape):
        raise _broken(path, f"its {values.size} values do not fill the shape {shape}")
    return values.reshape(shape)


def _content(path):
    if path.suffix != ".gz":
        return path.read_bytes()
    try:
        return gzip.decompress(path.read_bytes())
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise _broken(path, str(error)) from error


def _broken(path, reason):
    return ValueError(f"{path} cannot be read: {reason}. Fetch the file again.")
