"""The details of ST-SSAD's tuning that a user may choose."""

from dataclasses import dataclass, fields

from pyod_ssad.parameters import check_choice, check_integer, check_positive
from pyod_ssad.self_tuning.lookahead import ORDERS
from pyod_ssad.self_tuning.plan import TuningPlan
from pyod_ssad.self_tuning.rules import check_rule
from pyod_ssad.self_tuning.validation_loss import VALIDATION_LOSSES

WARM_START_SHARE = 5
ITERATIONS_SHARE = 4


@dataclass(frozen=True, kw_only=True)
class Tuning:
    """How `STSSAD` tunes its augmentation, in detail; it cannot be changed.

    Parameters
    ----------
    order : {"first", "second"}, optional (default="first")
        Whether the gradient of the hyperparameters takes the network as a constant,
        or goes through the network's step, as in [1]_, at twice the work.
    validation_loss : {"mean_distance", "mmd", "mmd_unnormalized"}, \
    optional (default="mean_distance")
        What is minimised, see `pyod_ssad.self_tuning.validation_loss`.
    warm_start : int, optional (default=None)
        Updates of the network before its augmentation is tuned, with the detector's
        `lr` and `optimizer`; None takes a fifth of the detector's `steps`, 40 of 200.
    iterations : int, optional (default=None)
        At most this many updates of the hyperparameters; 0 only picks a start. None
        takes a quarter of the detector's `steps`, 50 of 200.
    updates : int, optional (default=1)
        Updates of the network for each of the hyperparameters.
    network_lr : float, optional (default=0.01)
        Step size of the network while the augmentation is tuned (alpha).
    hyperparameter_lr : float, optional (default=0.1)
        Step size of the hyperparameters (beta), in their free coordinates: there, a
        unit is about a quarter of the range between the bounds.
    patience : int, optional (default=30)
        Iterations without a smaller sum of losses before tuning stops.
    selection : {"score_variance", "dsv"} or callable, \
    optional (default="score_variance")
        How the best start of a family is told, without labels: the variance of the
        standardised scores of the unlabelled images (Eq. 6 of [1]_), minus the
        `model_selection.dsv_loss`, or a function ``(Z_train, Z_augmented,
        Z_unlabeled) -> float`` of embeddings, larger where better.
    family_selection : {"score_variance", "dsv"} or callable, optional (default="dsv")
        The same, among the best starts of several families.

    Raises
    ------
    ValueError
        If a value is not as wanted.

    References
    ----------
    .. [1] J. Yoo, L. Zhao and L. Akoglu, "Self-tuning self-supervised image anomaly
       detection", 2023.

    Examples
    --------
    >>> from pyod_ssad import STSSAD, Tuning
    >>> clf = STSSAD("cutdiff", tuning=Tuning(order="second", patience=20))
    >>> clf.set_params(tuning__patience=40).tuning.patience
    40
    """

    order: str = "first"
    validation_loss: str = "mean_distance"
    warm_start: int | None = None
    iterations: int | None = None
    updates: int = 1
    network_lr: float = 0.01
    hyperparameter_lr: float = 0.1
    patience: int = 30
    selection: object = "score_variance"
    family_selection: object = "dsv"

    def __post_init__(self):
        """Check the values."""
        for name in ("warm_start", "iterations"):
            if getattr(self, name) is not None:
                check_integer(name, getattr(self, name), 0)
        for name in ("updates", "patience"):
            check_integer(name, getattr(self, name), 1)
        check_positive("network_lr", self.network_lr)
        check_positive("hyperparameter_lr", self.hyperparameter_lr)
        check_choice("order", self.order, ORDERS)
        check_choice("validation_loss", self.validation_loss, VALIDATION_LOSSES)
        for name in ("selection", "family_selection"):
            check_rule(name, getattr(self, name))

    @classmethod
    def names(cls):
        """Return the names of the parameters."""
        return [field.name for field in fields(cls)]

    def get_params(self, deep=True):
        """Return the parameters by their names, for `clone` and ``tuning__order``."""
        return {name: getattr(self, name) for name in self.names()}

    def make_plan(self, steps, batch_size):
        """Return the plan for a detector's number of steps and batch size."""
        warm_start, iterations = self.warm_start, self.iterations
        return TuningPlan(
            warm_start=steps // WARM_START_SHARE if warm_start is None else warm_start,
            iterations=steps // ITERATIONS_SHARE if iterations is None else iterations,
            updates=self.updates,
            network_lr=self.network_lr,
            hyperparameter_lr=self.hyperparameter_lr,
            order=self.order,
            validation_loss=self.validation_loss,
            patience=self.patience,
            batch_size=batch_size,
        )
