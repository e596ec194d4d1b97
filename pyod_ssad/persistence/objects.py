"""Codecs of objects of the allow-list, and of what users pass to `load`."""

from pyod_ssad.persistence.errors import ModelFileError
from pyod_ssad.persistence.kinds import kind_of
from pyod_ssad.persistence.registry import (
    check_welcome,
    get_custom,
    get_listed,
    has_name,
    is_listed,
    is_welcome,
)
from pyod_ssad.persistence.tree import Codec

ATTRIBUTES = ("parameters", "arguments", "state")
"""Parts that are attributes of the object, whose names say enough."""


class CustomCodec(Codec):
    """Classes and functions of users: the name alone, for `load` to be given them."""

    tag = "custom"

    def fits(self, value):
        """See `Codec`."""
        return has_name(value)

    def encode(self, value, writer, path):
        """See `Codec`."""
        writer.custom.append(value)
        return {"name": value.__qualname__}

    def decode(self, node, reader):
        """See `Codec`."""
        return get_custom(node["name"], reader.custom)


class ObjectCodec(Codec):
    """Objects of classes that the file may name."""

    tag = "object"

    def fits(self, value):
        """See `Codec`."""
        return is_listed(type(value)) or is_welcome(type(value))

    def encode(self, value, writer, path):
        """See `Codec`."""
        if id(value) in writer.objects:
            return {"same": writer.objects[id(value)][0]}
        number = len(writer.objects)
        # The object is kept alive, so that nothing else gets its id.
        writer.objects[id(value)] = number, value
        parts = kind_of(type(value)).take_apart(value)
        written = {
            name: writer.write(part, path if name in ATTRIBUTES else (*path, name))
            for name, part in parts.items()
        }
        cls = type(value)
        name = cls.__name__ if is_listed(cls) else writer.write(cls, path)
        return {"class": name, "number": number, "parts": written}

    def decode(self, node, reader):
        """See `Codec`."""
        if "same" in node:
            if node["same"] not in reader.objects:
                raise ModelFileError(f"There is no object {node['same']!r} before.")
            return reader.objects[node["same"]]
        cls = self._find(reader.read(node["class"]))
        parts = {name: reader.read(part) for name, part in node["parts"].items()}
        made = kind_of(cls).put_together(cls, parts, reader)
        reader.objects[node["number"]] = made
        return made

    def _find(self, found):
        """Return the class of a name, or what a user has passed for it."""
        return get_listed(found) if isinstance(found, str) else check_welcome(found)
