"""Plans that make no sense are refused."""

import math

import pytest

from tests.pyod_ssad.self_tuning.fakes import plan


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("iterations", -1),
        ("updates", 0),
        ("patience", 0),
        ("network_lr", 0),
        ("hyperparameter_lr", math.nan),
        ("order", "third"),
        ("validation_loss", "accuracy"),
    ],
)
def test_bad_plans(name, value):
    with pytest.raises(ValueError, match=name):
        plan(**{name: value})
