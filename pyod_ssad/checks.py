"""Checks of parameters, with errors that say what was got and what is wanted."""

import numbers


def check_integer(name, value, low):
    """Check that a parameter is an integer of at least `low`."""
    if not isinstance(value, numbers.Integral) or value < low:
        raise ValueError(f"{name} must be an integer of at least {low}, got {value!r}.")


def check_positive(name, value):
    """Check that a parameter is a positive number."""
    if not (isinstance(value, numbers.Real) and value > 0):
        raise ValueError(f"{name} must be a positive number, got {value!r}.")


def check_choice(name, value, known):
    """Check that a parameter is one of some names."""
    if not isinstance(value, str) or value not in known:
        raise ValueError(f"{name} must be one of {list(known)}, got {value!r}.")
