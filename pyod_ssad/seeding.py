"""Seeds that leave the global state of every random generator alone."""

import threading
from contextlib import contextmanager

import numpy as np
import torch
from sklearn.utils import check_random_state

_global_generator = threading.RLock()


def draw_seed(random_state):
    """Return an integer seed.

    Parameters
    ----------
    random_state : int, RandomState or None
        None draws anew at every call, not from NumPy's global generator.
    """
    if random_state is None:
        return int(np.random.default_rng().integers(2**31 - 1))
    return int(check_random_state(random_state).randint(2**31 - 1))


@contextmanager
def seeded(seed, device):
    """Seed torch's global generators inside the context, and restore them after.

    Weights and dropout draw from them, whatever generator we hold ourselves. They are
    shared by all threads, so one thread at a time may be inside.
    """
    cuda = [device] if device.type == "cuda" else []
    with _global_generator, torch.random.fork_rng(devices=cuda):
        torch.manual_seed(seed)
        yield
