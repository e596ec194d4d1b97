"""Checks that a detector can be saved and loaded."""

import tempfile
from pathlib import Path

from numpy.testing import assert_array_equal

from pyod_ssad.checks._asserting import require
from pyod_ssad.persistence import load, save
from pyod_ssad.persistence.files import CODECS
from pyod_ssad.persistence.registry import has_name
from pyod_ssad.persistence.tree import Writer

SCORING = (
    "decision_function",
    "predict",
    "predict_proba",
    "p_values",
    "transform",
    "anomaly_map",
)


def check_a_loaded_detector_is_the_saved_one(subject):
    """Scores, labels, probabilities, parameters and pseudo anomalies are the same."""
    clf, X = subject.fitted, subject.textures.X_test
    if _has_nameless_parts(clf):
        return  # A file could only name them.
    loaded, _ = _save_and_load(clf)
    for method in SCORING:
        if hasattr(clf, method):
            assert_array_equal(getattr(loaded, method)(X), getattr(clf, method)(X))
    for name in ("decision_scores_", "labels_", "threshold_"):
        assert_array_equal(getattr(loaded, name), getattr(clf, name))
    if hasattr(clf, "augment"):
        assert_array_equal(loaded.augment(X, 3), clf.augment(X, 3))
    same = repr(loaded.get_params(deep=False)) == repr(clf.get_params(deep=False))
    require(same, "The loaded detector has other parameters.")


def check_a_loaded_detector_is_saved_as_the_same_file(subject):
    """No attribute is lost or changed, whatever `fit` has made."""
    clf = subject.fit_tiny()
    if _has_nameless_parts(clf):
        return
    loaded, first = _save_and_load(clf)
    _, second = _save_and_load(loaded)
    require(first == second, "Saving what was loaded has given another file.")
    lost = set(vars(clf)) - set(vars(loaded))
    require(not lost, f"The loaded detector has no {sorted(lost)}.")


def _save_and_load(clf):
    """Return what is loaded again, and the bytes of the file."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "detector"
        try:
            save(clf, path)
        except TypeError as error:
            raise AssertionError(str(error)) from error
        return load(path, custom=_custom(clf)), path.read_bytes()


def _custom(clf):
    """Return the classes and functions that the file names."""
    writer = Writer(CODECS)
    writer.write(clf)
    return writer.custom


def _has_nameless_parts(clf):
    parameters = clf.get_params(deep=False).values()
    return any(callable(value) and not has_name(value) for value in parameters)
