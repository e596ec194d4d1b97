"""Image files of every kind become 8-bit grey or RGB in one defined way."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from pyod_ssad.datasets.resizing import are_gray, resize_images, resize_masks
from pyod_ssad.images.checking import check_images
from pyod_ssad.images.decoding import convert_image, is_gray, open_image, open_mask

DEEP = np.array([[0, 255, 256, 4095], [4096, 30_000, 32_768, 65_535]], dtype=np.uint16)
UPPER = [[0, 0, 1, 15], [16, 117, 128, 255]]
TURNED = 6  # the camera was turned by 90 degrees


def _save(path, array, mode=None, **options):
    image = Image.fromarray(array)
    image.convert(mode or image.mode).save(path, **options)
    return path


def _save_deep_png(path, levels, colour_type=2):
    """Write a 16-bit PNG with channels, which Pillow can only read."""
    height, width = levels.shape[:2]
    header = struct.pack(">IIBBBBB", width, height, 16, colour_type, 0, 0, 0)
    rows = b"".join(b"\0" + row.astype(">u2").tobytes() for row in levels)
    chunks = [(b"IHDR", header), (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    content = b"\x89PNG\r\n\x1a\n"
    for name, data in chunks:
        checksum = struct.pack(">I", zlib.crc32(name + data))
        content += struct.pack(">I", len(data)) + name + data + checksum
    path.write_bytes(content)
    return path


def _save_deep_pgm(path, levels, largest=65_535):
    height, width = levels.shape
    header = f"P5\n{width} {height}\n{largest}\n".encode()
    path.write_bytes(header + levels.astype(">u2").tobytes())
    return path


def _pixels(path):
    return np.asarray(open_image(path)).tolist()


class TestSixteenBits:
    def test_the_upper_8_bits_are_kept(self, tmp_path):
        files = {
            "I;16": _save(tmp_path / "deep.tif", DEEP),
            "I;16B": _save(tmp_path / "big.tif", DEEP.astype(">u2")),
            "I": _save(tmp_path / "wide.tif", DEEP.astype(np.int32)),
        }
        for mode, path in files.items():
            assert Image.open(path).mode == mode
            assert open_image(path).mode == "L"
            assert _pixels(path) == UPPER
        assert _pixels(_save(tmp_path / "deep.png", DEEP)) == UPPER
        assert _pixels(_save_deep_pgm(tmp_path / "deep.pgm", DEEP)) == UPPER

    def test_colours_keep_theirs_too(self, tmp_path):
        path = _save_deep_png(tmp_path / "deep.png", DEEP[..., None].repeat(3, axis=2))
        assert np.asarray(open_image(path))[..., 1].tolist() == UPPER

    @pytest.mark.parametrize("largest", [1, 255, 1023, 4095])
    def test_levels_of_12_bits_or_fewer_are_refused(self, tmp_path, largest):
        levels = np.minimum(DEEP, largest)
        rgb = levels[..., None].repeat(3, axis=2)
        opaque = np.full_like(levels, 65_535)
        files = [
            _save(tmp_path / "gray.png", levels),
            _save(tmp_path / "gray.tif", levels.astype(">u2")),
            _save(tmp_path / "wide.tif", levels.astype(np.int32)),
            _save_deep_pgm(tmp_path / "gray.pgm", levels),
            _save_deep_png(tmp_path / "rgb.png", rgb),
            _save_deep_png(tmp_path / "rgba.png", np.dstack([rgb, opaque]), 6),
            _save_deep_png(tmp_path / "la.png", np.dstack([levels, opaque]), 4),
        ]
        for path in files:
            words = rf"{path.name} has room for 16-bit levels.*by one factor \(16"
            with pytest.raises(ValueError, match=words):
                open_image(path)
            with pytest.raises(ValueError, match=words):
                check_images([path]).load(slice(None), 4)

    def test_one_factor_is_the_mend(self, tmp_path):
        path = _save(tmp_path / "mended.png", np.minimum(DEEP, 4095) * np.uint16(16))
        assert _pixels(path) == [[0, 15, 16, 255], [255, 255, 255, 255]]

    def test_a_maximum_that_says_so_is_the_scale(self, tmp_path):
        levels = np.array([[0, 2048], [4095, 16]], dtype=np.uint16)
        path = _save_deep_pgm(tmp_path / "12.pgm", levels, largest=4095)
        assert _pixels(path) == [[0, 128], [255, 1]]

    def test_black_and_dim_files_are_images(self, tmp_path):
        black = _save(tmp_path / "black.png", np.zeros((2, 2), dtype=np.uint16))
        assert _pixels(black) == [[0, 0], [0, 0]]
        dim = _save(tmp_path / "dim.png", np.full((2, 2), 4096, dtype=np.uint16))
        assert _pixels(dim) == [[16, 16], [16, 16]]
        rgb = np.full((2, 2, 3), 4096, dtype=np.uint16)
        assert _pixels(_save_deep_png(tmp_path / "rgb.png", rgb))[0][0] == [16] * 3

    def test_8_bits_may_be_as_dark_as_they_like(self, tmp_path):
        path = _save(tmp_path / "dark.png", np.array([[1, 2]], dtype=np.uint8))
        assert _pixels(path) == [[1, 2]]

    @pytest.mark.parametrize(("value", "span"), [(65_536, "0 to 65536"), (-1, "-1 to")])
    def test_levels_beyond_16_bits_are_refused(self, tmp_path, value, span):
        levels = np.array([[0, 65_535 if value < 0 else 7], [9, value]], dtype=np.int32)
        path = _save(tmp_path / "wide.tif", levels)
        with pytest.raises(ValueError, match=rf"wide\.tif .*{span}.*wanted 0 to 65535"):
            open_image(path)

    def test_floating_point_files_are_refused(self, tmp_path):
        path = _save(tmp_path / "float.tif", np.zeros((2, 2), dtype=np.float32))
        with pytest.raises(ValueError, match=r"float\.tif .*floating-point values"):
            open_image(path)


@pytest.mark.parametrize("name", ["photo.png", "photo.tif"])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_photographs_are_turned_upright(tmp_path, name, dtype):
    exif = Image.Exif()
    exif[0x0112] = TURNED
    bright = np.iinfo(dtype).max
    picture = np.array([[0, 0, bright]] * 2, dtype=dtype)
    path = _save(tmp_path / name, picture, exif=exif)
    assert _pixels(path) == [[0, 0], [0, 0], [255, 255]]


class TestTransparency:
    """Colours hidden under transparent pixels vanish: what is left is black."""

    def test_alpha_channels(self, tmp_path):
        red = np.full((1, 3, 4), 200, dtype=np.uint8)
        red[..., 1:3] = 0
        red[0, :, 3] = [0, 128, 255]
        path = _save(tmp_path / "rgba.png", red)
        assert _pixels(path) == [[[0, 0, 0], [100, 0, 0], [200, 0, 0]]]
        path = _save(tmp_path / "la.png", red[..., [0, 3]])
        assert open_image(path).mode == "L"
        assert _pixels(path) == [[0, 100, 200]]

    @pytest.mark.parametrize(
        ("array", "transparency", "expected"),
        [
            (np.array([[7, 9]], dtype=np.uint8), 9, [[7, 0]]),
            (np.array([[7, 60_000]], dtype=np.uint16), 7, [[0, 234]]),
            (np.array([[9, 60_000]], dtype=np.uint16), 60_000, None),
            (np.array([[[7, 8, 9], [1, 2, 3]]], dtype=np.uint8), (7, 8, 9), None),
        ],
    )
    def test_a_transparent_colour(self, tmp_path, array, transparency, expected):
        path = _save(tmp_path / "key.png", array, transparency=transparency)
        if array.ndim == 3:
            assert _pixels(path) == [[[0, 0, 0], [1, 2, 3]]]
        elif expected is None:
            with pytest.raises(ValueError, match="none above 9"):
                open_image(path)
        else:
            assert _pixels(path) == expected

    def test_palettes(self, tmp_path):
        image = Image.fromarray(np.array([[0, 1, 2]], dtype=np.uint8), mode="P")
        image.putpalette([200, 0, 0, 0, 150, 0, 0, 0, 90])
        image.save(tmp_path / "plain.png")
        image.save(tmp_path / "one.png", transparency=1)
        image.save(tmp_path / "some.png", transparency=b"\x00\xff\x80")
        red, green, blue, half, none = (
            [200, 0, 0],
            [0, 150, 0],
            [0, 0, 90],
            [0, 0, 45],
            [0, 0, 0],
        )
        assert _pixels(tmp_path / "plain.png") == [[red, green, blue]]
        assert _pixels(tmp_path / "one.png") == [[red, none, blue]]
        assert _pixels(tmp_path / "some.png") == [[none, green, half]]


def test_other_modes_become_grey_or_rgb(tmp_path):
    grey = np.array([[0, 255]], dtype=np.uint8)
    assert _pixels(_save(tmp_path / "bits.png", grey, "1")) == [[0, 255]]
    cmyk = np.array([[[0, 255, 255, 0], [0, 0, 0, 255]]], dtype=np.uint8)
    Image.fromarray(cmyk, mode="CMYK").save(tmp_path / "cmyk.tif")
    assert _pixels(tmp_path / "cmyk.tif") == [[[255, 0, 0], [0, 0, 0]]]


def test_is_gray_agrees_with_decoding(tmp_path):
    ramp = np.arange(16, dtype=np.uint8).reshape(4, 4)
    files = {mode: tmp_path / f"{mode}.png" for mode in ("1", "L", "LA", "P", "RGB")}
    for mode, path in files.items():
        _save(path, ramp, mode)
    files["I;16"] = _save(tmp_path / "deep.tif", ramp * np.uint16(4096))
    files["I"] = _save(tmp_path / "wide.tif", ramp * np.int32(4096))
    files["I;16B"] = _save(tmp_path / "big.tif", (ramp * np.uint16(4096)).astype(">u2"))
    for mode, path in files.items():
        assert Image.open(path).mode == mode
        assert is_gray(path) == (mode not in ("P", "RGB"))
        assert open_image(path).mode == ("L" if is_gray(path) else "RGB")
        assert are_gray([path]) == is_gray(path)
    assert not are_gray([files["L"], files["RGB"]])


class TestPillowImages:
    """They go the way of files, whether they were decoded before or not."""

    def _files(self, tmp_path):
        exif = Image.Exif()
        exif[0x0112] = TURNED
        cmyk = Image.new("CMYK", (2, 3), (0, 255, 255, 0))
        palette = Image.fromarray(np.array([[0, 1, 2]], dtype=np.uint8), mode="P")
        palette.putpalette([200, 0, 0, 0, 150, 0, 0, 0, 90])
        rgba = np.random.default_rng(0).integers(0, 256, (4, 6, 4), dtype=np.uint8)
        cmyk.save(tmp_path / "cmyk.tif")
        palette.save(tmp_path / "palette.png", transparency=1)
        return [
            _save(tmp_path / "turned.png", rgba[..., :3], exif=exif),
            _save(tmp_path / "rgba.png", rgba),
            _save(tmp_path / "deep.png", DEEP),
            _save(tmp_path / "big.tif", DEEP.astype(">u2")),
            _save(tmp_path / "bits.png", rgba[..., 0], "1"),
            tmp_path / "cmyk.tif",
            tmp_path / "palette.png",
        ]

    def test_opened_and_decoded_ones_are_as_their_files(self, tmp_path):
        for path in self._files(tmp_path):
            opened, decoded = Image.open(path), Image.open(path)
            decoded.load()
            unnamed = Image.open(io.BytesIO(path.read_bytes()))
            for image in (opened, decoded, unnamed):
                assert convert_image(image).mode == open_image(path).mode
                assert np.asarray(convert_image(image)).tolist() == _pixels(path)

    def test_a_later_frame_is_not_read_as_the_first(self, tmp_path):
        frames = [Image.new("L", (2, 2), value) for value in (0, 90)]
        path = tmp_path / "frames.tif"
        frames[0].save(path, save_all=True, append_images=frames[1:])
        image = Image.open(path)
        assert np.unique(convert_image(image)).tolist() == [0]
        image.seek(1)
        assert np.unique(convert_image(image)).tolist() == [90]
        assert np.unique(open_image(path)).tolist() == [0]

    def test_faint_levels_are_refused(self, tmp_path):
        image = Image.fromarray(np.full((2, 2), 900, dtype=np.uint16))
        with pytest.raises(ValueError, match="The PIL image has room for 16-bit"):
            convert_image(image)
        rgb = np.full((2, 2, 3), 900, dtype=np.uint16)
        path = _save_deep_png(tmp_path / "rgb.png", rgb)
        for image in (Image.open(path), Image.open(io.BytesIO(path.read_bytes()))):
            with pytest.raises(ValueError, match="has room for 16-bit"):
                convert_image(image)

    def test_a_damaged_one_is_named(self, tmp_path):
        path = tmp_path / "cut.jpg"
        noise = np.random.default_rng(0).integers(0, 256, (64, 64), dtype=np.uint8)
        _save(path, noise)
        path.write_bytes(path.read_bytes()[:-300])
        for image in (Image.open(path), Image.open(io.BytesIO(path.read_bytes()))):
            with pytest.raises(ValueError, match="Cannot read .* as an image"):
                convert_image(image)


def test_data_sets_and_detectors_decode_alike(tmp_path):
    rgba = np.random.default_rng(0).integers(0, 256, (8, 8, 4), dtype=np.uint8)
    files = [
        _save(tmp_path / "rgba.png", rgba),
        _save(tmp_path / "deep.png", rgba[..., 0] * np.uint16(257)),
    ]
    detector = check_images(files).load(slice(None), 8).permute(0, 2, 3, 1).numpy()
    np.testing.assert_array_equal(
        resize_images(files, 8, grayscale=False),
        detector,
    )


class TestMasks:
    def test_every_value_but_0_is_set(self, tmp_path):
        labels = np.array([[0, 1, 2], [3, 255, 0]], dtype=np.uint8)
        blue = np.zeros((2, 3, 3), dtype=np.uint8)
        blue[..., 2] = labels
        palette = Image.fromarray(labels, mode="P")
        palette.putpalette([0, 0, 0, 0, 0, 1, 1, 0, 0, 0, 1, 0] + [9] * 756)
        palette.save(tmp_path / "palette.png")
        files = [
            _save(tmp_path / "labels.png", labels),
            _save(tmp_path / "deep.png", labels.astype(np.uint16)),
            _save(tmp_path / "wide.tif", labels.astype(np.int32)),
            _save(tmp_path / "blue.png", blue),
            tmp_path / "palette.png",
        ]
        for path in files:
            assert open_mask(path).tolist() == (labels > 0).tolist()
            small = resize_masks([path], 1)
            assert small.all()

    def test_bits(self, tmp_path):
        path = _save(tmp_path / "bits.png", np.array([[0, 255]], dtype=np.uint8), "1")
        assert open_mask(path).tolist() == [[False, True]]

    def test_opaque_black_and_hidden_colours_are_not_set(self, tmp_path):
        rgba = np.array([[[0, 0, 0, 255], [9, 0, 0, 0], [9, 0, 0, 255]]], np.uint8)
        path = _save(tmp_path / "rgba.png", rgba)
        assert open_mask(path).tolist() == [[False, False, True]]

    def test_masks_are_turned_as_their_images_are(self, tmp_path):
        exif = Image.Exif()
        exif[0x0112] = TURNED
        levels = np.array([[0, 0, 1]] * 2, dtype=np.uint16)
        path = _save(tmp_path / "mask.png", levels, exif=exif)
        assert open_mask(path).tolist() == [[False] * 2, [False] * 2, [True] * 2]

    def test_an_unreadable_mask_is_named(self, tmp_path):
        (tmp_path / "mask.png").write_bytes(b"no image")
        with pytest.raises(ValueError, match=r"mask\.png as an image"):
            open_mask(tmp_path / "mask.png")
