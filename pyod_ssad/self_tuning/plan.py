"""How ST-SSAD tunes, without what it tunes."""

from dataclasses import dataclass

from pyod_ssad.parameters import check_choice, check_integer, check_positive
from pyod_ssad.self_tuning.lookahead import ORDERS
from pyod_ssad.self_tuning.validation_loss import VALIDATION_LOSSES


@dataclass(frozen=True)
class TuningPlan:
    """How to tune, without what to tune.

    Parameters
    ----------
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

    Raises
    ------
    ValueError
        If a value is not as wanted.
    """

    iterations: int
    updates: int
    network_lr: float
    hyperparameter_lr: float
    order: str
    validation_loss: str
    patience: int
    batch_size: int

    def __post_init__(self):
        """Check the values."""
        check_integer("iterations", self.iterations, 0)
        for name in ("updates", "patience", "batch_size"):
            check_integer(name, getattr(self, name), 1)
        check_positive("network_lr", self.network_lr)
        check_positive("hyperparameter_lr", self.hyperparameter_lr)
        check_choice("order", self.order, ORDERS)
        check_choice("validation_loss", self.validation_loss, VALIDATION_LOSSES)

    @property
    def steps(self):
        """Return the number of batches that tuning takes at most."""
        return self.iterations * self.updates
