"""The encoder of tables, and the loss of its views."""

import pytest
import torch
from torch.nn import functional as F

from pyod_ssad.pretext.affine import AffineCentres, AffineViews
from pyod_ssad.pretext.centres import goad_terms
from tests.pyod_ssad.pretext.fakes import COLUMNS, N_AFFINE, prepared, seeded


def test_training_rows_are_standardised():
    rows = torch.tensor([[1.0, 5.0, 0.1], [3.0, 5.0, 0.1], [8.0, 5.0, 0.1]])
    encoder = AffineViews(3)
    encoder.standardise(rows)
    torch.testing.assert_close(encoder.mean, torch.tensor([4.0, 5.0, 0.1]))
    std = (26 / 3) ** 0.5
    torch.testing.assert_close(encoder.std, torch.tensor([std, 1.0, 1.0]))


def test_small_spread_on_a_large_mean_is_seen():
    rows = 1000 + torch.tensor([[0.0], [0.25], [0.5], [0.75]])
    encoder = AffineViews(1)
    encoder.standardise(rows)
    assert float(encoder.std[0]) == pytest.approx(0.2795085, rel=1e-5)


@torch.no_grad()
def test_loss_leaves_the_statistics_and_the_matrices():
    pretext, network, batch = prepared("affine")
    before = [buffer.clone() for buffer in network.buffers()]
    assert not torch.equal(network.encoder.mean, torch.zeros(COLUMNS))
    pretext.loss(network, batch, seeded())
    after = list(network.buffers())
    assert all(torch.equal(a, b) for a, b in zip(before, after, strict=True))
    assert not {id(buffer) for buffer in after} & {id(w) for w in network.parameters()}


@torch.no_grad()
def test_views_are_their_slow_transcription():
    _, network, batch = prepared("affine")
    encoder = network.encoder
    first, second = (m.weight for m in encoder.shared if hasattr(m, "weight"))
    for row, embedding in zip(batch, encoder(batch), strict=True):
        views = []
        for m in range(N_AFFINE):
            view = ((row - encoder.mean) / encoder.std) @ encoder.matrices[m]
            hidden = first @ view
            hidden = torch.where(hidden > 0, hidden, 0.2 * hidden)
            views.append(second @ hidden)
        torch.testing.assert_close(embedding, torch.cat(views), rtol=1e-4, atol=1e-5)


def test_one_layer_is_linear():
    encoder = AffineViews(4, n_transforms=2, rank=3, width=5, layers=1)
    rows = torch.randn(6, 4, generator=seeded())
    assert encoder(rows).shape == (6, 10)
    torch.testing.assert_close(encoder(-2 * rows), -2 * encoder(rows))


@torch.no_grad()
def test_loss_is_of_the_features_and_logits_of_each_view():
    pretext, network, batch = prepared("affine")
    terms = pretext.loss(network, batch, seeded())
    features = network.encoder(batch).view(12, N_AFFINE, 3)
    hidden = torch.where(features > 0, features, 0.2 * features)
    layer = network.head.logits
    logits = F.linear(hidden, layer.weight, layer.bias)
    expected = goad_terms(features, logits, torch.arange(N_AFFINE), 1.0, 0.1)
    assert list(terms) == ["cross_entropy", "triplet"]
    for name, value in expected.items():
        assert float(terms[name]) == pytest.approx(float(value), rel=1e-5), name


def test_representation_is_the_embedding():
    pretext, network, batch = prepared("affine")
    network.eval()
    assert torch.equal(pretext.represent(network, batch), network.encoder(batch))


def test_defaults_fit_one_another():
    assert AffineCentres().n_transforms == AffineViews(2).matrices.shape[0]
