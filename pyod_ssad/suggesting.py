"""What a user may have meant by a name that is not known."""

from difflib import get_close_matches


def suggest(value, known):
    """Return a sentence that names what is like a wrong value, or nothing."""
    close = get_close_matches(str(value).lower(), known, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""


def check_choice(name, value, known):
    """Check that a parameter is one of some names.

    Raises
    ------
    ValueError
        With the names, and what may have been meant.
    """
    if not isinstance(value, str) or value not in known:
        raise ValueError(
            f"{name} must be one of {list(known)}, got {value!r}."
            f"{suggest(value, known)}"
        )
