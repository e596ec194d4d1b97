"""Fits have one thread wherever they run, and leave the threads as they were."""

import joblib
import numpy as np
import pytest
from threadpoolctl import threadpool_info, threadpool_limits

from model_selection import ModelSelector
from tests.model_selection.fakes import Passive


def counts():
    """Return the numbers of threads of the libraries that have any."""
    return {pool["filepath"]: pool["num_threads"] for pool in threadpool_info()}


class Counting(Passive):
    """Remembers with how many threads it was fitted."""

    def fit(self, X, y=None):
        self.threads_ = counts()
        return super().fit(X, y)


@pytest.mark.parametrize("backend", ["loky", "threading"])
@pytest.mark.parametrize("n_jobs", [None, 2])
def test_each_fit_has_one_thread(backend, n_jobs, monkeypatch):
    for library in ("OMP", "OPENBLAS", "MKL"):
        # What the worker processes start with.
        monkeypatch.setenv(f"{library}_NUM_THREADS", "2")
    with threadpool_limits(limits=2):
        before = counts()
        assert set(before.values()) == {2}
        with joblib.parallel_config(backend):
            selector = ModelSelector([Counting()] * 4, "mc", n_jobs=n_jobs)
            selector.fit(np.ones(3))
        assert counts() == before
    for detector in selector.detectors_:
        assert detector.threads_ and set(detector.threads_.values()) == {1}
