"""Learnable augmentations: bounds, gradients, starts, and the values of each."""

import math

import pytest
import torch
from numpy.testing import assert_allclose

from pyod_ssad.augmentations import (
    Blur,
    ColorShift,
    CutDiff,
    Noise,
    Rotation,
    SignedCutDiff,
    SoftLine,
    SoftPatch,
)
from pyod_ssad.augmentations._learnable import (
    BoundAugmentation,
    Bounds,
    LogBounds,
    Periodic,
)
from pyod_ssad.self_tuning.families import LEARNABLE
from pyod_ssad.self_tuning.lookahead import Hyperparameters


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def mid_grey(n=2, channels=3, side=8):
    """Images that no augmentation under test clips, so that all is smooth."""
    noise = torch.rand(n, channels, side, side, generator=generator(3))
    return (0.5 + 0.02 * noise).double()


@pytest.fixture(params=list(LEARNABLE))
def family(request):
    return LEARNABLE[request.param]()


# Away from the bounds, and weak enough not to be clipped.
INSIDE = {
    CutDiff: {"patch_area": 0.2, "aspect": 1.7, "angle": 25.0},
    SignedCutDiff: {
        "patch_area": 0.2,
        "aspect": 1.7,
        "angle": 25.0,
        "red": 0.3,
        "green": -0.2,
        "blue": 0.1,
    },
    Rotation: {"angle": 200.0},
    SoftLine: {"length": 0.7, "width": 0.15, "curvature": 0.4, "strength": 0.3},
    SoftPatch: {"patch_area": 0.2, "aspect": 0.6, "angle": 140.0, "opacity": 0.6},
    Noise: {"std": 0.05},
    Blur: {"sigma": 0.12},
    ColorShift: {"red": 0.1, "green": -0.2, "blue": 0.3},
}


class TestBounds:
    @pytest.mark.parametrize("bounds", [Bounds(-1, 3), LogBounds(1e-4, 2.0)])
    def test_values_stay_inside_and_come_back(self, bounds):
        free = torch.linspace(-8, 8, 33, dtype=torch.float64)
        values = bounds.to_value(free)
        assert (values.diff() > 0).all()
        assert values.min() > bounds.low and values.max() < bounds.high
        back = [bounds.to_free(float(value)) for value in values]
        assert_allclose(back, free, atol=1e-8)

    def test_the_middle_is_arithmetic_or_geometric(self):
        zero = torch.zeros((), dtype=torch.float64)
        assert float(Bounds(-1, 3).to_value(zero)) == pytest.approx(1)
        assert float(LogBounds(0.01, 1).to_value(zero)) == pytest.approx(0.1)

    def test_angles_wrap(self):
        bounds = Periodic(180.0)
        free = torch.tensor([0.0, 1.0, 4.5, -1.0], dtype=torch.float64)
        assert_allclose(bounds.to_value(free), [0, 45, 22.5, 135])
        assert float(
            bounds.to_value(torch.tensor(bounds.to_free(50.0)))
        ) == pytest.approx(50)

    def test_spread(self):
        assert_allclose(LogBounds(1e-4, 0.1).spread(4), [1e-4, 1e-3, 1e-2, 1e-1])
        assert_allclose(LogBounds(1e-4, 0.01).spread(1), [1e-3])
        assert_allclose(Bounds(0, 4).spread(3), [0, 2, 4])
        assert_allclose(Periodic(360).spread(4), [45, 135, 225, 315])


class TestEveryFamily:
    def test_gradients_of_every_hyperparameter(self, family):
        images = mid_grey()
        values = INSIDE[type(family)]
        hyperparameters = Hyperparameters(family, values, dtype=torch.float64)

        def apply(*free):
            hyperparameters.free = dict(zip(values, free, strict=True))
            bound = BoundAugmentation(family, hyperparameters.to_values())
            return bound(images, generator())

        assert list(hyperparameters.free) == list(values)
        inputs = tuple(hyperparameters.free.values())
        assert torch.autograd.gradcheck(apply, inputs)
        gradients = torch.autograd.grad(apply(*inputs).square().sum(), inputs)
        assert all(gradient != 0 for gradient in gradients)

    def test_values_out_of_bounds_are_refused(self, family):
        for name, value in INSIDE[type(family)].items():
            with pytest.raises(ValueError, match=name):
                type(family)(**{name: 1000.0})
            assert getattr(type(family)(**{name: value}), name) == (value, value)


def test_starts_of_the_paper():
    areas = [start["patch_area"] for start in CutDiff().starts(4, 256)]
    assert_allclose(areas, [1e-4, 1e-3, 1e-2, 1e-1])
    assert all(s["aspect"] == 1 and s["angle"] == 0 for s in CutDiff().starts(4, 256))
    assert [s["angle"] for s in Rotation().starts(4, 256)] == [45, 135, 225, 315]


@pytest.mark.parametrize("side", [8, 32, 4096])
def test_areas_to_start_from_ascend_at_any_size(side):
    areas = [start["patch_area"] for start in CutDiff().starts(4, side)]
    assert sorted(areas) == areas and areas[1] > 1.3 * areas[0]
    assert 1e-6 < areas[0] <= 0.02


