"""Every augmentation of the package, and the values of each."""

import colorsys
import math

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose

from pyod_ssad.augmentations import AUGMENTATIONS, CutAvg, CutDiff, CutOut, CutPaste
from pyod_ssad.augmentations.color import ColorJitter
from pyod_ssad.augmentations.cutdiff import ST_SSAD_SIGMA
from pyod_ssad.checks import parametrize_with_checks


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def batch(n=16, channels=3, height=40, width=32):
    return torch.rand(n, channels, height, width, generator=generator(9))


@parametrize_with_checks([cls() for cls in AUGMENTATIONS.values()])
def test_augmentations(subject, check):
    check(subject)


PATCHES = [CutOut, CutAvg, CutPaste]


class TestBoxes:
    @pytest.mark.parametrize("cls", PATCHES)
    @pytest.mark.parametrize("bad", [0, -0.1, 1.5, (0.2, 0.1), "big", (1, 2, 3), None])
    def test_bad_area(self, cls, bad):
        with pytest.raises(ValueError, match="patch_area"):
            cls(patch_area=bad)

    @pytest.mark.parametrize("cls", PATCHES)
    def test_sides_follow_area_and_aspect(self, cls):
        drawn = cls(patch_area=0.04, aspect=4.0).sample((50, 1, 100, 200), generator())
        assert set(drawn["height"].tolist()) == {10}
        assert set(drawn["width"].tolist()) == {80}

    def test_range_is_log_uniform(self):
        shape = (4000, 1, 1000, 1000)
        drawn = CutOut(patch_area=(0.001, 0.1), aspect=1.0).sample(shape, generator())
        area = (drawn["height"] * drawn["width"]).double() / 1e6
        quartiles = np.quantile(area.log10().numpy(), [0, 0.25, 0.5, 0.75, 1])
        assert_allclose(quartiles, [-3, -2.5, -2, -1.5, -1], atol=0.06)

    def test_boxes_reach_every_place_inside_the_image(self):
        drawn = CutOut(patch_area=0.25, aspect=1.0).sample((4000, 1, 8, 8), generator())
        assert set(drawn["top"].tolist()) == set(range(5))
        assert set(drawn["left"].tolist()) == set(range(5))

    def test_no_box_leaves_the_image(self):
        cutout = CutOut(patch_area=(1e-5, 1.0), aspect=(0.01, 100.0))
        drawn = cutout.sample((2000, 1, 20, 30), generator())
        assert drawn["height"].min() == 1 and drawn["width"].min() == 1
        assert (drawn["top"] + drawn["height"]).max() == 20
        assert (drawn["left"] + drawn["width"]).max() == 30


BOX = {
    "top": torch.tensor([2]),
    "left": torch.tensor([1]),
    "height": torch.tensor([3]),
    "width": torch.tensor([4]),
}


def test_cutout_blackens_the_box():
    images = batch(1, height=8, width=8)
    expected = images.clone()
    expected[:, :, 2:5, 1:5] = 0
    assert torch.equal(CutOut().apply(images, BOX), expected)


def test_cutavg_fills_the_box_with_its_mean_colour():
    images = batch(1, height=8, width=8)
    expected = images.clone()
    expected[:, :, 2:5, 1:5] = images[:, :, 2:5, 1:5].mean(dim=(2, 3), keepdim=True)
    assert_allclose(CutAvg().apply(images, BOX), expected, atol=1e-6)


class TestCutPaste:
    def test_copies_the_patch_as_it_is_without_jitter(self):
        images = batch(64)
        cutpaste = CutPaste(patch_area=(0.01, 0.3), jitter=0.0)
        p = cutpaste.sample(images.shape, generator())
        augmented = cutpaste.apply(images, p)
        for i, image in enumerate(images):
            top, left, height, width, down, right = (
                int(p[name][i])
                for name in ("top", "left", "height", "width", "down", "right")
            )
            source = image[
                :, top - down : top - down + height, left - right : left - right + width
            ]
            expected = image.clone()
            expected[:, top : top + height, left : left + width] = source
            assert_allclose(augmented[i], expected, atol=1e-6)

    def test_source_lies_inside_and_is_not_the_target(self):
        p = CutPaste(patch_area=(0.01, 0.9)).sample((4000, 1, 12, 12), generator())
        for start, shift, extent in (
            ("top", "down", "height"),
            ("left", "right", "width"),
        ):
            source = p[start] - p[shift]
            assert source.min() == 0
            assert (source + p[extent]).max() == 12
        moved = (p["down"] != 0) | (p["right"] != 0)
        full = (p["height"] == 12) & (p["width"] == 12)
        assert torch.equal(moved, ~full)

    def test_jitter_changes_the_patch_only(self):
        images = torch.full((8, 3, 20, 20), 0.5)
        cutpaste = CutPaste(patch_area=0.1, aspect=1.0, jitter=0.2)
        changed = (cutpaste(images, generator()) != images).any(dim=1)
        assert set(changed.sum(dim=(1, 2)).tolist()) == {36}


