"""Crops of images as patches."""

import numpy as np
import torch
from numpy.testing import assert_allclose
from torch.nn import functional as F

from pyod_ssad.backbones import Encoder, SmallCNN
from pyod_ssad.maps import crop_stage, draw_maps
from pyod_ssad.maps.crop_stage import CropStage
from pyod_ssad.pretext.network import PretextNetwork

IMAGES = torch.rand(5, 3, 20, 20, generator=torch.Generator().manual_seed(0))


@torch.no_grad()
def test_each_position_is_the_embedding_of_its_crop(monkeypatch):
    monkeypatch.setattr(crop_stage, "AT_ONCE", 40)
    torch.manual_seed(0)
    network = PretextNetwork(Encoder(SmallCNN((4, 6))), torch.nn.Identity()).eval()
    seen = CropStage(None, 8, 4).represent(network, IMAGES)
    assert seen.shape == (5, 16, 6)
    for position, (top, left) in {0: (0, 0), 3: (0, 12), 6: (4, 8)}.items():
        crops = IMAGES[:, :, top : top + 8, left : left + 8]
        expected = F.normalize(network.encoder(crops), dim=1)
        torch.testing.assert_close(seen[:, position], expected)


def test_a_map_is_high_where_the_crop_s_centre_is():
    stage = CropStage(None, 8, 4)
    assert stage.margin == 2
    scores = np.zeros((1, 16, 16))
    scores[0, 5, 9] = 1.0
    # Crops of 8 pixels, 4 apart, in 68: the centre is at 4 + 4 * 5 and 4 + 4 * 9.
    (drawn,) = draw_maps(scores.reshape(1, -1), 68, (68, 68), stage.margin)
    assert np.unravel_index(drawn.argmax(), drawn.shape) in (
        (23, 39),
        (23, 40),
        (24, 39),
        (24, 40),
    )
    row, column = (drawn.sum(axis=axis) for axis in (1, 0))
    centres = np.arange(68) + 0.5
    assert_allclose(
        [row @ centres / row.sum(), column @ centres / column.sum()], [24, 40]
    )


def test_the_border_has_what_is_nearest():
    scores = np.repeat([[1.0, 1.0, 1.0, 5.0]], 4, axis=0)[None]
    (drawn,) = draw_maps(scores.reshape(1, -1), 16, (16, 16), margin=4.0)
    assert drawn[:, -1].min() > 4.9 and drawn[:, 0].max() < 1.1
