"""The hypergradients that are compared, and ST-SSAD with each of them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from benchmark.orders.estimators import average, through_all, through_last
from pyod_ssad import STSSAD
from pyod_ssad.self_tuning.lookahead import look_ahead_and_validate
from pyod_ssad.self_tuning.tuner import Tuner

FIRST = "first"
DRAWS = 4
AHEAD = 3


@dataclass(frozen=True)
class Variant:
    """One way to differentiate the validation loss.

    Parameters
    ----------
    order : {"first", "second"}
        Of the library's look-ahead.
    look_ahead : callable, optional (default=look_ahead_and_validate)
        See `pyod_ssad.self_tuning.tuner.Tuner`.
    batches : int, optional (default=1)
        How many batches one iteration takes.
    ahead : int, optional (default=1)
        How many steps of the network lie before the validation loss.
    """

    order: str
    look_ahead: Callable = look_ahead_and_validate
    batches: int = 1
    ahead: int = 1


VARIANTS = {
    FIRST: Variant("first"),
    "quotient": Variant("second"),
    f"quotient, {DRAWS} draws": Variant(
        "second",
        partial(average, look_ahead=look_ahead_and_validate, batches=DRAWS),
        DRAWS,
    ),
    "backward": Variant("second", through_all),
    f"{AHEAD} ahead, last": Variant(
        "second", partial(through_last, batches=AHEAD), AHEAD, AHEAD
    ),
    f"{AHEAD} ahead, all": Variant(
        "second", partial(through_all, batches=AHEAD), AHEAD, AHEAD
    ),
}


@dataclass(eq=False, repr=False)
class VariantSTSSAD(STSSAD):
    """ST-SSAD whose hypergradient is that of `variant`, a name of `VARIANTS`."""

    variant: str = FIRST

    def _make_tuning_plan(self):
        plan = super()._make_tuning_plan()
        batches = VARIANTS[self.variant].batches
        return replace(plan, batch_size=plan.batch_size * batches)

    def _make_tuner(self, network, values, tuning, generator):
        return Tuner(
            network,
            values,
            self._batch_loss,
            tuning,
            generator,
            VARIANTS[self.variant].look_ahead,
        )


def make_detector(variant, parameters, seed):
    """Return an unfitted detector with a hypergradient.

    Parameters
    ----------
    variant : str
        One of `VARIANTS`.
    parameters : dict
        Of `pyod_ssad.STSSAD`.
    seed : int
    """
    tuning = replace(parameters["tuning"], order=VARIANTS[variant].order)
    # Networks for thresholds alone would take as long again.
    changes = {"tuning": tuning, "calibration": "density", "random_state": seed}
    return VariantSTSSAD(**{**parameters, **changes}, variant=variant)
