"""Which transform it was: which copies are made, and what is scored."""

import math

import pytest
import torch

from pyod_ssad.augmentations import Noise, QuarterTurns
from pyod_ssad.pretext.transforms import TransformPrediction
from tests.pyod_ssad.pretext.fakes import Flips, as_batch, make_images, prepared, seeded


class Recorder:
    """A network that keeps what it sees and answers zeros."""

    def __init__(self, n_outputs):
        self.n_outputs = n_outputs

    def __call__(self, inputs):
        self.inputs = inputs
        return torch.zeros(len(inputs), self.n_outputs)


def recognise(images, transforms):
    """Return a network that knows the images, and so the transform of each copy."""
    n = transforms.n_transforms
    originals = [transforms.transform(images, k) for k in range(n)]

    def forward(copies):
        rows = []
        for copy in copies:
            errors = [min((copy - image).abs().sum() for image in o) for o in originals]
            rows.append([-100 * float(error) for error in errors])
        return torch.tensor(rows)

    return forward


@pytest.mark.parametrize("copies", [None, 2, 6])
def test_targets_are_the_transforms_of_the_copies(copies):
    images, flips = as_batch(make_images(3)), Flips()
    pretext = TransformPrediction(flips, copies=copies)
    loss = pretext.loss(recognise(images, flips), images, seeded())["loss"]
    assert float(loss) < 1e-3


def test_all_transforms_of_every_image_are_seen():
    images, network = as_batch(make_images(3)), Recorder(4)
    turns = QuarterTurns()
    loss = TransformPrediction(turns).loss(network, images, seeded())["loss"]
    expected = torch.cat([turns.transform(images, k) for k in range(4)])
    assert torch.equal(network.inputs, expected)
    assert float(loss) == pytest.approx(math.log(4))


def test_copies_are_of_different_transforms_for_every_image():
    images, flips, network = as_batch(make_images(3)), Flips(), Recorder(6)
    TransformPrediction(flips, copies=4).loss(network, images, seeded())
    assert len(network.inputs) == 12
    answer = recognise(images, flips)(network.inputs).argmax(dim=1)
    of_images = answer.view(4, 3).T.tolist()
    assert all(len(set(of_image)) == 4 for of_image in of_images)
    assert len({tuple(of_image) for of_image in of_images}) > 1


def test_views_are_drawn_for_every_copy_before_it_is_transformed():
    images, network, views = as_batch(make_images(2)), Recorder(4), Noise(0.2)
    turns = QuarterTurns()
    TransformPrediction(turns, views).loss(network, images, seeded())
    seen = views(images.repeat(4, 1, 1, 1), seeded())
    for k in range(4):
        block = slice(2 * k, 2 * k + 2)
        assert torch.equal(network.inputs[block], turns.transform(seen[block], k))
    back = [network.inputs[2 * k].rot90(-k, (1, 2)) for k in range(4)]
    assert (back[0] - back[1]).abs().max() > 0.05


def slow_probabilities(network, image, transforms):
    """Return p[t][k] of one image, by exponentials."""
    rows = []
    for t in range(transforms.n_transforms):
        (logits,) = network(transforms.transform(image[None], t)).tolist()
        total = sum(math.exp(v) for v in logits)
        rows.append([math.exp(v) / total for v in logits])
    return rows


@torch.no_grad()
def test_product_orders_as_the_classifier_does():
    pretext, network, batch = prepared("turns")
    network.eval()
    network.head[-1].weight.mul_(20)
    scores, slow = pretext.represent(network, batch), []
    for image in batch:
        p = slow_probabilities(network, image, pretext.transforms)
        slow.append(1 - math.prod(p[k][k] for k in range(4)))
    assert scores.shape == (12, 1)
    expected = [-math.log(1 - s) for s in slow]
    torch.testing.assert_close(scores[:, 0], torch.tensor(expected), rtol=1e-3, atol=0)
    assert scores[:, 0].argsort().tolist() == torch.tensor(slow).argsort().tolist()


@torch.no_grad()
@pytest.mark.parametrize("name", ["copies", "mean"])
def test_log_probabilities_are_laid_out_copy_after_copy(name):
    pretext, network, batch = prepared(name)
    network.eval()
    network.head[-1].weight.mul_(20)
    representation = pretext.represent(network, batch)
    assert representation.shape == (12, 36)
    p = slow_probabilities(network, batch[5], pretext.transforms)
    for t in range(6):
        for k in range(6):
            log_p = float(representation[5, 6 * t + k])
            assert log_p == pytest.approx(math.log(p[t][k]), rel=1e-3, abs=1e-5)


@torch.no_grad()
def test_log_probabilities_do_not_underflow():
    pretext, network, batch = prepared("copies")
    network.eval()
    network.head[-1].weight.mul_(1e5)
    representation = pretext.represent(network, batch)
    assert representation.isfinite().all()
    assert representation.min() < -200
