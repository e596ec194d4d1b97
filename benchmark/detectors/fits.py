"""What to fit on which object, and what is kept of it. No label is seen here."""

import time
from dataclasses import dataclass

from benchmark.common import imagenet
from benchmark.common.false_alarms import flag
from benchmark.common.store import Job
from benchmark.detectors import contenders
from benchmark.detectors.contenders import TRANSDUCTIVE, make_detector


@dataclass(frozen=True)
class Run:
    """One fit.

    Parameters
    ----------
    object_name : str
    detector : str
        A name of `contenders.DETECTORS`.
    seed : int
    """

    object_name: str
    detector: str
    seed: int


def make_runs(options, names):
    """Return a run for each object, detector and seed."""
    return [
        Run(name, detector, seed)
        for name in names
        for detector in options.detectors
        for seed in options.seeds
    ]


def make_jobs(runs, load, options):
    """Return the fit of each run.

    Parameters
    ----------
    runs : list of Run
    load : callable (image_size) -> dict of str to AnomalyDataset
        Detectors see images of their own size, made from the files.
    options : argparse.Namespace

    Returns
    -------
    jobs : list of Job
    """
    detectors = [make_detector(run.detector, run.seed, options) for run in runs]
    by_size = {size: load(size) for size in {d.image_size for d in detectors}}
    jobs = []
    for run, detector in zip(runs, detectors, strict=True):
        data = by_size[detector.image_size][run.object_name]
        arguments = {"is_transductive": run.detector in TRANSDUCTIVE}
        more = (contenders, imagenet)
        jobs.append(Job(fit, detector, data.X_train, data.X_test, arguments, more))
    return jobs


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
