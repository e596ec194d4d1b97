import os
from pathlib import Path

import numpy as np
import pytest

from model_selection import ModelSelector
from model_selection._fakes import planted_data, planted_group
from tests.model_selection.fakes import classical


@pytest.fixture(scope="session")
def reference():
    """Load an archive of published values by name, or skip."""
    data = os.environ.get("PYOD_SSAD_DATA")
    folder = Path(data).parent / "reference" if data else None
    if folder is None or not folder.is_dir():
        pytest.skip("set PYOD_SSAD_DATA; the folder of reference values is its sibling")

    def load(name):
        with np.load(folder / f"{name}.npz") as archive:
            return {key: archive[key] for key in archive.files}

    return load


@pytest.fixture(scope="session")
def tabular():
    """Training data, test data with a fifth of anomalies, and their labels."""
    rng = np.random.default_rng(0)
    labels = np.repeat([0, 1], [80, 20])
    X_test = rng.normal(size=(100, 4)) + 4.0 * labels[:, None]
    return rng.normal(size=(120, 4)), X_test, labels


@pytest.fixture(scope="session")
def fitted(tabular):
    return {name: d.fit(tabular[0]) for name, d in classical().items()}


@pytest.fixture(scope="session")
def selector(tabular):
    X, X_test, _ = tabular
    return ModelSelector(classical(), "mc").fit(X, X_unlabeled=X_test)


@pytest.fixture
def zoo():
    """Four fitted models of which the second is overfitted."""
    return planted_group()[0]


@pytest.fixture
def planted():
    """Training data and unlabeled data that the models of `zoo` have seen."""
    return planted_data()


@pytest.fixture
def scores():
    """Five related models of twelve samples, with ties."""
    rng = np.random.default_rng(5)
    truth = rng.normal(size=(12, 1))
    return np.round(truth + rng.normal(size=(12, 5)) * [0.2, 0.4, 0.7, 1.0, 3.0], 1)
