"""Scars against a slow transcription, a pixel at a time; patches and scars together."""

import math

import pytest
import torch
from numpy.testing import assert_allclose

from pyod_ssad.augmentations import CutPaste, CutPasteScar, CutPasteUnion


def generator(seed=0):
    return torch.Generator().manual_seed(seed)


def batch(n=16, channels=3, height=40, width=32):
    return torch.rand(n, channels, height, width, generator=generator(9))


def pasted_slowly(image, p):
    """Return an image with a scar, and the number of its pixels."""
    made, n_pixels = image.clone(), 0
    angle = math.radians(p["angle"])
    height, width = image.shape[1:]
    for row in range(height):
        for column in range(width):
            right, down = column - p["column"], row - p["row"]
            # The scar turned back, clockwise as one looks at it.
            across = right * math.cos(angle) - down * math.sin(angle)
            along = right * math.sin(angle) + down * math.cos(angle)
            if not -p["width"] / 2 <= across < p["width"] / 2:
                continue
            if not -p["length"] / 2 <= along < p["length"] / 2:
                continue
            source_row = p["row"] - p["down"] + round(along)
            source_column = p["column"] - p["right"] + round(across)
            made[:, row, column] = image[:, source_row, source_column]
            n_pixels += 1
    return made, n_pixels


@pytest.mark.parametrize("shape", [(12, 3, 24, 20), (12, 1, 8, 8)])
def test_is_the_slow_transcription(shape):
    images = torch.rand(shape, generator=generator())
    scar = CutPasteScar((0.05, 0.2), (0.2, 0.5), (-180.0, 180.0), jitter=0.0)
    p = scar.sample(images.shape, generator(1))
    made, mask = scar.apply(images, p), scar.mask(images.shape, p)
    numbers = {name: v.tolist() for name, v in p.items() if name != "jitter"}
    for i, image in enumerate(images):
        own = {name: values[i] for name, values in numbers.items()}
        expected, n_pixels = pasted_slowly(image, own)
        assert_allclose(made[i], expected, atol=1e-6)
        assert int(mask[i].sum()) == n_pixels


def test_covers_the_area_of_its_rectangle():
    scar = CutPasteScar(width=(0.02, 0.06), length=(0.1, 0.2))
    shape = (300, 1, 128, 128)
    p = scar.sample(shape, generator())
    pixels = scar.mask(shape, p).sum(dim=(1, 2, 3))
    assert_allclose(pixels.sum(), (p["width"] * p["length"]).sum(), rtol=0.03)


def test_whole_pixels_upright_and_lying():
    for angle, expected in ((0.0, (12, 4)), (90.0, (4, 12))):
        scar = CutPasteScar(width=4 / 64, length=12 / 64, angle=angle)
        shape = (50, 1, 64, 64)
        mask = scar.mask(shape, scar.sample(shape, generator()))[:, 0]
        heights = mask.any(dim=2).sum(dim=1)
        widths = mask.any(dim=1).sum(dim=1)
        assert (set(heights.tolist()), set(widths.tolist())) == (
            {expected[0]},
            {expected[1]},
        )


def test_turns_anticlockwise():
    scar = CutPasteScar(width=0.02, length=0.5, angle=30.0)
    shape = (1, 1, 101, 101)
    rows, columns = scar.mask(shape, scar.sample(shape, generator()))[0, 0].nonzero().T
    # Upright turned to the left: columns grow as rows do, by tan(30 degrees) each.
    slope = torch.linalg.lstsq(
        (rows - rows.double().mean())[:, None],
        (columns - columns.double().mean())[:, None],
    ).solution
    assert float(slope) == pytest.approx(math.tan(math.radians(30)), abs=0.02)


def test_content_turns_with_the_scar():
    images = batch(8, height=32, width=32)
    upright = CutPasteScar(width=0.1, length=0.3, angle=0.0, jitter=0.0)
    p = upright.sample(images.shape, generator())
    # In the middle, so that an odd square around it turns into itself.
    p["row"][:], p["column"][:] = 15, 15
    p["down"][:], p["right"][:] = 5, 7
    p["width"][:], p["length"][:] = 3.0, 9.0
    around = (slice(None), slice(None), slice(9, 22), slice(9, 22))
    black = torch.zeros_like(images)
    scars = torch.where(upright.mask(images.shape, p), upright.apply(images, p), black)
    p["angle"][:] = 90.0
    turned = torch.where(upright.mask(images.shape, p), upright.apply(images, p), black)
    assert_allclose(turned[around], scars[around].rot90(1, dims=(2, 3)), atol=1e-6)


@pytest.mark.parametrize("side", [8, 64])
def test_defaults_are_a_pixel_wide_and_never_empty(side):
    shape = (2000, 1, side, side)
    scar = CutPasteScar()
    p = scar.sample(shape, generator())
    assert p["width"].min() >= 1 and p["length"].min() >= 1
    assert scar.mask(shape, p).flatten(1).any(dim=1).all()
    if side == 64:
        assert p["width"].max() <= 4 and 4 <= p["length"].min() <= 4.1
        assert p["length"].max() <= 12


def test_lies_inside_and_comes_from_inside_and_from_elsewhere():
    shape = (3000, 1, 20, 30)
    scar = CutPasteScar((0.05, 0.3), (0.1, 0.7), (-180.0, 180.0))
    p = scar.sample(shape, generator())
    angle = torch.deg2rad(p["angle"])
    tall = (p["length"] * angle.cos().abs() + p["width"] * angle.sin().abs()) / 2
    wide = (p["width"] * angle.cos().abs() + p["length"] * angle.sin().abs()) / 2
    places = [
        (p["row"], tall, 20),
        (p["column"], wide, 30),
        (p["row"] - p["down"], p["length"] / 2, 20),
        (p["column"] - p["right"], p["width"] / 2, 30),
    ]
    for middle, half, side in places:
        assert (middle + 0.5 - half).min() >= -1e-4
        assert (middle + 0.5 + half).max() <= side + 1e-4
    assert ((p["down"] != 0) | (p["right"] != 0)).all()
    assert p["row"].min() <= 2 and p["row"].max() >= 17


def test_jitter_changes_the_scar_only():
    images = torch.full((32, 3, 32, 32), 0.5)
    scar = CutPasteScar(jitter=0.2)
    p = scar.sample(images.shape, generator())
    changed = (scar.apply(images, p) != images).any(dim=1, keepdim=True)
    assert torch.equal(changed, scar.mask(images.shape, p))


class TestUnion:
    def test_every_image_has_one_or_the_other(self):
        images = batch(200)
        union = CutPasteUnion(0.1, 1.0, 0.05, 0.3, 20.0, jitter=0.2)
        p = union.sample(images.shape, generator())
        made = union.apply(images, p)
        patch = CutPaste(0.1, 1.0, jitter=0.2).apply(images, p["patch"])
        scar = CutPasteScar(0.05, 0.3, 20.0, jitter=0.2).apply(images, p["scar"])
        is_scar = p["is_scar"]
        assert torch.equal(made[is_scar], scar[is_scar])
        assert torch.equal(made[~is_scar], patch[~is_scar])
        assert 70 <= int(is_scar.sum()) <= 130

    def test_strengths_are_handed_on(self):
        union = CutPasteUnion(0.1, 1.0, 0.05, 0.3, 20.0)
        p = union.sample((50, 1, 100, 100), generator())
        assert set(p["patch"]["height"].tolist()) == {32}
        assert_allclose(p["scar"]["width"], 5.0)
        assert_allclose(p["scar"]["length"], 30.0)
        assert set(p["scar"]["angle"].tolist()) == {20.0}
