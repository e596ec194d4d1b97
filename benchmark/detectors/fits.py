"""What to fit on which object, and what is kept of it. No label is seen here."""

import time

from benchmark.common import imagenet
from benchmark.common.false_alarms import flag
from benchmark.common.runs import with_data
from benchmark.common.store import Job
from benchmark.detectors import contenders
from benchmark.detectors.contenders import TRANSDUCTIVE, make_detector


def make_jobs(runs, load, options):
    """Return the fit of each run; see `with_data`."""
    return [
        Job(
            fit,
            detector,
            data.X_train,
            data.X_test,
            {"is_transductive": run.detector in TRANSDUCTIVE},
            (contenders, imagenet),
        )
        for run, detector, data in with_data(runs, make_detector, load, options)
    ]


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
