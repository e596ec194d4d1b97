"""Seconds of runs: in turn where their ratio counts, or the best of several."""

import time

import pandas as pd
import torch

CPU = torch.device("cpu")


def time_in_turn(runs, repeats, device):
    """Time every run once a repeat, one after the other.

    A change of the machine's speed then meets all alike, so ratios within a row hold.

    Parameters
    ----------
    runs : dict of str to callable () -> None
        Each is called once more before, untimed.
    repeats : int
    device : torch.device
        Where the runs work; a clock is read when it has finished.

    Returns
    -------
    seconds : DataFrame
        A row for each repeat, a column for each run.
    """
    for run in runs.values():
        run()
    return pd.DataFrame(
        [
            {name: seconds_of(run, device) for name, run in runs.items()}
            for _ in range(repeats)
        ]
    )


def best_of(repeats, run):
    """Return the least seconds that a run takes on the CPU."""
    return min(seconds_of(run, CPU) for _ in range(repeats))


def seconds_of(run, device):
    """Return the seconds that a run takes on a device."""
    _synchronize(device)
    start = time.perf_counter()
    run()
    _synchronize(device)
    return time.perf_counter() - start


def _synchronize(device):
    if device.type == "cuda":
        torch.cuda.synchronize(device)
