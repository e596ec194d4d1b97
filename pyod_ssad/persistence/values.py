"""Codecs of values that have no class of this package."""

import math
from pathlib import Path, PurePath

import numpy as np
import torch

from pyod_ssad.persistence.arrays import KINDS
from pyod_ssad.persistence.errors import ModelFileError
from pyod_ssad.persistence.tree import Codec

SCALARS = frozenset(
    ["bool", "str"]
    + [f"{sign}int{bits}" for sign in ("", "u") for bits in (8, 16, 32, 64)]
    + ["float16", "float32", "float64"]
)


class TupleCodec(Codec):
    """Tuples, which come back as tuples."""

    tag = "tuple"

    def fits(self, value):
        """See `Codec`."""
        return type(value) is tuple

    def encode(self, value, writer, path):
        """See `Codec`."""
        return {"items": writer.write_all(value, path)}

    def decode(self, node, reader):
        """See `Codec`."""
        return tuple(reader.read(node["items"]))


class DictCodec(Codec):
    """Dicts whose keys are not all strings."""

    tag = "dict"

    def fits(self, value):
        """See `Codec`."""
        return type(value) is dict

    def encode(self, value, writer, path):
        """See `Codec`."""
        keys = [writer.write(key, (*path, "key")) for key in value]
        values = [writer.write(v, (*path, str(key))) for key, v in value.items()]
        return {"keys": keys, "values": values}

    def decode(self, node, reader):
        """See `Codec`."""
        keys, values = reader.read(node["keys"]), reader.read(node["values"])
        return dict(zip(keys, values, strict=True))


class FloatCodec(Codec):
    """Floats that JSON has no word for."""

    tag = "float"

    def fits(self, value):
        """See `Codec`."""
        return type(value) is float and not math.isfinite(value)

    def encode(self, value, writer, path):
        """See `Codec`."""
        return {"value": repr(value)}

    def decode(self, node, reader):
        """See `Codec`."""
        return float(node["value"])


class ScalarCodec(Codec):
    """NumPy's scalars."""

    tag = "scalar"

    def fits(self, value):
        """See `Codec`."""
        return isinstance(value, np.generic) and _scalar_name(value) in SCALARS

    def encode(self, value, writer, path):
        """See `Codec`."""
        item = writer.write(value.item(), path)
        return {"dtype": _scalar_name(value), "value": item}

    def decode(self, node, reader):
        """See `Codec`."""
        if node["dtype"] not in SCALARS:
            raise ModelFileError(f"Got a scalar of type {node['dtype']!r}.")
        return np.dtype(node["dtype"]).type(reader.read(node["value"]))


def _scalar_name(value):
    return "str" if isinstance(value, np.str_) else value.dtype.name


class ArrayCodec(Codec):
    """Arrays of numbers or strings."""

    tag = "array"

    def fits(self, value):
        """See `Codec`."""
        # joblib's workers get maps of files.
        return type(value) in (np.ndarray, np.memmap) and value.dtype.kind in KINDS

    def encode(self, value, writer, path):
        """See `Codec`."""
        made = np.asarray(value)
        return {"name": writer.keep(writer.arrays, value, path, made)}

    def decode(self, node, reader):
        """See `Codec`."""
        return reader.take("array", node["name"])


class ObjectArrayCodec(Codec):
    """Arrays of objects, one value of the tree each."""

    tag = "objects"

    def fits(self, value):
        """See `Codec`."""
        return type(value) is np.ndarray and value.dtype.kind == "O"

    def encode(self, value, writer, path):
        """See `Codec`."""
        items = writer.write_all(value.ravel().tolist(), path)
        return {"shape": list(value.shape), "items": items}

    def decode(self, node, reader):
        """See `Codec`."""
        items = reader.read(node["items"])
        flat = np.empty(len(items), dtype=object)
        for i, item in enumerate(items):  # Whole lists would become rows.
            flat[i] = item
        return flat.reshape(node["shape"])


class TensorCodec(Codec):
    """Tensors, which come back on the CPU."""

    tag = "tensor"

    def fits(self, value):
        """See `Codec`."""
        return isinstance(value, torch.Tensor) and value.layout is torch.strided

    def encode(self, value, writer, path):
        """See `Codec`."""
        # Copies: safetensors takes no tensors that share memory.
        made = value.detach().cpu().clone(memory_format=torch.contiguous_format)
        return {"name": writer.keep(writer.tensors, value, path, made)}

    def decode(self, node, reader):
        """See `Codec`."""
        return reader.take("tensor", node["name"])


class DeviceCodec(Codec):
    """Devices of torch."""

    tag = "device"

    def fits(self, value):
        """See `Codec`."""
        return isinstance(value, torch.device)

    def encode(self, value, writer, path):
        """See `Codec`."""
        return {"name": str(value)}

    def decode(self, node, reader):
        """See `Codec`."""
        return torch.device(str(node["name"]))


class PathCodec(Codec):
    """Paths; what they lead to is never opened by loading."""

    tag = "path"

    def fits(self, value):
        """See `Codec`."""
        return isinstance(value, PurePath)

    def encode(self, value, writer, path):
        """See `Codec`."""
        return {"value": str(value)}

    def decode(self, node, reader):
        """See `Codec`."""
        return Path(node["value"])


class RandomStateCodec(Codec):
    """Random states as NumPy's legacy generator has them."""

    tag = "random_state"

    def fits(self, value):
        """See `Codec`."""
        return type(value) is np.random.RandomState and (
            value.get_state(legacy=False)["bit_generator"] == "MT19937"
        )

    def encode(self, value, writer, path):
        """See `Codec`."""
        return {"state": writer.write(value.get_state(), path)}

    def decode(self, node, reader):
        """See `Codec`."""
        state = np.random.RandomState()
        state.set_state(reader.read(node["state"]))
        return state


VALUES = [
    TupleCodec(),
    DictCodec(),
    FloatCodec(),
    ScalarCodec(),
    ArrayCodec(),
    ObjectArrayCodec(),
    TensorCodec(),
    DeviceCodec(),
    PathCodec(),
    RandomStateCodec(),
]
