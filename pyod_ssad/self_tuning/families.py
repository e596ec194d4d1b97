"""Names -> families of learnable augmentations."""

import copy

from pyod_ssad.augmentations import AUGMENTATIONS, LearnableAugmentation

LEARNABLE = {
    name: cls
    for name, cls in AUGMENTATIONS.items()
    if issubclass(cls, LearnableAugmentation)
}


def make_families(given):
    """Return a list of learnable augmentations.

    Parameters
    ----------
    given : str, LearnableAugmentation, or list of these
        Names of `LEARNABLE`, or objects, which are copied.

    Raises
    ------
    ValueError
        If one is neither, or the list is empty.
    """
    families = given if isinstance(given, list | tuple) else [given]
    if not families:
        raise ValueError("augmentation is an empty list; name at least one.")
    return [_make_family(family) for family in families]


def _make_family(family):
    if isinstance(family, LearnableAugmentation):
        return copy.deepcopy(family)
    if isinstance(family, str) and family in LEARNABLE:
        return LEARNABLE[family]()
    raise ValueError(
        f"augmentation must be a LearnableAugmentation, one of {list(LEARNABLE)}, or "
        f"a list of these, got {family!r}."
    )
