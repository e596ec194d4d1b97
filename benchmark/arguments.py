"""Types of command-line arguments that hold several values."""


def names(text):
    """Split words at commas."""
    return tuple(part.strip() for part in text.split(","))


def numbers(text):
    """Split numbers at commas."""
    return tuple(float(part) for part in text.split(","))


def integers(text):
    """Split integers at commas."""
    return tuple(int(part) for part in text.split(","))
