"""CSI's loss and what it scores, against slow transcriptions."""

import pytest
import torch
from torch.nn import functional as F

from pyod_ssad.augmentations import Noise, QuarterTurns
from pyod_ssad.pretext.csi import ContrastingShifted
from tests.pyod_ssad.pretext.fakes import as_batch, make_images, prepared, seeded
from tests.pyod_ssad.pretext.test_contrastive import slow_symmetric
from tests.pyod_ssad.pretext.test_which import slow_cross_entropy


def test_loss_is_its_slow_transcription():
    images, views, turns = as_batch(make_images(3)), Noise(0.2), QuarterTurns()
    weights = torch.randn(3 * 16 * 16, 9, generator=seeded(1)) / 8
    pretext = ContrastingShifted(views, turns, width=5)
    terms = pretext.loss(lambda x: x.flatten(1) @ weights, images, seeded())

    seen = views(images.repeat(8, 1, 1, 1), seeded())
    projections, logits, shifts = [], [], []
    for i, view in enumerate(seen):
        shift = i // 3 % 4
        outputs = view.rot90(shift, (1, 2)).flatten() @ weights
        projections.append(outputs[:5] / outputs[:5].norm())
        logits.append(outputs[5:])
        shifts.append(shift)
    u, v = torch.stack(projections).chunk(2)
    assert list(terms) == ["contrastive", "shift"]
    assert float(terms["contrastive"]) == pytest.approx(slow_symmetric(u, v, 0.5))
    expected = slow_cross_entropy(torch.stack(logits), shifts)
    assert float(terms["shift"]) == pytest.approx(expected, rel=1e-4)


def test_outputs_are_the_projection_and_logits_of_the_features():
    head = ContrastingShifted(Noise(), QuarterTurns(), width=5).make_head(6)
    features = torch.randn(3, 6, generator=seeded())
    hidden = F.relu(F.linear(features, *head.projection[0].parameters()))
    projection = F.linear(hidden, *head.projection[2].parameters())
    logits = F.linear(features, head.logits.weight, head.logits.bias)
    torch.testing.assert_close(head(features), torch.cat([projection, logits], dim=1))


@torch.no_grad()
def test_representation_is_its_slow_transcription():
    pretext, network, batch = prepared("csi")
    network.eval()
    representation = pretext.represent(network, batch)
    assert representation.shape == (12, 4 * 9)
    generator, rows = torch.Generator().manual_seed(0), torch.zeros(4, 9)
    for _ in range(4):
        draw = pretext.views.sample((1, 3, 16, 16), generator)
        view = pretext.views.apply(batch[7:8], draw)
        for k in range(4):
            outputs = network(view.rot90(k, (2, 3)))[0]
            rows[k, :8] += outputs[:8] / 4
            rows[k, 8] += outputs[8 + k] / 4
    torch.testing.assert_close(representation[7], rows.flatten(), rtol=1e-4, atol=1e-5)


def test_scores_are_of_the_test_views():
    _, network, batch = prepared("csi")
    network.eval()
    turns = QuarterTurns()
    weak, strong, mixed = (
        ContrastingShifted(*views, width=8, test_views=test_views).represent(
            network, batch
        )
        for views, test_views in [
            ((Noise(0.1), turns), None),
            ((Noise(0.5), turns), None),
            ((Noise(0.1), turns), Noise(0.5)),
        ]
    )
    assert torch.equal(mixed, strong)
    assert not torch.equal(mixed, weak)
