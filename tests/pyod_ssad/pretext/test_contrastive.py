"""NT-Xent in both directions against slow transcriptions, and what is contrasted."""

import math

import pytest
import torch
from torch.nn import functional as F

from pyod_ssad.augmentations import Noise, QuarterTurns
from pyod_ssad.pretext.contrastive import Contrastive, nt_xent
from tests.pyod_ssad.pretext.fakes import as_batch, make_images, seeded


def dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def slow_symmetric(u, v, temperature):
    views = u.tolist() + v.tolist()
    n, losses = len(u), []
    for i, anchor in enumerate(views):
        positive = math.exp(dot(anchor, views[(i + n) % (2 * n)]) / temperature)
        others = [
            math.exp(dot(anchor, views[k]) / temperature)
            for k in range(2 * n)
            if k != i
        ]
        losses.append(-math.log(positive / sum(others)))
    return sum(losses) / len(losses)


def slow_one_direction(u, v, temperature):
    losses = []
    for i, anchor in enumerate(u.tolist()):
        terms = [math.exp(dot(anchor, other) / temperature) for other in v.tolist()]
        losses.append(-math.log(terms[i] / sum(terms)))
    return sum(losses) / len(losses)


SLOW = {True: slow_symmetric, False: slow_one_direction}


@pytest.fixture
def pair():
    u, v = torch.randn(2, 7, 5, generator=seeded())
    return F.normalize(u, dim=1), F.normalize(0.5 * u + v, dim=1)


@pytest.mark.parametrize("symmetric", [True, False])
@pytest.mark.parametrize("temperature", [0.1, 0.5, 2.0])
def test_is_its_slow_transcription(pair, symmetric, temperature):
    loss = nt_xent(*pair, temperature, symmetric=symmetric)
    assert float(loss) == pytest.approx(SLOW[symmetric](*pair, temperature), rel=1e-5)


def test_only_the_symmetric_one_treats_both_views_alike(pair):
    u, v = pair
    assert float(nt_xent(u, v, 0.2)) == pytest.approx(float(nt_xent(v, u, 0.2)))
    one, other = (nt_xent(*p, 0.2, symmetric=False) for p in ((u, v), (v, u)))
    assert abs(float(one) - float(other)) > 0.01


def test_equal_vectors_are_a_guess_among_all():
    same = torch.ones(4, 1)
    assert float(nt_xent(same, same, 0.2)) == pytest.approx(math.log(7))
    one = nt_xent(same, same, 0.2, symmetric=False)
    assert float(one) == pytest.approx(math.log(4))


@pytest.mark.parametrize("symmetric", [True, False])
def test_views_of_an_image_are_a_pair(symmetric):
    images, views = as_batch(make_images(5)), Noise(0.1)
    pretext = Contrastive(views, temperature=0.3, symmetric=symmetric)
    loss = pretext.loss(lambda x: x.flatten(1), images, seeded())["loss"]
    seen = views(images.repeat(2, 1, 1, 1), seeded()).flatten(1)
    u, v = (seen / seen.norm(dim=1, keepdim=True)).chunk(2)
    assert float(loss) == pytest.approx(SLOW[symmetric](u, v, 0.3), rel=1e-4)


@pytest.mark.parametrize("copies", [None, 3])
def test_transformed_copies_are_instances_of_their_own(copies):
    images, seen = as_batch(make_images(5)), []

    def forward(inputs):
        seen.append(inputs)
        return inputs.flatten(1)

    pretext = Contrastive(Noise(0.002), QuarterTurns(), copies=copies)
    loss = pretext.loss(forward, images, seeded())["loss"]
    (inputs,) = seen
    n = 5 * (copies or 4)
    assert len(inputs) == 2 * n
    first, second = inputs.chunk(2)
    assert (first - second).abs().max() < 0.02
    for i in range(n):
        near = [(first[i] - other).abs().max() < 0.02 for other in first]
        assert sum(near) == 1
    expected = slow_one_direction(
        *(F.normalize(part.flatten(1), dim=1) for part in (first, second)), 0.2
    )
    assert float(loss) == pytest.approx(expected, rel=1e-4)
