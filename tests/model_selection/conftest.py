import os
from pathlib import Path

import numpy as np
import pytest


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
