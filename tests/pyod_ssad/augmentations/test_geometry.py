"""Crops, flips, swaps of halves, and GEOM's 72 transforms."""

from itertools import product

import numpy as np
import pytest
import torch
from numpy.testing import assert_allclose
from torchvision.transforms.v2 import functional

from pyod_ssad.augmentations import Crop, Flip, GeometricTransforms, HalfSwaps


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def batch(n=16, channels=3, height=40, width=32):
    return torch.rand(n, channels, height, width, generator=generator(9))


class TestCrop:
    @pytest.mark.parametrize("part", [(8, 4, 20, 24), (0, 0, 40, 32), (25, 20, 15, 12)])
    def test_is_what_torchvision_makes(self, part):
        """Apart from a border that takes what lies next to the part."""
        images = batch(3)
        top, left, height, width = part
        p = {
            "top": torch.full((3,), top / 40),
            "left": torch.full((3,), left / 32),
            "height": torch.full((3,), height / 40),
            "width": torch.full((3,), width / 32),
        }
        expected = functional.resized_crop(
            images, top, left, height, width, [40, 32], antialias=False
        )
        rows, columns = 20 // height + 2, 16 // width + 2
        inside = (..., slice(rows, -rows), slice(columns, -columns))
        made = Crop().apply(images, p)
        assert_allclose(made[inside], expected[inside], atol=1e-5)
        assert made[inside].numel() > 0.6 * made.numel()

    def test_every_image_has_its_own_part(self):
        images = batch(6)
        p = Crop().sample(images.shape, generator())
        made = Crop().apply(images, p)
        for i in range(6):
            own = {name: value[i : i + 1] for name, value in p.items()}
            assert_allclose(made[i : i + 1], Crop().apply(images[i : i + 1], own))

    def test_parts_have_their_area_and_aspect_and_lie_inside(self):
        p = Crop((0.1, 0.5), (0.5, 2.0)).sample((4000, 1, 9, 9), generator())
        area = (p["height"] * p["width"]).numpy()
        aspect = (p["width"] / p["height"]).log2().numpy()
        assert_allclose(np.quantile(area, [0, 0.5, 1]), [0.1, 0.3, 0.5], atol=0.015)
        assert_allclose(np.quantile(aspect, [0, 0.5, 1]), [-1, 0, 1], atol=0.06)
        for start, extent in (("top", "height"), ("left", "width")):
            assert p[start].min() >= 0
            assert (p[start] + p[extent]).max() <= 1 + 1e-6
            room = (p[start] / (1 - p[extent])).numpy()
            assert_allclose(np.quantile(room, [0, 0.5, 1]), [0, 0.5, 1], atol=0.03)

    def test_a_fixed_area(self):
        p = Crop(0.54, 1.0).sample((50, 3, 8, 8), generator())
        assert_allclose(p["height"] * p["width"], 0.54, atol=1e-6)

    def test_long_sides_are_cut_to_the_image(self):
        p = Crop(0.9, 4.0).sample((5, 1, 8, 8), generator())
        assert p["width"].tolist() == [1.0] * 5
        assert_allclose(p["height"], np.sqrt(0.9 / 4), atol=1e-6)

    def test_everything_is_the_image_itself(self):
        assert_allclose(Crop(1.0, 1.0)(batch(), generator()), batch(), atol=1e-5)


class TestFlip:
    @pytest.mark.parametrize(("axis", "flip"), [("horizontal", 3), ("vertical", 2)])
    def test_mirrors_every_image(self, axis, flip):
        assert torch.equal(Flip(axis)(batch(), generator()), batch().flip(flip))

    def test_some_images_only(self):
        images = batch(1).expand(1000, -1, -1, -1)
        made = Flip(p=0.3)(images, generator())
        is_same = (made == images).flatten(1).all(dim=1)
        is_flipped = (made == images.flip(3)).flatten(1).all(dim=1)
        assert (is_same ^ is_flipped).all()
        assert 250 <= int(is_flipped.sum()) <= 350

    def test_never(self):
        assert torch.equal(Flip(p=0)(batch(), generator()), batch())


class TestHalfSwaps:
    def test_quarters_change_places(self):
        images = batch(2, height=6, width=8)
        upper, lower = images.split(3, dim=2)
        for index, (first, second) in enumerate([(upper, lower), (lower, upper)]):
            rows = torch.cat([first, second], dim=2)
            left, right = rows.split(4, dim=3)
            swaps = HalfSwaps()
            assert torch.equal(swaps.transform(images, index), rows)
            expected = torch.cat([right, left], dim=3)
            assert torch.equal(swaps.transform(images, index + 2), expected)

    def test_odd_sides_lose_nothing(self):
        images = batch(1, height=9, width=11)
        for index in range(4):
            swapped = HalfSwaps().transform(images, index)
            assert torch.equal(swapped.flatten().sort()[0], images.flatten().sort()[0])


def transformed_slowly(image, flip, down, right, turns):
    """Flip, then shift by reflection, then turn one image, in NumPy."""
    if flip:
        image = image[:, :, ::-1]
    pad = max(abs(down), abs(right))
    padded = np.pad(image, ((0, 0), (pad, pad), (pad, pad)), mode="reflect")
    top, left = pad - down, pad - right
    height, width = image.shape[1:]
    moved = padded[:, top : top + height, left : left + width]
    return np.rot90(moved, turns, axes=(1, 2))


class TestGeometricTransforms:
    def test_are_72_in_the_documented_order(self):
        image = batch(1, height=16, width=16)
        geom = GeometricTransforms()
        expected = [
            transformed_slowly(image[0].numpy(), *steps)
            for steps in product((0, 1), (0, -4, 4), (0, -4, 4), range(4))
        ]
        assert geom.n_transforms == len(expected) == 72
        made = torch.cat([geom.transform(image, i) for i in range(72)])
        assert np.array_equal(made.numpy(), np.stack(expected))
        assert torch.equal(made[0], image[0])
        assert len(torch.unique(made, dim=0)) == 72

    @pytest.mark.parametrize(
        ("arguments", "n"),
        [
            ({"shift": 0}, 8),
            ({"flip": False}, 36),
            ({"turn": False}, 18),
            ({"shift": 0, "turn": False}, 2),
        ],
    )
    def test_fewer(self, arguments, n):
        image = batch(1, height=12, width=12)
        geom = GeometricTransforms(**arguments)
        assert geom.n_transforms == n
        made = torch.cat([geom.transform(image, i) for i in range(n)])
        assert torch.equal(made[0], image[0])
        assert len(torch.unique(made, dim=0)) == n
        assert set(geom.sample((999,), generator())["index"].tolist()) == set(
            range(1, n)
        )

    def test_eight_are_the_symmetries_of_the_square(self):
        """Every product of two of them is one of them."""
        image = batch(1, height=6, width=6)
        geom = GeometricTransforms(shift=0)
        made = {geom.transform(image, i).numpy().tobytes() for i in range(8)}
        for first, second in product(range(8), repeat=2):
            both = geom.transform(geom.transform(image, first), second)
            assert both.contiguous().numpy().tobytes() in made

    def test_shift_is_a_fraction_of_each_side_and_at_least_a_pixel(self):
        image = batch(1, height=40, width=20)
        moved = GeometricTransforms(0.1, False, False).transform(image, 8)
        assert torch.equal(moved[..., 4:, 2:], image[..., :-4, :-2])
        moved = GeometricTransforms(0.001, False, False).transform(image, 8)
        assert torch.equal(moved[..., 1:, 1:], image[..., :-1, :-1])
