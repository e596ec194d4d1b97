"""When to stop tuning, and what to go back to then."""

import copy

SMOOTHING = 0.9
WINDOW = 20


class Keeper:
    """Remembers the best network and hyperparameters of a run.

    Parameters
    ----------
    network : torch.nn.Module
    hyperparameters : Hyperparameters
    patience : int
        Iterations without a better sum before the keeper is exhausted.
    """

    def __init__(self, network, hyperparameters, patience):
        self._network = network
        self._hyperparameters = hyperparameters
        self._patience = patience
        self._training, self._validation = _Smoothed(), _Smoothed()
        self._seen, self._best_at, self._best = 0, 0, float("inf")
        self._state = self._free = None

    @property
    def is_exhausted(self):
        """Say whether the sum has not fallen for `patience` iterations."""
        return self._seen - self._best_at >= self._patience

    def see(self, training, validation):
        """Take note of an iteration's losses, while its hyperparameters still stand."""
        self._seen += 1
        self._training.add(training)
        self._validation.add(validation)
        if self._seen < WINDOW:
            self._best_at = self._seen
            return
        total = self._training.value + self._validation.value
        if self._seen == WINDOW or total < self._best:
            self._keep(total)

    def restore(self):
        """Bring network and hyperparameters back to the best; in the wait, the last."""
        if self._state is None:
            return
        self._network.load_state_dict(self._state)
        for name, value in self._free.items():
            self._hyperparameters.free[name].data.copy_(value)

    def _keep(self, total):
        self._best, self._best_at = total, self._seen
        self._state = copy.deepcopy(self._network.state_dict())
        self._free = {
            name: value.detach().clone()
            for name, value in self._hyperparameters.free.items()
        }


class _Smoothed:
    """An exponential mean, corrected for starting at zero."""

    def __init__(self):
        self._sum = self._weight = 0.0

    @property
    def value(self):
        return self._sum / self._weight

    def add(self, value):
        self._sum = SMOOTHING * self._sum + (1 - SMOOTHING) * value
        self._weight = SMOOTHING * self._weight + (1 - SMOOTHING)
