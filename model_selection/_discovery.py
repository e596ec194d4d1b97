"""Finding what the files of a package make public, so that one new file is enough."""

import importlib
import pkgutil


def find_public_names(package, path):
    """Return what the modules of a package name in ``__all__``.

    Parameters
    ----------
    package : str
        The package's name.
    path : list of str
        The package's ``__path__``. Modules whose name starts with an underscore are
        left out.

    Returns
    -------
    names : dict of str to object
        Sorted by name.
    """
    found = {}
    for info in pkgutil.iter_modules(path):
        if not info.name.startswith("_"):
            module = importlib.import_module(f"{package}.{info.name}")
            found |= {name: getattr(module, name) for name in module.__all__}
    return dict(sorted(found.items()))
