"""What to fit on which object, and what is kept of it. No label is seen here."""

import time

from benchmark.common import runs as runs_module
from benchmark.common.false_alarms import flag
from benchmark.detectors import contenders
from benchmark.detectors.contenders import TRANSDUCTIVE


def make_jobs(runs, load, options):
    """Return the fit of each run; see `with_data`."""
    return runs_module.make_jobs(
        fit,
        contenders,
        runs,
        load,
        options,
        lambda run: {"is_transductive": run.detector in TRANSDUCTIVE},
    )


def fit(detector, X_train, X_test, is_transductive):
    """Fit; return the scores of the test images, which are flagged, and seconds."""
    start = time.perf_counter()
    detector.fit(X_train, **({"X_unlabeled": X_test} if is_transductive else {}))
    fitted = time.perf_counter()
    scores = detector.decision_function(X_test)
    scored = time.perf_counter()
    return {
        "scores": scores,
        **flag(detector, scores),
        "fit_seconds": fitted - start,
        "score_seconds": scored - fitted,
    }
