"""Warnings that point at the line of the user's that led to them."""

import sys
import warnings

# Those that stand between a user's line and a warning of ours.
PACKAGES = {"model_selection", "pyod_ssad", "pyod", "sklearn"}


def warn_user(message, stacklevel=None, category=UserWarning):
    """Issue a warning at the first line outside of these packages.

    Parameters
    ----------
    message : str
        What was got, what is wanted, the likely mend.
    stacklevel : int or None, optional (default=None)
        As of `warnings.warn` in the function that calls this one; None finds the line.
    category : type, optional (default=UserWarning)
        A class of warnings.
    """
    level = _level_of_the_user() if stacklevel is None else stacklevel + 1
    warnings.warn(message, category, stacklevel=level)


def _level_of_the_user():
    """Return the stack level of that line, as the caller's `warnings.warn` counts."""
    # Python 3.12 has skip_file_prefixes for this.
    frame, level = sys._getframe(1), 1
    while frame.f_back is not None and _is_ours(frame):
        frame, level = frame.f_back, level + 1
    return level


def _is_ours(frame):
    return frame.f_globals.get("__name__", "").partition(".")[0] in PACKAGES
