"""Details of tuning that make no sense are refused at once."""

import math

import pytest

from pyod_ssad import Tuning


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("warm_start", 1.5),
        ("iterations", -1),
        ("updates", 0),
        ("patience", 0),
        ("network_lr", 0),
        ("hyperparameter_lr", math.nan),
        ("hyperparameter_lr", math.inf),
        ("order", "third"),
        ("validation_loss", "accuracy"),
        ("selection", ["dsv"]),
        ("family_selection", None),
    ],
)
def test_bad_details(name, value):
    with pytest.raises(ValueError, match=f"^{name} must be .*got"):
        Tuning(**{name: value})


def test_a_plan_has_every_detail():
    plan = Tuning(order="second", updates=3, patience=5).make_plan(80, 16)
    assert (plan.order, plan.updates, plan.patience) == ("second", 3, 5)
    assert (plan.warm_start, plan.iterations, plan.batch_size) == (16, 20, 16)
    assert plan.steps == 60
