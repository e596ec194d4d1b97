"""Hubness: published values, a transcription, hand-made cases."""

import math

import numpy as np
import pytest

from model_selection import HITS, hits_hubness
from tests.model_selection.criteria.slow import slow_hits

PUBLISHED = ["uoms_arrhythmia", "uoms_heartdisease"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_hubness(reference, name):
    published = reference(name)
    got = hits_hubness(published["scores"], rank_order="ascending")
    np.testing.assert_allclose(got, published["hits"], atol=1e-9, rtol=0)


@pytest.mark.parametrize("descending", [True, False])
def test_slow_hubness_agrees(scores, descending):
    got = hits_hubness(scores, rank_order="descending" if descending else "ascending")
    np.testing.assert_allclose(got, slow_hits(scores, descending), rtol=1e-9)


def test_hand_made_hubness():
    """Ranks (1, 2, 3) twice against (3, 2, 1): entries 49 and 33 over 36."""
    x = (math.sqrt(49**2 + 8 * 33**2) - 49) / 66
    want = np.array([1, 1, x]) / math.sqrt(2 + x**2)
    got = hits_hubness([[3, 3, 1], [2, 2, 2], [1, 1, 3]])
    np.testing.assert_allclose(got, want, rtol=1e-12)


def test_rank_order_decides_which_end_counts():
    """Two models share the top sample only, two share the bottom samples only."""
    share_top = [[9, 9], [1, 3], [2, 1], [3, 2]]
    share_bottom = [[3, 2], [2, 3], [1, 1], [0, 0]]
    top, bottom = np.array(share_top), np.array(share_bottom)[::-1]
    scores = np.column_stack([top, bottom])
    descending = hits_hubness(scores)
    ascending = hits_hubness(scores, rank_order="ascending")
    np.testing.assert_allclose(
        descending, slow_hits(scores, descending=True), rtol=1e-9
    )
    np.testing.assert_allclose(
        ascending, hits_hubness(-scores, rank_order="descending"), rtol=1e-9
    )
    assert descending[:2].min() > descending[2:].max()
    assert ascending[2:].min() > ascending[:2].max()


@pytest.mark.parametrize("rank_order", ["descending", "ascending"])
def test_the_class_hands_its_order_on(rank_order, scores):
    got = HITS(rank_order=rank_order).evaluate_scores(scores)
    want = slow_hits(scores, descending=rank_order == "descending")
    np.testing.assert_allclose(got, want, rtol=1e-9)


def test_the_default_is_the_most_outlying_first(scores):
    want = slow_hits(scores, descending=True)
    np.testing.assert_allclose(hits_hubness(scores), want, rtol=1e-9)
    np.testing.assert_allclose(HITS().evaluate_scores(scores), want, rtol=1e-9)
    assert np.abs(want - slow_hits(scores, descending=False)).max() > 0.01
