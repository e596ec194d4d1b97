"""ST-SSAD with every hypergradient on every task, each stored as soon as it is done."""

import time
import warnings
from dataclasses import dataclass

import numpy as np

from benchmark.common.false_alarms import flag
from benchmark.common.store import Job, run_jobs
from benchmark.orders import estimators, variants
from benchmark.orders.variants import make_detector


@dataclass(frozen=True)
class Fit:
    """What is kept of a fitted detector.

    Parameters
    ----------
    task, variant : str
    seed : int
    scores : ndarray of shape (n_test,)
    flagged : dict of str to bool ndarray of shape (n_test,)
        See `flag`.
    start : dict
        The chosen row of ``starts_``.
    seconds : float
    """

    task: str
    variant: str
    seed: int
    scores: np.ndarray
    flagged: dict
    start: dict
    seconds: float


def fit_all(tasks, names, options):
    """Fit every variant on every task; what is stored is not fitted again.

    Parameters
    ----------
    tasks : list of TuningTask
        Labels stay here: fitting gets training and test images only.
    names : list of str
        Of `VARIANTS`.
    options : argparse.Namespace
        ``seeds``, ``out``, ``n_jobs``.

    Returns
    -------
    fits : list of Fit
    """
    triples = [
        (seed, task, name) for seed in options.seeds for task in tasks for name in names
    ]
    jobs = [
        Job(
            _fit,
            make_detector(name, task.parameters, seed),
            task.data.X_train,
            task.data.X_test,
            modules=(estimators, variants),
        )
        for seed, task, name in triples
    ]
    # What a start has learned is a Python object.
    folder = options.out / "fitted"
    results = run_jobs(jobs, folder, options.n_jobs, "fitting", suffix=".joblib")
    return [
        Fit(task.data.name, name, seed, **result)
        for (seed, task, name), result in zip(triples, results, strict=True)
    ]


def _fit(detector, X_train, X_test):
    """Return scores, what the chosen start has learned, and seconds."""
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No start aligned")
        detector.fit(X_train, X_unlabeled=X_test)
    seconds = time.perf_counter() - start
    scores = detector.decision_function(X_test)
    return {
        "scores": scores,
        "flagged": flag(detector, scores),
        "start": detector.starts_[detector.best_start_],
        "seconds": seconds,
    }
