"""What every pretext task does, whatever it learns."""

import numpy as np
import pytest
import torch

from pyod_ssad.pretext.network import PretextNetwork
from tests.pyod_ssad.pretext.fakes import CASES, SCORED, prepared, seeded

SCORED_CASES = [case for case in CASES if case[0] in SCORED]


@pytest.mark.parametrize(("name", "n_channels"), CASES)
def test_gradients_reach_every_weight(name, n_channels):
    pretext, network, batch = prepared(name, n_channels)
    terms = pretext.loss(network, batch, seeded())
    assert all(term.shape == () and term.isfinite() for term in terms.values())
    sum(terms.values()).backward()
    for weights in network.parameters():
        assert weights.grad.isfinite().all()
    assert all(w.grad.abs().max() > 0 for w in network.encoder.parameters())


@pytest.mark.parametrize(("name", "n_channels"), CASES)
def test_all_draws_come_from_the_generator(name, n_channels):
    pretext, network, batch = prepared(name, n_channels)
    network.eval()
    before, state = batch.clone(), torch.get_rng_state()
    with torch.no_grad():
        losses = [
            float(sum(pretext.loss(network, batch, seeded(seed)).values()))
            for seed in (3, 3, 4)
        ]
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(batch, before)
    assert losses[0] == losses[1]
    draws = name not in ("mean", "centres", "autoencoder", "affine")
    assert (losses[0] != losses[2]) == draws


@pytest.mark.parametrize(("name", "n_channels"), CASES)
def test_learns_a_batch(name, n_channels):
    pretext, network, batch = prepared(name, n_channels)
    optimizer = torch.optim.Adam(network.parameters(), lr=1e-2)
    losses = []
    for step in range(12):
        loss = sum(pretext.loss(network, batch, seeded(step)).values())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(float(loss.detach()))
    assert sum(losses[-3:]) < 0.98 * sum(losses[:3])


@pytest.mark.parametrize(("name", "n_channels"), CASES)
def test_bfloat16_is_close_to_float32(name, n_channels):
    pretext, network, batch = prepared(name, n_channels)
    network.eval()

    def forward(inputs):
        with torch.autocast("cpu", torch.bfloat16):
            return network(inputs).float()

    low = sum(pretext.loss(forward, batch, seeded()).values())
    full = sum(pretext.loss(network, batch, seeded()).values())
    assert low.dtype == torch.float32
    torch.testing.assert_close(low, full, rtol=0.05, atol=0.01)


@pytest.mark.parametrize(("name", "n_channels"), SCORED_CASES)
def test_rows_depend_on_their_image_alone(name, n_channels):
    pretext, network, batch = prepared(name, n_channels)
    network.eval()
    together = pretext.represent(network, batch)
    assert together.ndim == 2
    assert together.isfinite().all()
    assert not together.requires_grad
    backwards = pretext.represent(network, batch.flip(0))
    torch.testing.assert_close(backwards.flip(0), together)
    alone = torch.cat([pretext.represent(network, image[None]) for image in batch])
    torch.testing.assert_close(alone, together, rtol=1e-4, atol=1e-5)
    assert together.std(dim=0).max() > 0


@pytest.mark.parametrize(("name", "n_channels"), CASES)
def test_all_that_is_prepared_is_in_the_state(name, n_channels):
    pretext, network, batch = prepared(name, n_channels)
    assert network.training
    assert {n for n, _ in network.named_buffers()} <= set(network.state_dict())
    copy = PretextNetwork(*prepared(name, n_channels)[1].children())
    for buffer in copy.buffers():
        buffer.zero_()
    copy.load_state_dict(network.state_dict())
    network.eval()
    copy.eval()
    assert torch.equal(copy(batch), network(batch))


@torch.no_grad()
@pytest.mark.parametrize("name", SCORED)
def test_the_density_scores_what_is_represented(name):
    pretext, network, batch = prepared(name)
    network.eval()
    representation = pretext.represent(network, batch).numpy()
    density = pretext.make_density()
    assert type(density) is SCORED[name]
    assert density is not pretext.make_density()
    scores = density.fit(representation).decision_function(representation)
    assert scores.shape == (12,)
    assert np.isfinite(scores).all()
    assert scores.std() > 0
