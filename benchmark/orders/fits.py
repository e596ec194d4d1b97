"""ST-SSAD with every hypergradient on every task, each stored as soon as it is done."""

import hashlib
import time
import warnings
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from joblib import Memory
from tqdm.auto import tqdm

import model_selection
import pyod_ssad
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
    start : dict
        The chosen row of ``starts_``.
    seconds : float
    """

    task: str
    variant: str
    seed: int
    scores: np.ndarray
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
        ``seeds``, ``out``.

    Returns
    -------
    fits : list of Fit
    """
    code = _code_digest()
    fit = Memory(options.out / "fitted", verbose=0).cache(_fit)
    jobs = [
        (seed, task, name) for seed in options.seeds for task in tasks for name in names
    ]
    return [
        Fit(
            task.data.name,
            name,
            seed,
            *fit(
                name, task.parameters, task.data.X_train, task.data.X_test, seed, code
            ),
        )
        for seed, task, name in tqdm(jobs, "fitting")
    ]


# The code is an argument so that another one's results are not taken from the store.
def _fit(variant, parameters, X_train, X_test, seed, code):
    """Return scores, what the chosen start has learned, and seconds."""
    detector = make_detector(variant, parameters, seed)
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "No start aligned")
        detector.fit(X_train, X_unlabeled=X_test)
    seconds = time.perf_counter() - start
    chosen = detector.starts_[detector.best_start_]
    return detector.decision_function(X_test), chosen, seconds


def _code_digest():
    """Return a digest of all code that fitting depends on."""
    folders = [
        Path(package.__file__).parent for package in (pyod_ssad, model_selection)
    ]
    files = [file for folder in folders for file in sorted(folder.rglob("*.py"))]
    files += [Path(module.__file__) for module in (estimators, variants)]
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()
