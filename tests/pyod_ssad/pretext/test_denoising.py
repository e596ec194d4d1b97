"""Reconstruction of any size, and its errors."""

import pytest
import torch

from pyod_ssad.augmentations import Noise
from pyod_ssad.pretext.denoising import Denoising, make_decoder
from tests.pyod_ssad.pretext.fakes import as_batch, make_images, prepared, seeded


@pytest.mark.parametrize("side", [8, 12, 13, 28, 50, 64, 97])
def test_decoder_makes_images_of_any_size(side):
    decoder = make_decoder(6, side)
    images = decoder(torch.randn(2, 6, generator=seeded()))
    assert images.shape == (2, 3, side, side)
    assert images.min() >= 0
    assert images.max() <= 1
    assert max(decoder[1].unflattened_size[1:]) <= 12


@pytest.mark.parametrize("side", [8, 64, 97])
def test_all_pixels_depend_on_the_features(side):
    decoder = make_decoder(6, side)
    images = decoder(torch.randn(4, 6, generator=seeded()))
    assert images.std(dim=0).min() > 0


def test_the_clean_image_is_the_target():
    images, noise = as_batch(make_images(4)), Noise(0.3)
    loss = Denoising(noise, 16).loss(lambda x: x, images, seeded())["loss"]
    errors = [
        (a - b) ** 2
        for a, b in zip(
            noise(images, seeded()).flatten().tolist(),
            images.flatten().tolist(),
            strict=True,
        )
    ]
    assert float(loss) == pytest.approx(sum(errors) / len(errors), rel=1e-4)
    perfect = Denoising(None, 16).loss(lambda x: x, images, seeded())["loss"]
    assert float(perfect) == 0


@torch.no_grad()
@pytest.mark.parametrize("n_channels", [1, 3])
def test_residuals_are_means_over_channels_and_scores_over_all(n_channels):
    pretext, network, batch = prepared("denoising", n_channels)
    network.eval()
    made = network(batch)
    residual = pretext.residual(network, batch)
    assert residual.shape == (12, 16, 16)
    errors = (made - batch)[3, :, 5, 11].tolist()
    by_hand = sum(e * e for e in errors) / 3
    assert float(residual[3, 5, 11]) == pytest.approx(by_hand, rel=1e-4)
    scores = pretext.represent(network, batch)
    torch.testing.assert_close(scores[:, 0], (made - batch).square().mean((1, 2, 3)))
