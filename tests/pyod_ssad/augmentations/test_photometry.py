"""Inverted, grey and masked images, colour jitter, and SimCLR's cocktail."""

import math

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from pyod_ssad.augmentations import (
    ColorJitter,
    Crop,
    Flip,
    Grayscale,
    Invert,
    Mask,
    SimCLR,
)


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def batch(n=16, channels=3, height=40, width=32):
    return torch.rand(n, channels, height, width, generator=generator(9))


def test_invert():
    assert torch.equal(Invert()(batch(), generator()), 1 - batch())


class TestGrayscale:
    def test_is_the_luma(self):
        red, green, blue = batch().double().unbind(dim=1)
        expected = (0.299 * red + 0.587 * green + 0.114 * blue)[:, None]
        made = Grayscale()(batch(), generator())
        assert_allclose(made, expected.expand(-1, 3, -1, -1), atol=1e-6)
        assert torch.equal(made[:, 0], made[:, 1])
        assert torch.equal(made[:, 0], made[:, 2])

    def test_white_stays_within_bounds(self):
        assert float(Grayscale()(torch.ones(1, 3, 2, 2), generator()).max()) <= 1

    def test_one_channel_stays(self):
        grey = batch(channels=1)
        assert torch.equal(Grayscale()(grey, generator()), grey)


@pytest.mark.parametrize("cls", [Invert, Grayscale])
def test_some_images_only(cls):
    images = batch(1).expand(1000, -1, -1, -1)
    changed = (cls(p=0.3)(images, generator()) != images).flatten(1).any(dim=1)
    assert 250 <= int(changed.sum()) <= 350


class TestMask:
    def test_loses_its_share_of_pixels_in_all_channels(self):
        images = batch(100) * 0.5 + 0.5
        made = Mask(0.3)(images, generator())
        lost = (made == 0).all(dim=1)
        assert torch.equal((made == 0).any(dim=1), lost)
        kept = ~lost[:, None].expand_as(images)
        assert torch.equal(made[kept], images[kept])
        assert float(lost.float().mean()) == pytest.approx(0.3, abs=0.005)

    def test_a_range_of_shares(self):
        lost = Mask((0.1, 0.5)).sample((500, 1, 50, 50), generator())["lost"]
        shares = lost.float().mean(dim=(1, 2, 3)).numpy()
        assert_allclose(np.quantile(shares, [0, 0.5, 1]), [0.1, 0.3, 0.5], atol=0.04)


class TestColorJitter:
    def test_draws_what_it_did_before_it_had_a_hue_and_a_probability(self):
        drawn, rand = ColorJitter(0.3).sample((5, 3, 8, 8), made := generator()), {}
        again = generator()
        for name in ("brightness", "contrast", "saturation"):
            rand[name] = 1 - 0.3 + 0.6 * torch.rand(5, generator=again)
        turn = -0.3 + 0.6 * torch.rand(5, generator=again)
        rand["hue"] = 2 * math.pi * turn
        assert_allclose([drawn[n] for n in rand], list(rand.values()), rtol=1e-6)
        assert torch.equal(made.get_state(), again.get_state())

    def test_a_hue_of_its_own(self):
        drawn = ColorJitter(0.8, hue=0.2).sample((4000, 3, 8, 8), generator())
        for name in ("brightness", "contrast", "saturation"):
            low, high = drawn[name].min(), drawn[name].max()
            assert_allclose([low, high], [0.2, 1.8], atol=0.01)
        low, high = drawn["hue"].min(), drawn["hue"].max()
        assert_allclose([low, high], [-0.4 * math.pi, 0.4 * math.pi], atol=0.01)

    def test_the_hue_turns_by_half_a_circle_at_most(self):
        drawn = ColorJitter(0.9).sample((4000, 3, 8, 8), generator())
        assert float(drawn["hue"].abs().max()) == pytest.approx(math.pi, abs=0.01)
        assert float(drawn["hue"].abs().max()) <= math.pi

    def test_no_hue_keeps_the_order_of_the_channels(self):
        images = batch().sort(dim=1)[0]
        made = ColorJitter(0.4, hue=0.0)(images, generator())
        assert (made.diff(dim=1) >= -1e-6).all()
        # Grey: what is left of a jitter of all colours alike.
        grey = batch(channels=1).expand(-1, 3, -1, -1)
        made = ColorJitter(0.4, hue=0.0)(grey, generator())
        assert_allclose(made[:, 0], made[:, 2], atol=1e-6)

    def test_images_that_are_left_stay_to_the_last_bit(self):
        images = batch(1).expand(1000, -1, -1, -1)
        made = ColorJitter(0.4, p=0.8)(images, generator())
        changed = (made != images).flatten(1).any(dim=1)
        assert 760 <= int(changed.sum()) <= 840


class TestSimCLR:
    def test_is_its_four_steps(self):
        images = batch(64)
        simclr = SimCLR(strength=0.8, area=(0.08, 0.5))
        p = simclr.sample(images.shape, generator())
        made = images
        steps = (Crop((0.08, 0.5)), Flip(), ColorJitter(), Grayscale())
        for step, drawn in zip(steps, p.values(), strict=True):
            made = step.apply(made, drawn)
        assert torch.equal(simclr.apply(images, p), made)

    def test_strengths_and_probabilities(self):
        crop, flip, jitter, grey = (
            SimCLR(0.8, (0.3, 0.6)).sample((4000, 3, 8, 8), generator()).values()
        )
        area = crop["height"] * crop["width"]
        assert_allclose([area.min(), area.max()], [0.3, 0.6], atol=0.005)
        assert float(flip["index"].float().mean()) == pytest.approx(0.5, abs=0.03)
        assert float(grey["index"].float().mean()) == pytest.approx(0.2, abs=0.03)
        jittered = jitter["contrast"] != 1
        assert float(jittered.float().mean()) == pytest.approx(0.8, abs=0.03)
        for name in ("brightness", "contrast", "saturation"):
            assert_allclose(jitter[name].max(), 1.8, atol=0.01)
        assert_allclose(jitter["hue"].max(), 2 * math.pi * 0.2, atol=0.01)

    def test_without_flips(self):
        p = SimCLR(flip=0).sample((100, 3, 8, 8), generator())
        assert not p["1"]["index"].any()
