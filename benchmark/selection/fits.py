"""Fits, and what criteria need of them. No label is seen here."""

import time

from benchmark.common import runs as runs_module
from benchmark.common.false_alarms import flag
from benchmark.selection import contenders
from benchmark.selection.contenders import TRAINED
from model_selection import embed


def make_jobs(runs, load, options):
    """Return the fit of each run; see `with_data`."""
    return runs_module.make_jobs(
        fit,
        contenders,
        runs,
        load,
        options,
        lambda run: {"is_embedded": run.detector in TRAINED},
    )


def fit(detector, X_train, X_test, is_embedded):
    """Fit; return held-out and new scores, embeddings of one network, and seconds."""
    start = time.perf_counter()
    detector.fit(X_train)
    seconds = time.perf_counter() - start
    scores = detector.decision_function(X_test)
    names = ("Z_trn", "Z_aug", "Z_test")
    embedded = embed(detector, X_train, X_test) if is_embedded else ()
    return {
        "scores": scores,
        "held_out": detector.decision_scores_,
        "fit_seconds": seconds,
        **dict(zip(names, embedded, strict=False)),
        **flag(detector, scores),
    }
