"""Classes of originals and of several augmentations, against a slow transcription."""

import math

import torch

from pyod_ssad.augmentations import ColorJitter, Noise
from pyod_ssad.pretext.augmented import AugmentedOrNot
from pyod_ssad.pretext.which import WhichAugmentation
from tests.pyod_ssad.pretext.fakes import as_batch, make_images, seeded


def forward_of(n_classes):
    weights = torch.randn(3 * 16 * 16, n_classes, generator=seeded(1))
    return lambda images: images.flatten(1) @ weights


def slow_cross_entropy(rows, targets):
    losses = []
    for row, target in zip(rows.tolist(), targets, strict=True):
        losses.append(math.log(sum(math.exp(v - row[target]) for v in row)))
    return sum(losses) / len(losses)


def test_every_augmentation_is_a_class():
    images, forward = as_batch(make_images(4)), forward_of(3)
    first, second = Noise(0.3), ColorJitter(0.5)
    terms = WhichAugmentation([first, second]).loss(forward, images, seeded())
    generator = seeded()
    logits = [forward(x) for x in (images, first(images, generator))]
    logits.append(forward(second(images, generator)))
    expected = slow_cross_entropy(torch.cat(logits), [0] * 4 + [1] * 4 + [2] * 4)
    assert list(terms) == ["loss"]
    assert abs(float(terms["loss"]) - expected) < 1e-4


def test_one_augmentation_is_augmented_or_not():
    images, forward, noise = as_batch(make_images(4)), forward_of(2), Noise(0.3)
    loss = AugmentedOrNot(noise).loss(forward, images, seeded())["loss"]
    logits = forward(torch.cat([images, noise(images, seeded())]))
    targets = torch.tensor([0] * 4 + [1] * 4)
    assert loss == torch.nn.functional.cross_entropy(logits, targets)


def test_heads_have_an_output_for_each_class():
    features = torch.rand(2, 8)
    assert AugmentedOrNot(Noise()).make_head(8)(features).shape == (2, 2)
    three_way = WhichAugmentation([Noise(), ColorJitter()])
    assert three_way.make_head(8)(features).shape == (2, 3)
