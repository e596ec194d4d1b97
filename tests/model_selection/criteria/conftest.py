"""Small inputs of the criteria."""

import numpy as np
import pytest


@pytest.fixture
def sets():
    rng = np.random.default_rng(3)
    centres = ([0, 0, 0], [1, 0.5, 0], [0.4, 0.1, 0.3])
    return [
        rng.normal(size=(n, 3)) + c for n, c in zip((7, 5, 9), centres, strict=True)
    ]
