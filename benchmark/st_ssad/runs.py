"""Every contender on every task and seed, each stored as soon as it is done."""

import time
import warnings
from dataclasses import dataclass

import numpy as np

from benchmark.common.data import flat_pixels
from benchmark.common.false_alarms import flag
from benchmark.common.store import Job, run_jobs
from model_selection import embed


@dataclass(frozen=True)
class Run:
    """What is kept of one fitted contender.

    Parameters
    ----------
    task, method : str
    seed : int
    scores : ndarray of shape (n_test,)
    flagged : dict of str to bool ndarray of shape (n_test,)
        See `flag`.
    seconds : float
        Of fitting.
    tuning : dict or None
        Of a tuned contender: ``augmentation``, ``start`` (the row of the chosen
        start, see `pyod_ssad.STSSAD`), ``history`` (its trajectory) and
        ``embeddings`` (of training, augmented and test images).
    """

    task: str
    method: str
    seed: int
    scores: np.ndarray
    flagged: dict
    seconds: float
    tuning: dict | None


def run_all(tasks, contenders, options):
    """Fit every contender on every task; what is stored is not fitted again.

    Parameters
    ----------
    tasks : list of AnomalyDataset
        Labels stay here: fitting gets training and test images only.
    contenders : dict of str to Contender
    options : argparse.Namespace
        ``seeds``, ``out``, ``n_jobs``.

    Returns
    -------
    runs : list of Run
    """
    triples = [
        (task, name, seed)
        for seed in options.seeds
        for task in tasks
        for name in contenders
    ]
    jobs = [_job(contenders[name], task, seed) for task, name, seed in triples]
    # What tuning has found are Python objects.
    folder = options.out / "fitted"
    results = run_jobs(jobs, folder, options.n_jobs, "fitting", suffix=".joblib")
    return [
        Run(task.name, name, seed, **result)
        for (task, name, seed), result in zip(triples, results, strict=True)
    ]


def _job(contender, task, seed):
    detector = contender.make(task.X_train.shape, seed)
    return Job(_fit, detector, task.X_train, task.X_test, {"kind": contender.kind})


def _fit(detector, X_train, X_test, kind):
    """Return scores, seconds and what tuning has found."""
    if kind == "pixels":
        X_train, X_test = flat_pixels(X_train), flat_pixels(X_test)
    more = {"X_unlabeled": X_test} if kind == "tuned" else {}
    start = time.perf_counter()
    with warnings.catch_warnings():
        # Tables say which starts aligned.
        warnings.filterwarnings("ignore", "No start aligned")
        detector.fit(X_train, **more)
    seconds = time.perf_counter() - start
    scores = detector.decision_function(X_test)
    return {
        "scores": scores,
        "flagged": flag(detector, scores),
        "seconds": seconds,
        "tuning": _tuning(detector, X_train, X_test) if more else None,
    }


def _tuning(detector, X_train, X_test):
    best = detector.best_start_
    return {
        "augmentation": detector.augmentation_,
        "start": detector.starts_[best],
        "history": [row for row in detector.history_ if row["start"] == best],
        "embeddings": embed(detector, X_train, X_test),
    }
