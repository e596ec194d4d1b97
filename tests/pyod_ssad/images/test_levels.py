"""Values in [0, 1] become the nearest of 256 levels."""

import pytest
import torch

from pyod_ssad.images.levels import to_uint8


def test_rounds_to_the_nearest_level():
    values = torch.tensor([0, 0.4, 0.6, 99.4, 99.6, 254.6, 255]) / 255
    assert to_uint8(values).tolist() == [0, 0, 1, 99, 100, 255, 255]
    assert to_uint8(values).dtype == torch.uint8


def test_clips_what_lies_beyond():
    values = torch.tensor([-2, -0.01, 1.01, 300.0])
    assert to_uint8(values).tolist() == [0, 0, 255, 255]
    assert values.tolist()[0] == -2


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_every_level_survives(dtype):
    levels = torch.arange(256, dtype=torch.uint8)
    values = (levels.double() / 255).to(getattr(torch, dtype))
    assert torch.equal(to_uint8(values), levels)


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16])
def test_short_types_round_as_float32_does(dtype):
    values = torch.linspace(0, 1, 1000).to(dtype)
    assert torch.equal(to_uint8(values), to_uint8(values.float()))
    assert not torch.equal(to_uint8(values), (values * 255).round().byte())
