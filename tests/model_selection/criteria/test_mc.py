"""Model centrality: published values, a transcription, hand-made cases."""

import math

import numpy as np
import pytest

from model_selection import MC, model_centrality
from tests.model_selection.criteria.slow import slow_tau

PUBLISHED = ["uoms_arrhythmia", "uoms_heartdisease"]


@pytest.mark.parametrize("name", PUBLISHED)
def test_published_centrality(reference, name):
    published = reference(name)
    scores = published["scores"]
    n_models = scores.shape[1]
    kendall = model_centrality(scores)
    np.testing.assert_allclose(kendall, published["mc_kendall"], atol=1e-9, rtol=0)
    # The published Spearman sums without the model itself are divided by all models.
    spearman = model_centrality(scores, correlation="spearman")
    spearman *= (n_models - 1) / n_models
    np.testing.assert_allclose(spearman, published["mc_spearman"], atol=1e-9, rtol=0)


def test_neighbouring_floats_are_ties_in_centrality():
    scores = np.array([[0.3, 1.0], [np.nextafter(0.3, 1), 2.0], [0.5, 3.0]])
    tied = np.array([[0.0, 1.0], [0.0, 2.0], [1.0, 3.0]])
    np.testing.assert_allclose(model_centrality(scores), model_centrality(tied))
    assert model_centrality(scores)[0] == pytest.approx(math.sqrt(2 / 3))


def test_slow_centrality_agrees(scores):
    models = range(scores.shape[1])
    want = [
        sum(slow_tau(scores[:, i], scores[:, j]) for j in models if j != i) / 4
        for i in models
    ]
    np.testing.assert_allclose(model_centrality(scores), want, rtol=1e-12)


def test_the_default_is_kendall():
    """Kendall's taus are 1/3, 1 and 1/3; Spearman's rhos are 1/2, 1 and 1/2."""
    scores = [[1, 2, 1], [2, 1, 2], [3, 3, 3]]
    want = [2 / 3, 1 / 3, 2 / 3]
    np.testing.assert_allclose(model_centrality(scores), want)
    np.testing.assert_allclose(MC().evaluate_scores(scores), want)
    spearman = MC(correlation="spearman").evaluate_scores(scores)
    np.testing.assert_allclose(spearman, [3 / 4, 1 / 2, 3 / 4])
