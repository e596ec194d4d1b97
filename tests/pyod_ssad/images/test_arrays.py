"""Arrays are converted piece by piece, with the result of converting all at once."""

import tracemalloc

import numpy as np
import pytest
import torch

from pyod_ssad.images import arrays
from pyod_ssad.images.checking import check_images

RNG = np.random.default_rng(0)
LEVELS = RNG.integers(0, 256, (7, 12, 10, 3), dtype=np.uint8)
VALUES = RNG.random((7, 12, 10, 3))

FORMS = {
    "uint8": LEVELS,
    "channels first": LEVELS.transpose(0, 3, 1, 2),
    "reversed": LEVELS[::-1],
    "one channel": VALUES[..., 0],
    "flat": VALUES.reshape(7, -1),
    "float16": VALUES.astype(np.float16),
    "float32": VALUES.astype(np.float32),
    "float64": VALUES,
    "big endian": VALUES.astype(">f4"),
    "uint8 tensor": torch.from_numpy(LEVELS),
    "bfloat16 tensor": torch.from_numpy(VALUES).bfloat16(),
    "float16 tensor": torch.from_numpy(VALUES).half(),
    "float64 tensor": torch.from_numpy(VALUES).requires_grad_(),
}


def _check(X):
    return check_images(X, image_shape=(12, 10, 3))


def _whole(X):
    """Convert all images at once, in float64 or float32, without the library."""
    X = torch.as_tensor(np.ascontiguousarray(X.astype(X.dtype.newbyteorder("="))))
    if X.dtype == torch.uint8:
        return X
    return (X.to(torch.promote_types(X.dtype, torch.float32)) * 255).round().byte()


@pytest.mark.parametrize("size", [None, 6])
@pytest.mark.parametrize("form", FORMS)
def test_pieces_change_nothing(form, size, monkeypatch):
    images = _check(FORMS[form])
    at_once = images.load(slice(None), size)
    monkeypatch.setattr(arrays, "PIECE", 2 * LEVELS[0].size)
    assert torch.equal(images.load(slice(None), size), at_once)
    assert torch.equal(images.load(slice(2, 7), size), at_once[2:7])
    monkeypatch.setattr(arrays, "PIECE", 1)
    assert torch.equal(images.load(slice(None), size), at_once)


@pytest.mark.parametrize("dtype", ["uint8", "float16", ">f4", "float32", "float64"])
def test_loading_rounds_each_value(dtype):
    X = LEVELS if dtype == "uint8" else VALUES.astype(dtype)
    expected = _whole(X).permute(0, 3, 1, 2)
    assert torch.equal(check_images(X).load(slice(None)), expected)
    if dtype not in ("uint8", ">f4"):
        tensor = torch.from_numpy(X)
        assert torch.equal(check_images(tensor).load(slice(None)), expected)


def test_float64_is_rounded_as_float64():
    levels = np.arange(255)
    for sign in (-1, 1):
        X = (levels + 0.5) / 255 + sign * 1e-12
        loaded = check_images(X.reshape(1, 15, 17)).load(slice(None))
        assert loaded.flatten().tolist() == (levels + (sign > 0)).tolist()


@pytest.mark.parametrize("form", FORMS)
def test_no_conversion_sees_more_than_a_piece(form, monkeypatch):
    converted = []

    def record(array):
        converted.append(array.shape[0])
        return to_numpy(array)

    to_numpy = arrays.to_numpy
    for module in ("arrays", "values"):
        monkeypatch.setattr(f"pyod_ssad.images.{module}.to_numpy", record)
    monkeypatch.setattr(arrays, "PIECE", 3 * int(np.prod(FORMS[form].shape[1:])))
    _check(FORMS[form]).load(slice(None), 6)
    assert converted[-3:] == [3, 3, 1]
    assert max(converted) == 3


@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_memory_is_bounded_by_a_piece(dtype, monkeypatch):
    X = np.zeros((64, 3, 64, 64), dtype=dtype)
    monkeypatch.setattr(arrays, "PIECE", 2 * X[0].size)
    tracemalloc.start()
    try:
        check_images(X).load(slice(None), 8)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 4 * X[:2].nbytes < X.nbytes / 4


def test_tensors_are_not_copied_by_checking():
    X = torch.zeros((4, 8, 8), dtype=torch.float64)
    images = check_images(X)
    X[:] = 1
    assert images.load(slice(None)).unique().tolist() == [255]


class TestMaskedArrays:
    def test_masked_entries_are_refused(self):
        X = np.ma.masked_invalid(np.where(VALUES < 0.5, np.nan, VALUES))
        n_masked = int(np.sum(VALUES < 0.5))
        with pytest.raises(
            ValueError, match=rf"{n_masked} masked entries.*X\.filled\(value\)"
        ):
            check_images(X)
        expected = check_images(np.where(VALUES < 0.5, 0, VALUES)).load(slice(None))
        assert torch.equal(check_images(X.filled(0)).load(slice(None)), expected)

    def test_a_mask_that_hides_nothing_is_no_error(self):
        X = np.ma.masked_array(VALUES, mask=False)
        expected = check_images(VALUES).load(slice(None))
        assert torch.equal(check_images(X).load(slice(None)), expected)

    def test_nan_under_a_mask_that_was_lifted_is_seen(self):
        X = np.ma.masked_invalid(np.where(VALUES < 0.5, np.nan, VALUES))
        X.mask = np.ma.nomask
        with pytest.raises(ValueError, match="NaN"):
            check_images(X)


@pytest.mark.parametrize("place", [0, 3, 6])
@pytest.mark.parametrize("value", [np.nan, np.inf, -0.5, 1.5])
@pytest.mark.parametrize("dtype", ["float32", "bfloat16"])
def test_bad_values_are_found_in_every_piece(place, value, dtype, monkeypatch):
    monkeypatch.setattr(arrays, "PIECE", 1)
    X = torch.zeros((7, 8, 8), dtype=getattr(torch, dtype))
    X[place, 2, 3] = value
    with pytest.raises(ValueError, match=r"NaN or infinite|-0\.5 to 0;|0 to 1\.5;"):
        check_images(X)
