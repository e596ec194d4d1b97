"""Model files without pickle: nothing that a file holds is ever run.

``clf.save(path)`` writes a detector or a `model_selection.ModelSelector`, and
`pyod_ssad.load` reads it. A file is a zip archive of four members, stored without
compression:

``config.json``
    Versions, classes by their names, parameters, plain fitted values.
``tensors.safetensors``
    The weights of networks, and what else is a tensor.
``arrays.npz``
    NumPy arrays, read with ``allow_pickle=False``.
``SHA256SUMS``
    The SHA-256 of the others, as ``sha256sum --check`` reads them.
"""

from pyod_ssad.persistence.errors import ModelFileError
from pyod_ssad.persistence.files import load, save

__all__ = ["ModelFileError", "load", "save"]
