"""Deep SAD's loss against a slow transcription, its centre and known anomalies."""

import pytest
import torch

from pyod_ssad.augmentations import Noise
from pyod_ssad.pretext.deep_sad import Hypersphere, deep_sad_terms
from tests.pyod_ssad.pretext.fakes import (
    as_batch,
    make_images,
    make_network,
    prepared,
    seeded,
)


def slow_loss(normal, anomalous, eta):
    losses = normal + [eta * (d + 1e-6) ** -1 for d in anomalous]
    return sum(losses) / len(losses)


@pytest.mark.parametrize("eta", [1.0, 0.3])
@pytest.mark.parametrize("floor", [0.0, 0.1])
def test_is_its_slow_transcription(eta, floor):
    normal = [0.0, 0.2, 3.0, 0.01]
    anomalous = [0.1, 0.5, 4.0] + [0.02] * (floor == 0)
    terms = deep_sad_terms(torch.tensor(normal), torch.tensor(anomalous), eta, floor)
    total = float(sum(terms.values()))
    assert total == pytest.approx(slow_loss(normal, anomalous, eta), rel=1e-5)
    n = len(normal) + len(anomalous)
    assert float(terms["normal"]) == pytest.approx(sum(normal) / n)


def test_gradients_are_bounded_towards_the_centre():
    distances = torch.tensor([0.0, 1e-8, 0.05, 0.1, 0.2], requires_grad=True)
    terms = deep_sad_terms(torch.tensor([]), distances)
    terms["anomalous"].backward()
    slopes = 5 * distances.grad
    torch.testing.assert_close(
        slopes, torch.tensor([-100.0, -100.0, -100.0, -100.0, -25.0]), rtol=1e-3, atol=0
    )
    inverse = [
        float(deep_sad_terms(torch.tensor([]), d)["anomalous"])
        for d in distances.detach().split(1)
    ]
    assert inverse == pytest.approx([20, 20, 15, 10, 5], rel=1e-4)


def outputs_without_centre(network, images):
    network.eval()
    return network.head.linear(network.encoder(as_batch(images)))


@torch.no_grad()
def test_centre_is_the_mean_of_the_untrained_outputs_kept_off_zero():
    pretext, images = Hypersphere(Noise(), width=40), make_images(300)
    network = make_network(pretext)
    outputs = outputs_without_centre(network, images).mean(dim=0)
    network.head.linear.weight.mul_(0.1 / outputs.abs().median())
    network.train()
    pretext.prepare(network, images)
    assert network.training
    centre = network.head.centre
    expected = [
        m if abs(m) >= 0.1 else (0.1 if m > 0 else -0.1)
        for m in outputs_without_centre(network, images).mean(dim=0).tolist()
    ]
    torch.testing.assert_close(centre, torch.tensor(expected), rtol=1e-4, atol=1e-5)
    n_pushed = int((centre.abs() <= 0.1 + 1e-6).sum())
    assert 0 < n_pushed < 40


@torch.no_grad()
def test_preparing_leaves_the_weights_and_does_not_depend_on_itself():
    pretext, images = Hypersphere(Noise(), width=8), make_images(20)
    network = make_network(pretext)
    before = {k: v.clone() for k, v in network.state_dict().items()}
    pretext.prepare(network, images)
    once = network.head.centre.clone()
    pretext.prepare(network, as_batch(images))
    assert torch.equal(network.head.centre, once)
    assert once.abs().min() > 0
    after = network.state_dict()
    changed = [k for k in before if not torch.equal(before[k], after[k])]
    assert changed == ["head.centre"]


@torch.no_grad()
def test_many_images_are_thinned_out_evenly():
    pretext = Hypersphere(Noise(), width=8)
    images = make_images(4001)
    network, thinned = make_network(pretext), make_network(pretext)
    pretext.prepare(network, images)
    pretext.prepare(thinned, images[::3])
    assert torch.equal(network.head.centre, thinned.head.centre)


def test_an_output_of_zero_stays_there():
    pretext = Hypersphere(Noise(), width=8)
    network = make_network(pretext)
    torch.nn.init.zeros_(network.head.linear.weight)
    pretext.prepare(network, make_images(4))
    assert torch.equal(network.head.centre, torch.zeros(8))


@torch.no_grad()
def test_distances_are_to_the_centre():
    pretext, network, batch = prepared("hypersphere")
    network.eval()
    phi = network.head.linear(network.encoder(batch))
    centre = network.head.centre
    scores = pretext.represent(network, batch)
    assert scores.shape == (12, 1)
    for row, (score,) in zip(phi.tolist(), scores.tolist(), strict=True):
        by_hand = sum((a - b) ** 2 for a, b in zip(row, centre.tolist(), strict=True))
        assert score == pytest.approx(by_hand, rel=1e-4)
    anomalous = pretext.augmentation(batch, seeded())
    expected = deep_sad_terms(scores[:, 0], pretext.represent(network, anomalous)[:, 0])
    terms = pretext.loss(network, batch, seeded())
    for name, value in expected.items():
        assert float(terms[name]) == pytest.approx(float(value), rel=1e-4), name


@pytest.mark.parametrize("convert", [lambda x: x, as_batch])
def test_known_anomalies_are_drawn_and_count_as_anomalous(convert):
    images, known, seen = as_batch(make_images(10)), make_images(4, seed=5), []

    def forward(inputs):
        seen.append(inputs)
        return torch.full((len(inputs), 1), 2.0)

    pretext = Hypersphere(Noise(), convert(known), known_share=0.25)
    terms = pretext.loss(forward, images, seeded())
    (inputs,) = seen
    assert len(inputs) == 10 + 10 + 3
    for drawn in inputs[20:]:
        assert any(torch.equal(drawn, x) for x in as_batch(known))
    assert float(terms["normal"]) == pytest.approx(10 * 4 / 23)
    assert float(terms["anomalous"]) == pytest.approx(13 / 4 / 23)


def test_known_anomalies_go_through_their_views():
    images, known, seen = as_batch(make_images(8)), make_images(4, seed=5), []

    def forward(inputs):
        seen.append(inputs)
        return inputs.flatten(1)

    views = Noise(0.2)
    Hypersphere(Noise(), known, known_views=views).loss(forward, images, seeded())
    drawn = seen[0][16:]
    nearest = [min((d - x).abs().max() for x in as_batch(known)) for d in drawn]
    assert min(nearest) > 0.05
