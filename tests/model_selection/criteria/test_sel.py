"""Selective agreement: published values, a transcription, hand-made cases."""

import numpy as np
import pytest

from model_selection import SEL, select_agreement
from tests.model_selection.criteria.slow import slow_select

PUBLISHED = ["uoms_arrhythmia", "uoms_heartdisease"]


@pytest.mark.parametrize("threshold", ["mean", "last"])
@pytest.mark.parametrize("name", PUBLISHED)
def test_published_agreement(reference, name, threshold):
    published = reference(name)
    got = select_agreement(
        published["scores"], threshold=threshold, rank_order="ascending"
    )
    want = published[{"mean": "select_all", "last": "select_last"}[threshold]]
    np.testing.assert_allclose(got, want, atol=1e-9, rtol=0)


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("threshold", ["mean", "last"])
@pytest.mark.parametrize("seed", range(4))
def test_slow_agreement_agrees(seed, threshold, descending):
    rng = np.random.default_rng(seed)
    scores = rng.normal(size=(14, 1)) + rng.normal(size=(14, 6)) * 0.8
    order = "descending" if descending else "ascending"
    got = select_agreement(scores, threshold=threshold, rank_order=order)
    want = slow_select(scores, threshold, descending)
    np.testing.assert_allclose(got, want, atol=1e-12)


def test_hand_made_agreement_descending():
    """The consensus is the two equal models; the third disagrees on one pair of six."""
    scores = [[4, 4, 4], [3, 3, 2], [2, 2, 3], [1, 1, 1]]
    np.testing.assert_allclose(select_agreement(scores), [1, 1, 4 / 6], rtol=1e-12)


def test_an_agreement_equal_to_the_bar_joins_nothing():
    """The second starts at 1/3 with the mean of all; the third agrees by 1/3 too."""
    scores = [[4, 1, 1], [3, 2, 3], [1, 3, 4], [2, 4, 2]]
    np.testing.assert_allclose(select_agreement(scores), [-2 / 3, 1, 1 / 3])


# Five rankings of five samples for which every option matters.
DISAGREEING = np.random.default_rng(6).permuted(np.tile(np.arange(5.0), (5, 1)), axis=1)


def test_the_defaults_are_the_mean_and_the_most_outlying_first():
    scores = DISAGREEING.T
    want = slow_select(scores, "mean", descending=True)
    np.testing.assert_allclose(select_agreement(scores), want, atol=1e-12)
    np.testing.assert_allclose(SEL().evaluate_scores(scores), want, atol=1e-12)


@pytest.mark.parametrize(
    ("options", "oracle"),
    [
        ({"threshold": "last"}, ("last", True)),
        ({"rank_order": "ascending"}, ("mean", False)),
    ],
)
def test_the_class_hands_its_options_on(options, oracle):
    scores = DISAGREEING.T
    got, default = (SEL(**o).evaluate_scores(scores) for o in (options, {}))
    np.testing.assert_allclose(got, slow_select(scores, *oracle), atol=1e-12)
    assert np.abs(got - default).max() > 0.1
