"""Every contender on every task and seed, each stored as soon as it is done."""

import time
import warnings
from dataclasses import dataclass

import numpy as np
from joblib import Memory, Parallel, delayed
from tqdm.auto import tqdm

from benchmark.contenders import Contender
from model_selection import embed
from pyod_ssad import __version__


@dataclass(frozen=True)
class Run:
    """What is kept of one fitted contender.

    Parameters
    ----------
    task, method : str
    seed : int
    scores : ndarray of shape (n_test,)
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
    fit = Memory(options.out / "fitted", verbose=0).cache(_fit)
    triples = [
        (task, name, seed)
        for seed in options.seeds
        for task in tasks
        for name in contenders
    ]
    jobs = (
        delayed(fit)(contenders[name], task.X_train, task.X_test, seed, __version__)
        for task, name, seed in triples
    )
    results = Parallel(n_jobs=options.n_jobs, return_as="generator")(jobs)
    return [
        Run(task.name, name, seed, *result)
        for (task, name, seed), result in zip(
            triples, tqdm(results, "fitting", len(triples)), strict=True
        )
    ]


# The version is an argument so that another one's results are not taken from the store.
def _fit(contender: Contender, X_train, X_test, seed, version):
    """Return scores, seconds and what tuning has found."""
    detector = contender.make(X_train.shape, seed)
    if contender.kind == "pixels":
        X_train, X_test = _pixels(X_train), _pixels(X_test)
    more = {"X_unlabeled": X_test} if contender.kind == "tuned" else {}
    start = time.perf_counter()
    with warnings.catch_warnings():
        # Tables say which starts aligned.
        warnings.filterwarnings("ignore", "No start aligned")
        detector.fit(X_train, **more)
    seconds = time.perf_counter() - start
    scores = detector.decision_function(X_test)
    tuning = _tuning(detector, X_train, X_test) if more else None
    return scores, seconds, tuning


def _tuning(detector, X_train, X_test):
    best = detector.best_start_
    return {
        "augmentation": detector.augmentation_,
        "start": detector.starts_[best],
        "history": [row for row in detector.history_ if row["start"] == best],
        "embeddings": embed(detector, X_train, X_test),
    }


def _pixels(images):
    return images.reshape(len(images), -1) / 255.0