class TestCutDiff:
    @pytest.mark.parametrize("sigma", [math.sqrt(0.1), ST_SSAD_SIGMA])
    def test_matches_the_matrix_form(self, sigma):
        """The blob is exp(-d' (L L')^-1 d) with L = sqrt(2) sigma R S."""
        cutdiff = CutDiff((0.01, 0.3), (0.2, 5.0), (-90.0, 90.0), sigma)
        parameters = cutdiff.sample((3, 1, 9, 12), generator())
        mask = cutdiff.mask((3, 1, 9, 12), parameters)
        for i in range(3):
            area, aspect = (float(parameters[k][i]) for k in ("patch_area", "aspect"))
            angle = math.radians(float(parameters["angle"][i]))
            R = [
                [math.cos(angle), -math.sin(angle)],
                [math.sin(angle), math.cos(angle)],
            ]
            S = np.diag([math.sqrt(area * aspect), math.sqrt(area / aspect)])
            L = math.sqrt(2) * sigma * np.array(R) @ S
            for row in range(9):
                for column in range(12):
                    d = np.array([(column + 0.5) / 12, (row + 0.5) / 9])
                    d = d - parameters["centre"][i].numpy()
                    expected = math.exp(-d @ np.linalg.inv(L @ L.T) @ d)
                    assert mask[i, 0, row, column] == pytest.approx(expected, abs=1e-5)

    def test_only_darkens_all_channels_alike(self):
        images = batch()
        cutdiff = CutDiff(patch_area=0.1)
        p = cutdiff.sample(images.shape, generator())
        lost = cutdiff.mask(images.shape, p)
        assert_allclose(
            cutdiff.apply(images, p), (images - lost).clamp(min=0), atol=1e-6
        )
        assert lost.min() >= 0 and lost.max() <= 1

    def test_gradients_with_respect_to_the_shape(self):
        images = 0.9 + 0.1 * batch(2, 1, 6, 6).double()
        cutdiff = CutDiff((0.05, 0.2), 1.5, 30.0)
        drawn = cutdiff.sample(images.shape, generator())
        names = ("patch_area", "aspect", "angle")
        inputs = tuple(drawn[name].double().requires_grad_() for name in names)

        def apply(*values):
            parameters = {**dict(zip(names, values, strict=True))}
            parameters["centre"] = drawn["centre"].double()
            return cutdiff.apply(images, parameters)

        assert torch.autograd.gradcheck(apply, inputs)


class TestColorJitter:
    def test_zero_strength_changes_nothing(self):
        images = batch()
        assert_allclose(ColorJitter(0.0)(images, generator()), images, atol=1e-6)

    def test_brightness_and_contrast(self):
        images = 0.4 + 0.1 * batch(2, channels=1)
        p = _neutral(2, brightness=1.1, contrast=0.7)
        bright = 1.1 * images
        expected = bright.mean(dim=(2, 3), keepdim=True) * 0.3 + 0.7 * bright
        assert_allclose(ColorJitter().apply(images, p), expected, atol=1e-6)

    def test_no_saturation_is_grey(self):
        images = batch(2)
        grey = ColorJitter().apply(images, _neutral(2, saturation=0.0))
        expected = (images * torch.tensor([0.299, 0.587, 0.114])[:, None, None]).sum(1)
        for channel in range(3):
            assert_allclose(grey[:, channel], expected, atol=1e-5)

    def test_hue_turns_red_to_green_in_a_third_of_the_circle(self):
        red = torch.tensor([0.6, 0.2, 0.2])[None, :, None, None].expand(1, 3, 2, 2)
        turned = ColorJitter().apply(red, _neutral(1, hue=2 * math.pi / 3))
        hue = colorsys.rgb_to_hsv(*turned[0, :, 0, 0].tolist())[0]
        assert hue == pytest.approx(1 / 3, abs=1e-5)
        assert_allclose(turned[0, :, 0, 0], [0.2, 0.6, 0.2], atol=1e-6)

    @pytest.mark.parametrize("bad", [-0.1, 1.1, "strong"])
    def test_bad_strength(self, bad):
        with pytest.raises(ValueError, match="strength"):
            ColorJitter(bad)


def _neutral(n, **changes):
    values = {"brightness": 1.0, "contrast": 1.0, "saturation": 1.0, "hue": 0.0}
    return {name: torch.full((n,), v) for name, v in {**values, **changes}.items()}
