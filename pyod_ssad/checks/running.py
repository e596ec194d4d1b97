"""Which checks fit a subject, and running them."""

from pyod_ssad.augmentations import Augmentation, LearnableAugmentation
from pyod_ssad.augmentations._wrapped import as_augmentation
from pyod_ssad.base import BaseSSAD
from pyod_ssad.checks import (
    _augmentations,
    _augmenting,
    _bad_input,
    _contract,
    _files,
    _images,
    _learnable,
    _maps,
    _reproducibility,
    _scores,
    _training,
)
from pyod_ssad.checks._subject import Subject
from pyod_ssad.image_detector import BaseImageDetector


def check_detector(detector):
    """Run every check on a detector: PyOD's contract and ours, with values.

    Parameters
    ----------
    detector : BaseImageDetector
        Unfitted; copies of it are fitted, with what its `_test_params` changes so that
        this takes seconds.

    Raises
    ------
    AssertionError
        If a check fails; it says what was got and what is wanted.
    TypeError
        If `detector` is no detector of this package's kind.

    Examples
    --------
    >>> from pyod_ssad import CutOutSSAD
    >>> from pyod_ssad.checks import check_detector
    >>> check_detector(CutOutSSAD())  # doctest: +SKIP
    """
    _require(detector, BaseImageDetector, "detector")
    _run(detector)


def check_augmentation(augmentation):
    """Run every check on an augmentation; further ones on a learnable one.

    Parameters
    ----------
    augmentation : Augmentation, torchvision v2 transform or callable
        Of the last two it is not checked that draws differ, as it is not known whether
        they draw at all; nor, of a function ``(images, generator) -> images``, that
        an image does not depend on the others of its batch.

    Raises
    ------
    AssertionError
        If a check fails; it says what was got and what is wanted.
    TypeError
        If `augmentation` is none.

    Examples
    --------
    >>> from pyod_ssad.augmentations import CutPaste
    >>> from pyod_ssad.checks import check_augmentation
    >>> check_augmentation(CutPaste(patch_area=0.1))
    """
    if not _is_wrappable(augmentation):
        _require(augmentation, Augmentation, "augmentation")
    _run(augmentation)


def parametrize_with_checks(subjects):
    """Make a pytest test of every check of every subject.

    Parameters
    ----------
    subjects : list of BaseImageDetector and Augmentation
        Instances; functions and torchvision's transforms too, as in
        `check_augmentation`.

    Returns
    -------
    decorator : `pytest.mark.parametrize`
        For a test ``(subject, check)`` that calls ``check(subject)``.
    """
    import pytest

    pairs = [
        pytest.param(subject, check, id=f"{_name(given)}-{check.__name__}")
        for given in subjects
        for subject, check in checks_of(given)
    ]
    return pytest.mark.parametrize(("subject", "check"), pairs)


def checks_of(given):
    """Return the pairs of a subject and a check, a function of it.

    Parameters
    ----------
    given : BaseImageDetector, Augmentation, torchvision v2 transform or callable

    Returns
    -------
    pairs : list of (object, callable)
        A detector's pairs share one `Subject`, so that it is fitted once.
    """
    if _is_wrappable(given):
        given = as_augmentation(given)
    if isinstance(given, Augmentation):
        modules = [_augmentations]
        if isinstance(given, LearnableAugmentation):
            modules.append(_learnable)
        return [(given, check) for check in _collect(modules)]
    modules = [_augmenting, _training] if isinstance(given, BaseSSAD) else []
    modules += [_scores, _maps, _contract, _reproducibility]
    modules += [_images, _bad_input, _files]
    subject, left_out = Subject(given), given._checks_that_do_not_fit
    checks = _collect(modules)
    unknown = set(left_out) - {check.__name__ for check in checks}
    if unknown:
        raise ValueError(f"There are no checks {sorted(unknown)} to leave out.")
    return [(subject, check) for check in checks if check.__name__ not in left_out]


def _is_wrappable(given):
    own = type | Augmentation | BaseImageDetector
    return callable(given) and not isinstance(given, own)


def _collect(modules):
    return [
        function
        for module in modules
        for name, function in vars(module).items()
        if name.startswith("check_") and function.__module__ == module.__name__
    ]


def _run(given):
    for subject, check in checks_of(given):
        check(subject)


def _name(given):
    return getattr(given, "__name__", type(given).__name__)


def _require(given, cls, word):
    if not isinstance(given, cls):
        raise TypeError(
            f"Got {given!r}; wanted an instance of a subclass of {cls.__name__}: pass "
            f"the {word} itself, and not its class or name."
        )
