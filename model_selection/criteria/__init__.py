"""The criteria, one file each or one a family of close ones.

A file names in ``__all__`` what it makes public: the pure functions and the classes.
"""

from model_selection._discovery import find_public_names

globals().update(find_public_names(__name__, __path__))

__all__ = sorted(find_public_names(__name__, __path__))
