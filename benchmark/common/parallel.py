"""Jobs whose results are stored, in parallel and with a progress bar."""

from joblib import Parallel
from tqdm.auto import tqdm


def run_jobs(jobs, n, n_jobs, title):
    """Yield the results of n delayed calls of a stored function, in their order."""
    # Workers would see large arrays as memory maps, which another number of workers,
    # or none, would not find again in the store.
    parallel = Parallel(n_jobs=n_jobs, return_as="generator", max_nbytes=None)
    yield from tqdm(parallel(jobs), title, n)
