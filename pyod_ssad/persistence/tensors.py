"""Tensors to bytes of a safetensors file, and back."""

from safetensors.torch import load, save


def dump_tensors(tensors):
    """Return tensors, a dict by name, as the bytes of a safetensors file."""
    return save(tensors)


def load_tensors(data):
    """Return the tensors of a safetensors file, a dict by name.

    The library holds the header's shapes against the bytes before it makes any.
    """
    return load(data)
