"""Writing a file so that there is always the old one or the new one."""

import os
import secrets
from pathlib import Path


def write_atomically(path, data):
    """Write bytes beside a path, and put them in its place when they are on the disk.

    Parameters
    ----------
    path : str or path
        A link is followed. What stands there is kept if anything fails.
    data : bytes

    Raises
    ------
    IsADirectoryError, FileNotFoundError
        If the path is a folder, or its folder does not exist.
    """
    target = Path(os.path.realpath(path))
    _check_target(path, target)
    # Not in a folder for temporary files: only within a file system is it a rename.
    beside = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:
        _write(beside, data)
        os.replace(beside, target)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise
    _sync_folder(target.parent)


def _check_target(path, target):
    if target.is_dir():
        raise IsADirectoryError(
            f"{os.fspath(path)!r} is a folder; wanted the name of a file, such as "
            f"{os.path.join(path, 'detector.pyod_ssad')!r}."
        )
    if not target.parent.is_dir():
        raise FileNotFoundError(
            f"There is no folder {os.fspath(target.parent)!r} to save "
            f"{target.name!r} in; make it first."
        )


def _write(path, data):
    with open(path, "xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(folder):
    """Bring the new name to the disk too, where the system can do that."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # Windows opens no folders.
        return
    try:
        os.fsync(descriptor)
    except OSError:  # Some network file systems have no such thing.
        pass
    finally:
        os.close(descriptor)
