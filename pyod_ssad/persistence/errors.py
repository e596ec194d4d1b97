"""What a file that cannot be loaded raises, and the way out where nothing can."""

JOBLIB = (
    "joblib.dump, or pyod.utils.persistence, stores whatever pickle can, in files for "
    "those who trust you."
)


class ModelFileError(ValueError):
    """A file is damaged, foreign, of another version, or asks for what it may not.

    Nothing that the file holds has been run.
    """
