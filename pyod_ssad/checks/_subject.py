"""A detector under check, and the data it is checked on."""

import inspect
from functools import cache, cached_property

import numpy as np
from sklearn.base import clone

from pyod_ssad.base import BaseSSAD
from pyod_ssad.datasets import load_textures

TINY = {"steps": 2, "image_size": 16, "batch_size": 4, "calibration": "density"}


class Subject:
    """Makes and fits fast, seeded copies of a detector.

    Parameters
    ----------
    detector : BaseImageDetector
        It stays as it is.
    """

    def __init__(self, detector):
        self.detector = detector

    def __repr__(self):
        """Show the detector."""
        return f"Subject({self.detector!r})"

    def make(self, **parameters):
        """Return an unfitted copy that is fast, with seed 0."""
        fixed = {**BaseSSAD._test_params(), "random_state": 0, "contamination": 0.1}
        changes = {**self._own_test_params(), **self._known(fixed), **parameters}
        return clone(self.detector).set_params(**changes)

    def _known(self, parameters):
        """Leave out what a detector that is not trained has not."""
        own = self.detector.get_params(deep=False)
        return {name: value for name, value in parameters.items() if name in own}

    def _own_test_params(self):
        """Return the class's test parameters, but for what the detector was given."""
        given = self.detector.get_params(deep=False)
        defaults = inspect.signature(type(self.detector)).parameters
        return {
            name: value
            for name, value in self.detector._test_params().items()
            if repr(given[name]) == repr(defaults[name].default)
        }

    def make_tiny(self, **parameters):
        """Return an unfitted copy that fits at once and learns nothing."""
        return self.make(**{**self._known(TINY), **parameters})

    def fit(self, detector, X, y=None, X_unlabeled=None):
        """Fit with whatever else this detector wants."""
        unlabeled = X if X_unlabeled is None else X_unlabeled
        return detector.fit(X, y, **detector._test_fit_params(unlabeled))

    def fit_tiny(self, X=None, y=None, **parameters):
        """Return a copy that was fitted at once; what it has not is left out."""
        X = self.tiny_images if X is None else X
        return self.fit(self.make_tiny(**self._known(parameters)), X, y)

    @cached_property
    def fitted(self):
        """A copy that has learned; checks must not change it."""
        data = self.textures
        return self.fit(self.make(), data.X_train, X_unlabeled=data.X_test)

    @property
    def textures(self):
        """Bricks, and bricks with large dark blobs."""
        return _textures()

    @property
    def tiny_images(self):
        """Twelve noisy colour images."""
        return np.random.default_rng(0).random((12, 16, 16, 3), dtype=np.float32)


@cache
def _textures():
    return load_textures(
        "brick",
        size=32,
        n_train=80,
        n_test_normal=40,
        n_per_kind=40,
        kinds=["dark_blob"],
        defect_area=(0.04, 0.1),
    )
