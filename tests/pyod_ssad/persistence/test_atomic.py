"""Whatever fails while saving, a good file stays."""

import os

import numpy as np
import pytest
from numpy.testing import assert_array_equal

import pyod_ssad
from pyod_ssad.persistence import atomic, files
from pyod_ssad.persistence.atomic import write_atomically
from tests.pyod_ssad.persistence import own


class Broken(Exception):
    """What goes wrong."""


def fail(*arguments, **keywords):
    raise Broken


@pytest.fixture(scope="module")
def clf():
    return own.fit()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        (atomic.os, "fsync"),
        (atomic.os, "replace"),
        (atomic.secrets, "token_hex"),
        (files.json, "dumps"),
        (files, "dump_tensors"),
        (files, "dump_arrays"),
        (files, "seal"),
        (files, "load_tensors"),
    ],
)
def test_a_failure_keeps_the_old_file(module, name, clf, tmp_path, monkeypatch):
    path = tmp_path / "clf"
    clf.save(path)
    before = path.read_bytes()
    monkeypatch.setattr(module, name, fail)
    with pytest.raises((Broken, TypeError)):
        own.fit(steps=3).save(path)
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["clf"]


def test_a_full_disk_keeps_the_old_file(clf, tmp_path, monkeypatch):
    path = tmp_path / "clf"
    path.write_bytes(b"old")
    write = atomic._write

    def write_half(path, data):
        write(path, data[: len(data) // 2])
        raise OSError("No space left on device")

    monkeypatch.setattr(atomic, "_write", write_half)
    with pytest.raises(OSError, match="No space"):
        clf.save(path)
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["clf"]


def test_what_cannot_be_stored_keeps_the_old_file(clf, tmp_path):
    path = tmp_path / "clf"
    clf.save(path)
    before = path.read_bytes()
    other = own.fit()
    other.backbone = lambda: None
    with pytest.raises(TypeError, match=r"backbone is a .*function, <lambda>.*def"):
        other.save(path)
    assert path.read_bytes() == before


def test_what_could_not_be_loaded_is_not_saved(tmp_path):
    clf = own.fit()
    clf.set_params(backbone="small_cnn")
    with pytest.raises(TypeError, match=r"weights.*backbone.*was set after fit"):
        clf.save(tmp_path / "clf")
    assert os.listdir(tmp_path) == []


def test_everything_is_on_the_disk_before_the_name(tmp_path, monkeypatch):
    done = []

    def note(name, function):
        monkeypatch.setattr(
            os, name, lambda *a, **k: (done.append(name), function(*a, **k))[1]
        )

    note("fsync", os.fsync)
    note("replace", os.replace)
    write_atomically(tmp_path / "file", b"new")
    assert done == ["fsync", "replace", "fsync"]


def test_folders_that_cannot_be_synced_are_fine(tmp_path, monkeypatch):
    monkeypatch.setattr(atomic.os, "open", fail_to_open)
    write_atomically(tmp_path / "file", b"new")
    assert (tmp_path / "file").read_bytes() == b"new"


def fail_to_open(*arguments):
    raise PermissionError


def test_the_mode_is_that_of_any_new_file(clf, tmp_path):
    clf.save(tmp_path / "clf")
    (tmp_path / "plain").touch()
    modes = {(tmp_path / name).stat().st_mode for name in ("clf", "plain")}
    assert len(modes) == 1


def test_a_link_stays_a_link(clf, tmp_path):
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    clf.save(tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    loaded = pyod_ssad.load(tmp_path / "real", custom=[own.thin_cnn])
    assert_array_equal(loaded.decision_scores_, clf.decision_scores_)


@pytest.mark.parametrize("name", ["with space", "no_suffix", "å.model", "x.zip"])
def test_any_name_will_do(name, clf, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    clf.save(name)
    loaded = pyod_ssad.load(name, custom=[own.thin_cnn])
    assert np.array_equal(loaded.decision_scores_, clf.decision_scores_)
