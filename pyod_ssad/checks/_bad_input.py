"""Checks that bad input is named, and loses nothing that was trained."""

import numpy as np
from numpy.testing import assert_array_equal
from sklearn.ensemble import IsolationForest

from pyod_ssad.checks._asserting import require, require_raises

BAD_PARAMETERS = (
    ({"steps": -1}, "steps"),
    ({"steps": 1.5}, "steps"),
    ({"batch_size": 0}, "batch_size"),
    ({"image_size": 4}, "image_size"),
    ({"lr": 0}, "lr"),
    ({"jitter": 2}, "jitter"),
    ({"jitter": (0.1, 0.2)}, "jitter"),
    ({"optimizer": "lion"}, "lion"),
    ({"precision": "int8"}, "int8"),
    ({"device": "abacus"}, "abacus"),
    ({"backbone": "resnet_of_dreams"}, "resnet_of_dreams"),
    ({"density": "lognormal"}, "lognormal"),
    ({"density": IsolationForest()}, "PyOD"),
    ({"calibration": "bootstrap"}, "calibration"),
    ({"weights": "DEFAULT"}, "weights"),
    *(({"contamination": value}, "contamination") for value in (0.9, 0, "auto", None)),
)


class Refuses:
    """A threshold object that fails."""

    def fit(self, scores):
        """Fail."""
        raise RuntimeError("refused")

    predict = fit


def check_bad_parameters_are_named(subject):
    """A bad parameter is a `ValueError` that names it."""
    known = subject.detector.get_params(deep=False)
    for parameters, word in BAD_PARAMETERS:
        if not set(parameters) <= set(known):
            continue
        clf = subject.make_tiny().set_params(**parameters)
        require_raises(ValueError, word, subject.fit, clf, subject.tiny_images)


def check_bad_contamination_is_refused_at_once(subject):
    """As in PyOD, the constructor checks the contamination."""
    for value in (0, 0.6, -1):
        arguments = {**subject.make().get_params(deep=False), "contamination": value}
        require_raises(ValueError, "contamination", type(subject.detector), **arguments)


def check_too_few_or_equal_images_are_refused(subject):
    """Two images, and images that are all the same, cannot be fitted."""
    X = subject.tiny_images
    require_raises(ValueError, "at least 3", subject.fit_tiny, X[:2])
    equal = np.zeros((5, 16, 16))
    require_raises(ValueError, "the same", subject.fit_tiny, equal, density="gaussian")


def check_other_channels_are_refused(subject):
    """A detector of colour images refuses grey ones, and the reverse, until a refit."""
    colour = subject.tiny_images
    grey = colour[..., 0]
    for trained, other in ((colour, grey), (grey, colour)):
        clf = subject.fit_tiny(trained)
        for name in ("decision_function", "transform", "augment", "predict"):
            if hasattr(clf, name):
                require_raises(ValueError, "channel", getattr(clf, name), other)
        n_scores = len(subject.fit(clf, other).decision_function(other))
        require(n_scores == len(other), "A refit on other channels scores in the old.")


def check_a_failed_refit_keeps_what_was_trained(subject):
    """Bad images, and a threshold that fails, lose nothing."""
    X, clf = subject.tiny_images, subject.fit_tiny(density="gaussian")
    scores, known = clf.decision_function(X), clf.decision_scores_
    for bad in (np.full((4, 16, 16), np.nan), np.zeros((5, 16, 16)), []):
        require_raises(ValueError, "", subject.fit, clf, bad)
    clf.set_params(contamination=Refuses())
    require_raises(RuntimeError, "refused", subject.fit, clf, X[:6])
    assert_array_equal(clf.decision_function(X), scores)
    assert_array_equal(clf.decision_scores_, known)
    require(len(clf.labels_) == len(X), "The labels are those of the failed fit.")


def check_parameters_set_after_fitting_wait_for_the_next_fit(subject):
    """A fitted detector scores at the size that it was fitted at."""
    X, clf = subject.tiny_images, subject.fit_tiny()
    scores = clf.decision_function(X)
    clf.set_params(image_size=32)
    assert_array_equal(clf.decision_function(X), scores)


def check_fewer_images_than_a_batch(subject):
    """Three images and a batch of 32 give finite scores."""
    few = subject.tiny_images[:3]
    clf = subject.fit_tiny(few, batch_size=32, density="gaussian")
    scores = clf.decision_function(subject.tiny_images)
    require(np.isfinite(scores).all(), f"Got scores {scores}; wanted finite ones.")
