"""Fits, and the maps that are kept of them. No label and no mask is seen here."""

import tempfile
import time
from pathlib import Path

import numpy as np

from benchmark.common import runs as runs_module
from benchmark.common.false_alarms import flag
from benchmark.common.memory import watch_memory
from benchmark.localization import contenders
from pyod_ssad.maps import resize_maps

PERCENT = 0.01


def make_jobs(runs, load, options):
    """Return the fit of each run; see `with_data`."""
    return runs_module.make_jobs(
        fit,
        contenders,
        runs,
        load,
        options,
        lambda run: {"map_size": options.map_size},
    )


def fit(detector, X_train, X_test, map_size):
    """Fit; return the scores and maps of the test images, seconds and bytes."""
    with watch_memory() as memory:
        start = time.perf_counter()
        detector.fit(X_train)
        fitted = time.perf_counter()
        scores = detector.decision_function(X_test)
        scored = time.perf_counter()
        maps = detector.anomaly_map(X_test)
        mapped = time.perf_counter()
    patches = np.sort(detector.patch_scores(X_test).reshape(len(X_test), -1), axis=1)
    n_top = max(1, round(PERCENT * patches.shape[1]))
    return {
        "scores": scores,
        "map_max": patches[:, -1],
        "map_top": patches[:, -n_top:].mean(axis=1),
        "map_mean": patches.mean(axis=1),
        "maps": resize_maps(maps, (map_size, map_size)),
        **flag(detector, scores),
        "fit_seconds": fitted - start,
        "score_seconds": scored - fitted,
        "map_seconds": mapped - scored,
        "peak_bytes": memory["peak_bytes"],
        "file_bytes": _file_size(detector),
    }


def _file_size(detector):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "detector"
        detector.save(path)
        return path.stat().st_size
