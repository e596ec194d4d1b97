"""What starts come to, and the rules that compare them."""

import warnings

import numpy as np
import pytest
from pyod.models.iforest import IForest

from model_selection import dsv_loss
from pyod_ssad.augmentations import CutDiff
from pyod_ssad.self_tuning.candidates import Candidate
from pyod_ssad.self_tuning.rules import build_rule, warn_if_undecided


@pytest.mark.parametrize(
    ("losses", "aligned"),
    [([2.0, 1.0], True), ([1.0, 2.0], False), ([1.0, 1.0], False)],
)
def test_aligned_is_where_tuning_lowers_the_loss(losses, aligned):
    candidate = Candidate(
        start=0,
        augmentation=CutDiff(),
        initial={},
        tuned={},
        losses=losses,
        trajectory=[{}] * 3,
        network=None,
        training_history=[],
        selection=0.0,
        family_selection=0.0,
        seconds=0.0,
    )
    assert candidate.is_aligned is aligned
    row = candidate.as_row()
    assert row["is_aligned"] is aligned
    assert [row["initial_loss"], row["tuned_loss"]] == losses
    assert row["iterations"] == 3


def test_score_variance_rule_uses_the_density():
    rng = np.random.default_rng(0)
    Z, Z_unlabeled = rng.normal(size=(50, 3)), rng.normal(size=(20, 3))
    narrow, wide = (
        build_rule("selection", "score_variance", "gaussian")(Z, Z, scale * Z_unlabeled)
        for scale in (1, 5)
    )
    assert wide > 10 * narrow > 0


def test_a_random_density_of_a_rule_is_seeded():
    Z = np.random.default_rng(0).normal(size=(3, 20, 4))
    forest = IForest(n_estimators=5)
    first, again, other = (
        build_rule("selection", "score_variance", forest, seed)(*Z)
        for seed in (0, 0, 1)
    )
    assert first == again != other


@pytest.mark.parametrize("values", [[-np.inf], [-np.inf, 1.0], [0.0, 1.0]])
def test_a_rule_that_can_decide_is_not_warned_of(values):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        warn_if_undecided("selection", values, "starts")


def test_dsv_rule_is_minus_the_loss():
    Z = np.random.default_rng(0).normal(size=(3, 20, 4))
    rule = build_rule("family_selection", "dsv", "gaussian")
    assert rule(*Z) == -dsv_loss(*Z)
