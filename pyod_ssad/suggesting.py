"""What a user may have meant by a name that is not known."""

from difflib import get_close_matches


def suggest(value, known):
    """Return a sentence that names what is like a wrong value, or nothing."""
    close = get_close_matches(str(value).lower(), known, n=1)
    return f" Did you mean {close[0]!r}?" if close else ""
