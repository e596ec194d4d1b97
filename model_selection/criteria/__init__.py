"""The criteria, one file each.

Every class and function that a file defines is public, unless its name starts with an
underscore: the pure functions and the thin classes over them.
"""

from model_selection._discovery import find_public_names

_found = find_public_names(__name__, __path__)

globals().update(_found)

__all__ = list(_found)
