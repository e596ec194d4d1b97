"""GOAD's losses and what is scored, against slow transcriptions."""

import math

import pytest
import torch

from pyod_ssad.augmentations import QuarterTurns
from pyod_ssad.pretext.centres import TripletCentre, goad_terms, triplet_centre
from tests.pyod_ssad.pretext.fakes import Flips, as_batch, make_images, prepared, seeded
from tests.pyod_ssad.pretext.test_which import slow_cross_entropy


def slow_triplet_centre(features, margin):
    f = features.tolist()
    n, m, d = features.shape
    centres = [
        [sum(f[b][j][a] for b in range(n)) / n for a in range(d)] for j in range(m)
    ]
    losses = []
    for b in range(n):
        for i in range(m):
            distances = [math.dist(f[b][i], centre) ** 2 for centre in centres]
            nearest = min(distances[j] for j in range(m) if j != i)
            losses.append(max(0.0, distances[i] + margin - nearest))
    return sum(losses) / len(losses)


@pytest.mark.parametrize("margin", [0.1, 1.0])
@pytest.mark.parametrize("spread", [0.0, 0.5, 5.0])
def test_triplet_centre_is_its_slow_transcription(margin, spread):
    features = torch.randn(6, 5, 3, generator=seeded())
    features += spread * torch.randn(5, 3, generator=seeded(4))
    expected = slow_triplet_centre(features, margin)
    assert float(triplet_centre(features, margin)) == pytest.approx(expected, abs=1e-4)


def test_triplet_centre_by_hand():
    features = torch.tensor([[[0.0], [3.0]], [[2.0], [3.0]]])  # Centres 1 and 3.
    # D_ii + 1 - D_ij: 1 + 1 - 9, 1 + 1 - 1, and 0 + 1 - 4 twice.
    assert float(triplet_centre(features, 1.0)) == pytest.approx(1 / 4)


def test_gradients_are_finite_where_a_sample_is_its_centre():
    features = torch.zeros(2, 3, 4, requires_grad=True)
    triplet_centre(features, 1.0).backward()
    assert features.grad.isfinite().all()


def test_terms_are_weighted():
    features = torch.randn(3, 2, 4, generator=seeded())
    logits = torch.randn(3, 2, 5, generator=seeded(1))
    terms = goad_terms(features, logits, torch.tensor([4, 1]), 0.5, 0.1, 10.0)
    expected = slow_cross_entropy(logits.flatten(0, 1), [4, 1] * 3)
    assert float(terms["cross_entropy"]) == pytest.approx(expected, rel=1e-5)
    triplet = 0.1 * slow_triplet_centre(features, 0.5)
    assert float(terms["triplet"]) == pytest.approx(triplet, rel=1e-5)
    squares = [v * v for v in features.flatten().tolist()]
    assert float(terms["norm"]) == pytest.approx(10 * sum(squares) / 24, rel=1e-5)
    assert "norm" not in goad_terms(features, logits, torch.tensor([4, 1]), 0.5, 0.1)


@pytest.mark.parametrize("copies", [None, 3])
def test_loss_groups_the_copies_of_each_image(copies):
    images, flips = as_batch(make_images(4)), Flips()
    weights = torch.randn(3 * 16 * 16, 7, generator=seeded(1)) / 8
    pretext = TripletCentre(flips, copies=copies)
    head = torch.randn(7, 6, generator=seeded(2))

    def outputs_of(inputs):
        features = inputs.flatten(1) @ weights
        return torch.cat([features, features @ head], dim=1)

    terms = pretext.loss(outputs_of, images, seeded())
    index = torch.randperm(6, generator=seeded())[:3] if copies else torch.arange(6)
    of_copies = [outputs_of(flips.transform(images, int(t))) for t in index]
    outputs = torch.stack(of_copies, dim=1)
    expected = goad_terms(outputs[..., :7], outputs[..., 7:], index, 0.1, 0.1, 10.0)
    for name, value in expected.items():
        assert float(terms[name]) == pytest.approx(float(value), rel=1e-4), name


@torch.no_grad()
def test_features_are_laid_out_transform_after_transform():
    pretext, network, batch = prepared("centres")
    network.eval()
    representation = pretext.represent(network, batch)
    assert representation.shape == (12, 32)
    for t in range(4):
        features = network.encoder(QuarterTurns().transform(batch[2:3], t))[0]
        torch.testing.assert_close(representation[2, 8 * t : 8 * t + 8], features)
