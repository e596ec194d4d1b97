"""Zip archives whose members are stored, so that no size is larger than the file."""

import hashlib
import io
import re
import zipfile

from pyod_ssad.persistence.errors import ModelFileError

SUMS = "SHA256SUMS"
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.]*")
ENCRYPTED = 0x1


def zip_members(members):
    """Return an archive of members, a dict of names to bytes, as bytes."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as archive:
        for name, data in members.items():
            # A fixed date: equal detectors give equal files.
            archive.writestr(zipfile.ZipInfo(name), data)
    return file.getvalue()


def unzip_members(file):
    """Return the members of an archive, a dict of names to bytes.

    Parameters
    ----------
    file : seekable binary file

    Raises
    ------
    ModelFileError
        If a member is compressed, encrypted, larger than the file, there twice, or has
        a name that could leave a folder.
    """
    size = file.seek(0, io.SEEK_END)
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        _check_members(infos, size)
        return {info.filename: archive.read(info) for info in infos}


def _check_members(infos, size):
    names = [info.filename for info in infos]
    if len(set(names)) < len(names):
        raise ModelFileError(f"Got members {names}; wanted each name once.")
    for info in infos:
        if not NAME.fullmatch(info.filename):
            raise ModelFileError(
                f"Got a member named {info.filename!r}; wanted letters, digits, dots "
                "and underscores, so that it stays in its folder."
            )
        if not _is_stored(info):
            raise ModelFileError(
                f"Member {info.filename} is compressed or encrypted; wanted it stored."
            )
    declared = sum(info.file_size for info in infos)
    if declared > size:
        raise ModelFileError(
            f"The members declare {declared} bytes in a file of {size}: it is damaged."
        )


def _is_stored(info):
    return (
        info.compress_type == zipfile.ZIP_STORED
        and info.file_size == info.compress_size
        and not info.flag_bits & ENCRYPTED
    )


def seal(members):
    """Return an archive of members and their SHA-256 sums, as bytes."""
    return zip_members({**members, SUMS: _sums(members)})


def unseal(file, names):
    """Return the members of a sealed archive, whose sums are as they should be.

    Parameters
    ----------
    file : seekable binary file
    names : tuple of str
        The members that there have to be, and no others.
    """
    members = unzip_members(file)
    if set(members) != {*names, SUMS}:
        raise ModelFileError(
            f"Got an archive of {sorted(members)}; wanted {sorted([*names, SUMS])}, as "
            "save writes them: this is another kind of file."
        )
    sums = members.pop(SUMS)
    if sums != _sums({name: members[name] for name in names}):
        raise ModelFileError(
            "The SHA-256 sums of the members are not those of the file: it has been "
            "damaged or changed. Copy or save it anew."
        )
    return members


def _sums(members):
    lines = (
        f"{hashlib.sha256(data).hexdigest()}  {name}\n"
        for name, data in members.items()
    )
    return "".join(lines).encode()
