"""Nested values to what JSON can hold, and back.

None, booleans, integers, finite floats, strings, lists, and dicts with plain keys stay
as they are. Everything else becomes a JSON object with a ``"$type"``, which says which
codec reads it; arrays and tensors are kept apart, and the tree holds their names.
"""

import math
import re

from pyod_ssad.persistence.errors import JOBLIB, ModelFileError

TYPE = "$type"
PLAIN = (type(None), bool, int, str)


class Codec:
    """How values of one kind are stored.

    Attributes
    ----------
    tag : str
        The ``"$type"`` of its nodes.
    """

    tag: str

    def fits(self, value):
        """Say whether a value is of this kind."""
        raise NotImplementedError

    def encode(self, value, writer, path):
        """Return a dict of what JSON can hold, without the tag."""
        raise NotImplementedError

    def decode(self, node, reader):
        """Return the value of a node that `encode` made, or that somebody forged."""
        raise NotImplementedError


class Writer:
    """Turns values into trees.

    Parameters
    ----------
    codecs : list of Codec
        The first that fits is taken.

    Attributes
    ----------
    arrays, tensors : dict
        By name, what the tree refers to.
    objects : dict
        By id, the number of each object in the tree, and the object.
    custom : list
        Classes and functions, not of this package, that the tree refers to by name.
    """

    def __init__(self, codecs):
        self.arrays = {}
        self.tensors = {}
        self.objects = {}
        self.custom = []
        self._codecs = codecs
        self._names = {}

    def write(self, value, path=()):
        """Return the tree of a value.

        Parameters
        ----------
        value : object
        path : tuple of str
            Where the value is, for names and errors.

        Raises
        ------
        TypeError
            If something in it cannot be stored; it says where.
        """
        if type(value) in PLAIN or (type(value) is float and math.isfinite(value)):
            return value
        if type(value) is list:
            return self.write_all(value, path)
        if is_plain_dict(value):
            return {key: self.write(v, (*path, key)) for key, v in value.items()}
        for codec in self._codecs:
            if codec.fits(value):
                return {TYPE: codec.tag, **codec.encode(value, self, path)}
        raise TypeError(
            f"{where(path)} is {describe(value)}, which cannot be stored without "
            f"pickle. {_mend(value)}{JOBLIB}"
        )

    def write_all(self, values, path):
        """Return the trees of several values, as a list."""
        return [self.write(v, (*path, str(i))) for i, v in enumerate(values)]

    def keep(self, store, value, path, made):
        """Keep an array or tensor apart, once, and return its name.

        Parameters
        ----------
        store : dict
            `arrays` or `tensors`.
        value : object
            What is known again when it comes a second time.
        path : tuple of str
        made : object
            What is stored of it.
        """
        if id(value) not in self._names:
            name = unused_name(store, path)
            store[name] = made
            # The value is kept alive, so that nothing else gets its id.
            self._names[id(value)] = name, value
        return self._names[id(value)][0]


class Reader:
    """Turns trees into values.

    Parameters
    ----------
    codecs : list of Codec
    arrays, tensors : dict
        By name, what the tree refers to.
    custom : dict
        By name, the classes and functions of others that may be used.
    versions : dict of str to str
        Of the libraries that the tree was written with.

    Attributes
    ----------
    objects : dict
        By number, the objects that were read.
    """

    def __init__(self, codecs, arrays, tensors, custom, versions):
        self.custom = custom
        self.versions = versions
        self.objects = {}
        self._codecs = {codec.tag: codec for codec in codecs}
        self._parts = {"array": arrays, "tensor": tensors}
        self._used = {"array": set(), "tensor": set()}

    def read(self, node):
        """Return the value of a tree.

        Raises
        ------
        ModelFileError
            If the tree holds what no codec knows.
        """
        if isinstance(node, list):
            return [self.read(part) for part in node]
        if not isinstance(node, dict):
            return node
        if TYPE not in node:
            return {key: self.read(value) for key, value in node.items()}
        if not isinstance(node[TYPE], str) or node[TYPE] not in self._codecs:
            raise ModelFileError(
                f"Got a value of type {node[TYPE]!r}; known: {list(self._codecs)}."
            )
        return self._codecs[node[TYPE]].decode(node, self)

    def take(self, kind, name):
        """Return the array or tensor of a name."""
        if name not in self._parts[kind]:
            raise ModelFileError(f"The file lacks the {kind} {name!r} that it names.")
        self._used[kind].add(name)
        return self._parts[kind][name]

    def check_all_used(self):
        """Raise if the file holds arrays or tensors that it does not name."""
        for kind, parts in self._parts.items():
            extra = sorted(set(parts) - self._used[kind])
            if extra:
                raise ModelFileError(f"The file holds {kind}s without use: {extra}.")


def is_plain_dict(value):
    """Say whether a dict needs no codec: JSON has keys of strings only."""
    return type(value) is dict and all(
        type(key) is str and key != TYPE for key in value
    )


def unused_name(store, path):
    """Return a name that tells where a value is, and is safe in any archive."""
    name = re.sub(r"[^A-Za-z0-9_.]+", "_", ".".join(path)) or "_"
    # Archives allow no name that starts with a dot.
    name = name if name[0] != "." else f"_{name}"
    while name in store:
        name += "_"
    return name


def where(path):
    """Return a path as one reads it."""
    return ".".join(path) or "The object"


def describe(value):
    """Return what a value is, in few words."""
    name = getattr(value, "__name__", repr(value))
    shown = name if len(name) <= 60 else name[:57] + "..."
    return f"a {type(value).__module__}.{type(value).__qualname__}, {shown}"


def _mend(value):
    if isinstance(value, type) or not callable(value):
        return ""
    return "Make it a function written with def, which load is then given by you. "
