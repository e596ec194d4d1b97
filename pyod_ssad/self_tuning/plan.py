"""How ST-SSAD tunes, without what it tunes."""

from dataclasses import dataclass


@dataclass(frozen=True)
class TuningPlan:
    """How to tune, with nothing left open; `Tuning.make_plan` makes it.

    Parameters
    ----------
    warm_start : int
        Updates of the network before tuning.
    iterations : int
        At most this many updates of the hyperparameters.
    updates : int
        Updates of the network for each; the last one is the lookahead.
    network_lr : float
        Step size of the network's plain gradient descent, the paper's alpha.
    hyperparameter_lr : float
        Step size of Adam on the hyperparameters' free coordinates, the paper's beta.
    order : {"second", "first"}
        Whether the lookahead is a function of the hyperparameters, or a constant.
    validation_loss : {"mean_distance", "mmd", "mmd_unnormalized"}
    patience : int
        Iterations without a smaller sum of losses before tuning stops.
    batch_size : int
        Training images, and as many unlabelled ones, of a batch.
    """

    warm_start: int
    iterations: int
    updates: int
    network_lr: float
    hyperparameter_lr: float
    order: str
    validation_loss: str
    patience: int
    batch_size: int

    @property
    def steps(self):
        """Return the number of batches that tuning takes at most."""
        return self.iterations * self.updates
