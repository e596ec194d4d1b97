"""Assertions that say what was got and what is wanted."""


def require(condition, message):
    """Raise `AssertionError` with a message unless a condition holds."""
    if not condition:
        raise AssertionError(message)


def require_raises(errors, words, function, *arguments, **keywords):
    """Raise `AssertionError` unless a call fails with a message that holds a word.

    Parameters
    ----------
    errors : type or tuple of types
        What is to be raised.
    words : str
        What the message has to hold.
    function : callable
    *arguments, **keywords
        Of the call.
    """
    try:
        function(*arguments, **keywords)
    except errors as error:
        require(
            words in str(error),
            f"Got the message {str(error)!r}; wanted {words!r} in it.",
        )
        return
    raise AssertionError(
        f"{getattr(function, '__name__', function)} raised nothing; wanted an error "
        f"about {words!r}."
    )
