"""The only training loop: device, precision, schedule, progress and history."""

from pyod_ssad.training.device import resolve_device
from pyod_ssad.training.loop import batches, train, update
from pyod_ssad.training.optimization import make_optimizer
from pyod_ssad.training.plan import Plan, TrainingPlan
from pyod_ssad.training.precision import PRECISIONS, autocast, has_fast_bfloat16

__all__ = [
    "PRECISIONS",
    "Plan",
    "TrainingPlan",
    "autocast",
    "batches",
    "has_fast_bfloat16",
    "make_optimizer",
    "resolve_device",
    "train",
    "update",
]
