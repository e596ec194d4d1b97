"""Every contender on every task and seed, each stored as soon as it is done."""

import hashlib
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Memory, delayed

import benchmark.st_ssad.contenders as contenders_module
import model_selection
import pyod_ssad
from benchmark.common.data import flat_pixels
from benchmark.common.parallel import run_jobs
from benchmark.st_ssad.contenders import Contender
from model_selection import embed


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
    code = _code_digest()
    fit = Memory(options.out / "fitted", verbose=0).cache(_fit)
    triples = [
        (task, name, seed)
        for seed in options.seeds
        for task in tasks
        for name in contenders
    ]
    jobs = (
        delayed(fit)(contenders[name], task.X_train, task.X_test, seed, code)
        for task, name, seed in triples
    )
    results = run_jobs(jobs, len(triples), options.n_jobs, "fitting")
    return [
        Run(task.name, name, seed, *result)
        for (task, name, seed), result in zip(triples, results, strict=True)
    ]


# The code is an argument so that another one's results are not taken from the store.
def _fit(contender: Contender, X_train, X_test, seed, code):
    """Return scores, seconds and what tuning has found."""
    detector = contender.make(X_train.shape, seed)
    if contender.kind == "pixels":
        X_train, X_test = flat_pixels(X_train), flat_pixels(X_test)
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


def _code_digest():
    """Return a digest of all code that fitting depends on."""
    digest = hashlib.sha256()
    for file in sorted(_code_files()):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _code_files():
    # ST-SSAD chooses among families by a criterion.
    packages = (pyod_ssad, model_selection)
    folders = [Path(package.__file__).parent for package in packages]
    modules = [file for folder in folders for file in folder.rglob("*.py")]
    return [*modules, Path(contenders_module.__file__)]
