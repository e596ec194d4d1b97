"""Finding image files in folders and by glob patterns."""

import glob
import os
from pathlib import Path

IMAGE_SUFFIXES = (
    *(".png", ".jpg", ".jpeg", ".jfif", ".bmp", ".tif", ".tiff"),
    *(".webp", ".gif", ".pbm", ".pgm", ".ppm"),
)


def list_images(where):
    """Return the image files of a folder or a glob pattern, in the order of scores.

    Parameters
    ----------
    where : str or path
        A folder, such as ``"photos/good"``: the files in itself, not in its
        subfolders, with a suffix of `IMAGE_SUFFIXES` in either case. Or a pattern,
        such as ``"photos/**/*.png"``, where ``**`` stands for any subfolders: every
        file that it matches. A leading ``~`` is the home folder.

    Returns
    -------
    paths : list of str
        Sorted as strings, without hidden files.

    Raises
    ------
    FileNotFoundError
        If there is no such folder, or no file matches the pattern.
    ValueError
        If the folder holds no image files, or `where` is a file.

    Warns
    -----
    UserWarning
        If the folder holds files with other suffixes, which are left out.
    """
    where = os.path.expanduser(os.fspath(where))
    if os.path.isdir(where):
        return _of_folder(Path(where))
    if os.path.isfile(where):
        raise ValueError(
            f"Got the single file {where!r}; wanted a folder, a pattern or a list of "
            "image files. Pass [path] to read this one image."
        )
    if glob.has_magic(where):
        return _of_pattern(where)
    raise FileNotFoundError(
        f"{describe_missing(where)} Wanted a folder of images, or a pattern such as "
        "'photos/*.png'."
    )


def describe_missing(path):
    """Say that a path does not exist, and how far it does.

    Parameters
    ----------
    path : str

    Returns
    -------
    text : str
    """
    absolute = os.path.abspath(path)
    # Path.parents ends at the root, which exists.
    parent = next(p for p in Path(absolute).parents if p.is_dir())
    base = "" if os.path.isabs(path) else f" in the working directory {os.getcwd()!r}"
    return (
        f"{path!r} does not exist{base}; the nearest folder that does is "
        f"{str(parent)!r}, which holds {_some_names(parent)}. Check the spelling and "
        "the working directory."
    )


def _of_folder(folder):
    files = [entry for entry in _visible(folder) if not entry.is_dir()]
    images = [file for file in files if _has_image_suffix(file)]
    if not images:
        raise ValueError(_describe_imageless(folder, files))
    others = [file.name for file in files if not _has_image_suffix(file)]
    if others:
        # Imported late: it loads PyOD.
        from model_selection._warning import warn_user

        warn_user(
            f"{len(others)} of {len(files)} files in {str(folder)!r} are left out: "
            f"their names do not end as those of images do (the first: {others[0]!r}). "
            f"Known are {', '.join(IMAGE_SUFFIXES)}; pass a pattern or a list of paths "
            "to say which files to read."
        )
    return [str(file) for file in images]


def _of_pattern(pattern):
    matches = sorted(set(glob.glob(pattern, recursive=True)))
    files = [path for path in matches if not os.path.isdir(path)]
    if not files:
        raise FileNotFoundError(_describe_unmatched(pattern, matches))
    return files


def _visible(folder):
    """List what a folder holds, sorted, without hidden entries."""
    entries = [entry for entry in folder.iterdir() if not entry.name.startswith(".")]
    return sorted(entries, key=lambda entry: entry.name)


def _has_image_suffix(file):
    return file.suffix.lower() in IMAGE_SUFFIXES


def _describe_imageless(folder, files):
    """Say that a folder has no images, and where there are some."""
    message = (
        f"Got the folder {str(folder)!r} without images in it ({len(files)} other "
        f"files); wanted files that end in {', '.join(IMAGE_SUFFIXES)}."
    )
    below = _image_below(folder)
    if below is None:
        return f"{message} Check the path, or convert the files."
    pattern = folder / "**" / f"*{below.suffix}"
    return (
        f"{message} Subfolders are not read: pass {str(below.parent)!r}, or the "
        f"pattern {str(pattern)!r} for all of them."
    )


def _image_below(folder):
    """Return the first image file in the subfolders, or None."""
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith(".") and _has_image_suffix(Path(name)):
                return Path(root, name)
    return None


def _describe_unmatched(pattern, folders):
    if folders:
        return (
            f"The pattern {pattern!r} matches folders only, the first is "
            f"{folders[0]!r}; wanted image files. Pass "
            f"{os.path.join(pattern, '*')!r}."
        )
    # The part before the first wildcard may be a folder that exists.
    parts = Path(pattern).parts
    first = next(i for i, part in enumerate(parts) if glob.has_magic(part))
    folder = Path(*parts[:first])
    if not folder.is_dir():
        return f"No file matches {pattern!r}: {describe_missing(str(folder))}"
    return (
        f"No file matches the pattern {pattern!r}; the folder {str(folder)!r} holds "
        f"{_some_names(folder)}. Check the suffix, and write ** for subfolders."
    )


def _some_names(folder, n=3):
    """Name the first few entries of a folder."""
    try:
        names = [entry.name for entry in _visible(folder)]
    except OSError:
        return "what may not be listed"
    more = f" and {len(names) - n} more" if len(names) > n else ""
    return (", ".join(map(repr, names[:n])) or "nothing") + more
