"""Images and small detectors, for the tests of single detectors."""

import numpy as np

from pyod_ssad.checks._subject import TINY

X = np.random.default_rng(0).random((12, 16, 16, 3), dtype=np.float32)


def make(cls, **parameters):
    """Return an unfitted detector that trains in no time."""
    return cls(**{**TINY, "random_state": 0, **parameters})
