"""What a file that cannot be loaded raises, and the way out where nothing can."""

JOBLIB = (
    "For files that you trust, joblib.dump and joblib.load, or "
    "pyod.utils.persistence, store any detector."
)


class ModelFileError(ValueError):
    """A file is damaged, foreign, of another version, or asks for what it may not.

    Nothing that the file holds has been run.
    """