class TestRotation:
    @pytest.mark.parametrize("turns", [1, 2, 3])
    def test_quarter_turns_are_anticlockwise(self, turns):
        images = torch.rand(2, 3, 8, 8, generator=generator())
        turned = Rotation(90.0 * turns)(images, generator())
        assert_allclose(turned, torch.rot90(images, turns, dims=(2, 3)), atol=1e-5)

    def test_images_that_are_not_square_keep_their_shapes(self):
        images = torch.zeros(1, 1, 9, 15)
        images[0, 0, 3:6, 4:11] = 1.0
        turned = Rotation(90.0)(images, generator())
        expected = torch.zeros(1, 1, 9, 15)
        expected[0, 0, 1:8, 6:9] = 1.0
        assert_allclose(turned, expected, atol=1e-5)


class TestSignedCutDiff:
    def test_minus_one_is_cutdiff(self):
        images, shape = mid_grey(), INSIDE[CutDiff]
        dark = SignedCutDiff().fixed_at({**shape, "red": -1, "green": -1, "blue": -1})
        parameters = dark.sample(images.shape, generator())
        expected = CutDiff().apply(images, parameters)
        assert_allclose(dark.apply(images, parameters), expected)

    def test_adds_its_colour_in_the_middle(self):
        p = {
            **{name: torch.tensor([v]) for name, v in INSIDE[SignedCutDiff].items()},
            "centre": torch.tensor([[0.5, 0.5]]),
        }
        added = SignedCutDiff().apply(torch.full((1, 3, 9, 9), 0.5), p) - 0.5
        assert_allclose(added[0, :, 4, 4], [0.3, -0.2, 0.1], atol=1e-6)
        grey = SignedCutDiff().apply(torch.full((1, 1, 9, 9), 0.5), p) - 0.5
        assert float(grey[0, 0, 4, 4]) == pytest.approx(0.2 / 3)


def test_soft_line_is_the_formula():
    line = SoftLine(0.5, 0.1, 0.7, -0.4)
    images = torch.full((1, 1, 12, 10), 0.5)
    p = line.sample(images.shape, generator())
    changed = line.apply(images, p)
    x0, y0 = p["centre"][0].tolist()
    angle = math.radians(float(p["angle"][0]))
    for row in range(12):
        for column in range(10):
            x, y = (column + 0.5) / 10 - x0, (row + 0.5) / 12 - y0
            s = x * math.cos(angle) + y * math.sin(angle)
            t = y * math.cos(angle) - x * math.sin(angle) - 0.7 * s**2 / 0.5
            weight = math.exp(-2 * (t / 0.1) ** 2 - (2 * s / 0.5) ** 6)
            expected = 0.5 - 0.4 * weight
            assert float(changed[0, 0, row, column]) == pytest.approx(
                expected, abs=1e-5
            )


class TestSoftPatch:
    def test_shows_the_displaced_copy(self):
        images = torch.rand(1, 1, 20, 20, generator=generator())
        patch = SoftPatch(0.3, 1.0, 0.0, 1.0)
        p = patch.sample(images.shape, generator())
        p["centre"] = torch.tensor([[10.5 / 20, 10.5 / 20]])
        changed = patch.apply(images, p)
        moved = images.roll((int(p["down"]), int(p["right"])), dims=(2, 3))
        assert_allclose(changed[..., 9:12, 9:12], moved[..., 9:12, 9:12], atol=0.01)
        assert_allclose(changed[..., 0, 0], images[..., 0, 0], atol=1e-6)

    def test_is_always_displaced(self):
        p = SoftPatch().sample((2000, 1, 16, 16), generator())
        for name in ("down", "right"):
            assert p[name].min() == 4
            assert p[name].max() == 11


def test_noise_has_its_standard_deviation():
    images = torch.full((4, 3, 64, 64), 0.5)
    added = Noise(0.05)(images, generator()) - 0.5
    assert float(added.std()) == pytest.approx(0.05, rel=0.02)
    assert float(added.mean()) == pytest.approx(0, abs=1e-3)


class TestBlur:
    def test_keeps_constant_images_and_spreads_a_point_as_a_gaussian(self):
        constant = torch.full((1, 3, 10, 10), 0.3)
        assert_allclose(Blur(0.1)(constant, generator()), constant, atol=1e-6)
        point = torch.zeros(1, 1, 41, 41, dtype=torch.float64)
        point[0, 0, 20, 20] = 1
        row = Blur(0.1)(point, generator())[0, 0, 20]
        ratio = float(row[23] / row[20])
        assert ratio == pytest.approx(math.exp(-(3**2) / (2 * 4.1**2)), rel=1e-4)

    def test_far_below_a_pixel_nothing_changes(self):
        images = mid_grey()
        assert_allclose(Blur(0.005)(images, generator()), images, atol=1e-9)


def test_color_shift_adds_a_colour():
    shift = ColorShift(0.1, -0.2, 0.3)
    added = shift(mid_grey(), generator()) - mid_grey()
    for channel, value in enumerate((0.1, -0.2, 0.3)):
        assert_allclose(added[:, channel], torch.full_like(added[:, 0], value))
    grey = shift(mid_grey(channels=1), generator()) - mid_grey(channels=1)
    assert_allclose(grey, torch.full_like(grey, 0.2 / 3))
