"""The store of fits: each is done once, with one thread, and found again by its key."""

import hashlib
import importlib.metadata
import inspect
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import joblib
import numpy as np
import torch
from joblib import Parallel, delayed
from threadpoolctl import threadpool_limits
from tqdm.auto import tqdm

import benchmark.common
import model_selection
import pyod_ssad
from pyod_ssad.training import has_fast_bfloat16, resolve_device

# Float32 sums depend on the number of threads, and that on the number of workers.
THREADS = 1
LIBRARIES = ("torch", "torchvision", "pyod", "scikit-learn", "scipy", "numpy")
# ST-SSAD chooses among families by a criterion.
PACKAGES = (pyod_ssad, model_selection, benchmark.common)


@dataclass(frozen=True)
class Job:
    """One fit, and what is kept of it.

    Parameters
    ----------
    function : callable (detector, X_train, X_test, **arguments) -> dict
        Of a module, so that a worker finds it. It sees no labels.
    detector : object
        Not fitted, with PyOD's ``get_params``.
    X_train, X_test : ndarray
    arguments : dict, optional (default={})
        Further arguments of the function.
    modules : tuple of modules, optional (default=())
        Further code that the result depends on, beside what `code_digest` reads.
    """

    function: Callable
    detector: object
    X_train: np.ndarray
    X_test: np.ndarray
    arguments: dict = field(default_factory=dict)
    modules: tuple = ()


def run_jobs(jobs, folder, n_jobs, title, suffix=".npz"):
    """Return the results of jobs; what the folder holds is not done again.

    A result is stored as soon as it is there, so an interrupted run goes on where it
    stopped. Each job has one thread, whatever `n_jobs` is.

    Parameters
    ----------
    jobs : list of Job
    folder : Path
    n_jobs : int
        How many jobs to do at once.
    title : str
        Of the progress bar.
    suffix : {".npz", ".joblib"}, optional (default=".npz")
        How to store results: numbers and arrays alone, or any objects, pickled.

    Returns
    -------
    results : list of dict
        In the order of `jobs`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = [folder / f"{key}{suffix}" for key in make_keys(jobs)]
    missing = {p: job for p, job in zip(paths, jobs, strict=True) if not p.exists()}
    calls = (delayed(_run)(job, path) for path, job in missing.items())
    done = in_parallel(calls, n_jobs)
    for _ in tqdm(done, title, len(missing)):
        pass
    read = _FORMATS[suffix][1]
    return [read(path) for path in paths]


def in_parallel(calls, n_jobs):
    """Yield the results of delayed calls in their order.

    An array above a megabyte is written once, and mapped into memory by each worker.
    """
    # torch wants arrays that can be written. Other settings elsewhere would start other
    # workers, which takes seconds.
    return Parallel(n_jobs, return_as="generator", mmap_mode="c")(calls)


def _run(job, path):
    with threadpool_limits(THREADS):
        result = job.function(
            job.detector,
            np.asarray(job.X_train),
            np.asarray(job.X_test),
            **job.arguments,
        )
    # Under its own name a file is whole, whenever a run is stopped.
    partial = Path(f"{path}.{os.getpid()}.partial")
    _FORMATS[path.suffix][0](result, partial)
    os.replace(partial, path)


def _write_arrays(result, path):
    with open(path, "wb") as file:
        np.savez(file, **result)


def _read_arrays(path):
    with np.load(path, allow_pickle=False) as stored:
        return {name: stored[name][()] for name in stored.files}


_FORMATS = {
    ".npz": (_write_arrays, _read_arrays),
    ".joblib": (joblib.dump, joblib.load),
}


def make_keys(jobs):
    """Return the key of each job, which holds all that its result depends on.

    That is the code (the packages, `benchmark.common` and the function's file), the
    libraries' versions, the number of threads, the detector's class and parameters,
    what "auto" precision finds here, the further arguments, and the images.

    Parameters
    ----------
    jobs : list of Job

    Returns
    -------
    keys : list of str
    """
    arrays = [array for job in jobs for array in (job.X_train, job.X_test)]
    # Many jobs share an array, which is read once.
    digests = {i: array_digest(a) for i, a in {id(a): a for a in arrays}.items()}
    sources = {(job.function, job.modules) for job in jobs}
    code = {source: code_digest(*source) for source in sources}
    shared = [(name, importlib.metadata.version(name)) for name in LIBRARIES]
    shared.append(count_threads())
    return [
        joblib.hash(
            [
                *shared,
                code[job.function, job.modules],
                _describe(job),
                digests[id(job.X_train)],
                digests[id(job.X_test)],
            ]
        )
        for job in jobs
    ]


def _describe(job):
    cls, parameters = type(job.detector), job.detector.get_params(deep=False)
    names = [(c.__module__, c.__qualname__) for c in (cls, job.function)]
    return [names, parameters, processor_part(parameters), job.arguments]


def processor_part(parameters):
    """Return what of the processor changes results: "auto" precision asks it."""
    if parameters.get("precision") != "auto":
        return None
    return has_fast_bfloat16(resolve_device(parameters["device"]))


def count_threads():
    """Return how many threads torch has inside a job."""
    with threadpool_limits(THREADS):
        return torch.get_num_threads()


def array_digest(array):
    """Return a digest of an array's shape, type and values.

    Raises
    ------
    TypeError
        If it is no array of numbers, whose values a digest would miss.
    """
    if not isinstance(array, np.ndarray) or array.dtype.hasobject:
        raise TypeError(
            f"Got {type(array).__name__}; the store takes NumPy arrays of numbers: "
            "decode paths with resized(size), and pass tensors as tensor.numpy()."
        )
    digest = hashlib.sha256(f"{array.shape} {array.dtype.str}".encode())
    digest.update(np.ascontiguousarray(array))
    return digest.hexdigest()


def code_digest(function, modules=()):
    """Return a digest of all code that a job with this function runs."""
    digest = hashlib.sha256()
    for source in (function, *modules):
        digest.update(Path(inspect.getsourcefile(source)).read_bytes())
    for package in PACKAGES:
        folder = Path(package.__file__).parent
        for file in sorted(folder.rglob("*.py")):
            digest.update(file.relative_to(folder).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()
