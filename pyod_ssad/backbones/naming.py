"""What networks are called."""

from functools import partial


def name_backbone(backbone):
    """Return a name that tells networks apart, and is the same for copies of one.

    Parameters
    ----------
    backbone : str or callable
        As the detectors take it.

    Returns
    -------
    str
    """
    if isinstance(backbone, str):
        return backbone
    if isinstance(backbone, partial):
        given = [*map(repr, backbone.args)]
        given += [f"{name}={value!r}" for name, value in backbone.keywords.items()]
        return f"{name_backbone(backbone.func)}({', '.join(given)})"
    return getattr(backbone, "__qualname__", type(backbone).__qualname__)
