"""What starts come to, and the rules that compare them."""

import numpy as np
import pytest

from model_selection import dsv_loss
from pyod_ssad.augmentations import CutDiff
from pyod_ssad.self_tuning.candidates import Candidate, build_rule


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
        trajectory=[],
        network=None,
        training_history=[],
        selection=0.0,
        family_selection=0.0,
        seconds=0.0,
    )
    assert candidate.is_aligned is aligned
    assert candidate.as_row()["is_aligned"] is aligned


def test_score_variance_rule_uses_the_density():
    rng = np.random.default_rng(0)
    Z, Z_unlabeled = rng.normal(size=(50, 3)), rng.normal(size=(20, 3))
    narrow, wide = (
        build_rule("selection", "score_variance", "gaussian")(Z, Z, scale * Z_unlabeled)
        for scale in (1, 5)
    )
    assert wide > 10 * narrow > 0


def test_dsv_rule_is_minus_the_loss():
    Z = np.random.default_rng(0).normal(size=(3, 20, 4))
    rule = build_rule("family_selection", "dsv", "gaussian")
    assert rule(*Z) == -dsv_loss(*Z)
