"""Names for the members of a group: given ones, or short ones that tell them apart."""

import inspect
from collections import Counter

from sklearn.pipeline import Pipeline

# Longer values and longer lists of parameters are cut.
VALUE_LENGTH, LIST_LENGTH = 24, 60


def name_detectors(detectors):
    """Return names and detectors of a group.

    Parameters
    ----------
    detectors : list or dict
        Detectors, pairs ``(name, detector)``, or a dict from names to detectors.

    Returns
    -------
    names : list of str
        As given; for a plain list see `distinct_names`.
    members : list
        The detectors, in order.

    Raises
    ------
    TypeError
        If it is neither a list, a tuple nor a dict, or mixes pairs and detectors.
    ValueError
        If it is empty, or two names read the same.
    """
    if isinstance(detectors, dict):
        names, members = [str(key) for key in detectors], list(detectors.values())
    elif isinstance(detectors, list | tuple):
        names, members = _name_list(list(detectors))
    else:
        raise TypeError(
            "detectors must be a list of detectors, a list of (name, detector) pairs "
            "or a dict of names to detectors, "
            f"got {type(detectors).__name__}; put a single detector into a list"
        )
    if not members:
        raise ValueError("detectors is empty; pass at least one detector")
    if len(set(names)) < len(names):
        raise ValueError(f"names of detectors must differ, got {names}; rename some")
    return names, members


def _name_list(members):
    """Return names and detectors of a list of detectors or of pairs."""
    tuples = [member for member in members if isinstance(member, tuple)]
    if not tuples:
        bare = [_unwrap(member) for member in members]
        return distinct_names([_class_label(m) for m in bare], bare), members
    wrong = [m for m in members if not _is_pair(m)]
    if wrong:
        raise TypeError(
            "a list of pairs must hold nothing but (name, detector), got "
            f"{type(wrong[0]).__name__} {wrong[0]!r}; name each detector or none"
        )
    return [str(name) for name, _ in members], [detector for _, detector in members]


def _is_pair(member):
    is_two = isinstance(member, tuple) and len(member) == 2
    return is_two and not hasattr(member[0], "fit")


def _unwrap(member):
    """Return what an adapter stands for."""
    while hasattr(member, "_wrapped"):
        member = member._wrapped
    return member


def _class_label(member):
    """Return the name of a class; those of its steps for a pipeline."""
    if isinstance(member, Pipeline):
        return "+".join(type(step).__name__ for _, step in member.steps)
    return member.__name__ if inspect.isclass(member) else type(member).__name__


def distinct_names(labels, members):
    """Return labels that show in which parameters those that are equal differ.

    Parameters
    ----------
    labels : list of str
        What each member is called, such as its class.
    members : list
        Objects, with ``get_params`` where they have parameters.

    Returns
    -------
    list of str
        ``KNN`` where a label is there once, ``KNN(n_neighbors=5)`` where its members
        differ in a parameter, ``KNN[3]`` with the position where nothing tells it
        apart. All differ.
    """
    parameters = [_parameters(member) for member in members]
    groups = {label: [] for label in labels}
    for label, own in zip(labels, parameters, strict=True):
        groups[label].append(own)
    names = [
        label + _show(own, _differing(groups[label]))
        for label, own in zip(labels, parameters, strict=True)
    ]
    counts = Counter(names)
    return [f"{n}[{i}]" if counts[n] > 1 else n for i, n in enumerate(names)]


def _parameters(member):
    """Return the parameters of an object, those of its parts included."""
    is_object = hasattr(member, "get_params") and not inspect.isclass(member)
    return member.get_params() if is_object else {}


def _differing(peers):
    """Return the names of the parameters in which some of the peers differ."""
    common = [key for key in peers[0] if all(key in peer for peer in peers)]
    keys = [k for k in common if len({_text(peer[k]) for peer in peers}) > 1]
    # A part that differs makes the whole differ, which tells nothing more.
    keys = [k for k in keys if not any(other.startswith(f"{k}__") for other in keys)]
    return [key for key in keys if key != "steps" or len(keys) == 1]


def _text(value):
    """Return a value as one line; a function or a class by its name."""
    return getattr(value, "__name__", None) or " ".join(repr(value).split())


def _show(own, keys):
    """Return some parameters in brackets, as many as are short enough to read."""
    shown = ""
    for key in keys:
        more = f"{key}={_cut(own[key])}"
        if shown and len(shown) + len(more) > LIST_LENGTH:
            break
        shown = f"{shown}, {more}" if shown else more
    return f"({shown})" if shown else ""


def _cut(value):
    """Return a value in few characters; an estimator by the name of its class."""
    if hasattr(value, "get_params"):
        return type(value).__name__
    text = _text(value)
    return text if len(text) <= VALUE_LENGTH else f"{text[: VALUE_LENGTH - 3]}..."
