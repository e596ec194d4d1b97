"""Names, objects, transforms and functions -> augmentations."""

from pyod_ssad.augmentations._finite import FiniteAugmentation
from pyod_ssad.augmentations._wrapped import as_augmentation
from pyod_ssad.suggesting import check_choice


def make_augmentation(given, parameter="augmentation"):
    """Return a new augmentation.

    Parameters
    ----------
    given : str, Augmentation, transform or callable
        A name of `pyod_ssad.augmentations.AUGMENTATIONS`, or what `as_augmentation`
        takes.
    parameter : str, optional (default="augmentation")
        What messages call it.

    Raises
    ------
    ValueError
        If it is none of these.
    """
    from pyod_ssad.augmentations import AUGMENTATIONS

    if not isinstance(given, str):
        return as_augmentation(given)
    check_choice(parameter, given, AUGMENTATIONS)
    return AUGMENTATIONS[given]()


def make_transforms(given, parameter="transforms"):
    """Return a new augmentation of a few fixed transforms.

    Parameters
    ----------
    given : str or FiniteAugmentation
        Such as "quarterturns" or ``GeometricTransforms(shift=0)``.
    parameter : str, optional (default="transforms")
        What messages call it.

    Raises
    ------
    ValueError
        If it is none.
    """
    made = make_augmentation(given, parameter)
    if not isinstance(made, FiniteAugmentation):
        raise ValueError(
            f"{parameter} must be an augmentation of a few fixed transforms, such as "
            f"QuarterTurns(), GeometricTransforms() or HalfSwaps(), got {given!r}."
        )
    return made
