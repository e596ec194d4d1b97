"""Finding what the files of a package define, so that one new file is enough."""

import importlib
import pkgutil


def find_classes(package, path, base):
    """Return the public subclasses of `base` defined in the modules of a package.

    Parameters
    ----------
    package : str
        The package's name.
    path : list of str
        The package's ``__path__``.
    base : type
        The class to look for.

    Returns
    -------
    classes : list of type
        Sorted by name. Modules and classes whose name starts with an underscore are
        left out, and so is `base`.
    """
    classes = {}
    for module_info in pkgutil.iter_modules(path):
        if module_info.name.startswith("_"):
            continue
        module = importlib.import_module(f"{package}.{module_info.name}")
        for name, value in vars(module).items():
            if not name.startswith("_") and _is_defined_in(value, base, module):
                classes[name] = value
    return [classes[name] for name in sorted(classes)]


def _is_defined_in(value, base, module):
    return (
        isinstance(value, type)
        and issubclass(value, base)
        and value is not base
        and value.__module__ == module.__name__
    )
