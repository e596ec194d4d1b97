"""Data and fitted detectors that the tests share."""

import pytest

from pyod_ssad.datasets import load_textures
from pyod_ssad.detectors import DETECTORS


@pytest.fixture(scope="session")
def textures():
    """Bricks with large dark blobs, which every detector can find in seconds."""
    return load_textures(
        "brick",
        size=32,
        n_train=80,
        n_test_normal=40,
        n_per_kind=40,
        kinds=["dark_blob"],
        defect_area=(0.04, 0.1),
    )


@pytest.fixture(scope="session", params=list(DETECTORS))
def detector_class(request):
    """Every detector of the package."""
    return DETECTORS[request.param]


@pytest.fixture(scope="session")
def make(detector_class):
    """Return a function that makes a fast, seeded detector."""

    def make_detector(**parameters):
        return detector_class(
            **{**detector_class._test_params(), "random_state": 0, **parameters}
        )

    return make_detector


@pytest.fixture(scope="session")
def fit(detector_class):
    """Return a function that fits, with whatever else this detector wants."""

    def fit_detector(clf, X, y=None, X_unlabeled=None):
        unlabeled = X if X_unlabeled is None else X_unlabeled
        return clf.fit(X, y, **detector_class._test_fit_params(unlabeled))

    return fit_detector


@pytest.fixture(scope="session")
def fitted(make, fit, textures):
    """One fitted detector a class; tests must not change it."""
    return fit(make(), textures.X_train, X_unlabeled=textures.X_test)
