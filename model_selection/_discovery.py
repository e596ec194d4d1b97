"""Finding what the files of a package define, so that one new file is enough."""

import importlib
import inspect
import pkgutil


def find_public_names(package, path):
    """Return the classes and functions that the modules of a package define.

    Parameters
    ----------
    package, path
        The package's ``__name__`` and ``__path__``.

    Returns
    -------
    names : dict of str to object
        Sorted by name. Modules, classes and functions whose name starts with an
        underscore are left out, and so is what a module has imported.
    """
    found = {}
    for info in pkgutil.iter_modules(path):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{package}.{info.name}")
        for name, value in vars(module).items():
            if not name.startswith("_") and _is_defined_in(value, module):
                found[name] = value
    return dict(sorted(found.items()))


def _is_defined_in(value, module):
    """Say whether this is a class or a function of this very module."""
    is_code = inspect.isclass(value) or inspect.isfunction(value)
    return is_code and value.__module__ == module.__name__
