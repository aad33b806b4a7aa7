from __future__ import annotations

import base64
import struct
import sys
from pathlib import Path
from types import SimpleNamespace

import imagecodecs
import numpy as np
import pillow_heif
import pytest
import rawpy
from PIL import Image
from typing_extensions import override

from engine.core.errors import (
    ImageError,
    ImageTooLargeError,
    MissingExtraError,
    UnreadableImageError,
    UnsupportedFormatError,
)
from engine.imaging.codecs import whole_decoders
from engine.imaging.codecs.decode import open_photo, read_info
from tests.helpers.pictures import builtin_profile, exif_block, noise


def _color(path: Path, folder: Path) -> np.ndarray:
    with open_photo(path, scratch_folder=folder) as photo:
        return photo.color.read(photo.color.whole)


@pytest.mark.parametrize(
    ("module", "name", "head"),
    [
        ("pillow_heif", "a.heic", b"\0\0\0\x18ftypheic\0\0\0\0"),
        ("imagecodecs", "a.jxl", b"\xff\x0a"),
        ("rawpy", "a.nef", b"II*\0"),
    ],
)
def test_a_missing_extra_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, module: str, name: str, head: bytes
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    (tmp_path / name).write_bytes(head)
    extra = {"a.heic": "heic", "a.jxl": "jxl", "a.nef": "raw"}[name]

    with pytest.raises(MissingExtraError, match=rf'pip install "mfagan-studio\[{extra}\]"'):
        read_info(tmp_path / name)


@pytest.mark.parametrize(
    "picture",
    [
        Image.fromarray(noise(6, 9)),
        Image.fromarray(noise(6, 9, 1)[:, :, 0]),
        Image.fromarray(noise(6, 9)).quantize(8),
        Image.new("1", (9, 6), 1),
    ],
)
def test_bmp_is_read_exactly(tmp_path: Path, picture: Image.Image) -> None:
    picture.save(tmp_path / "a.bmp")

    expected = np.asarray(picture.convert("L" if picture.mode in {"L", "1"} else "RGB"))

    np.testing.assert_array_equal(_color(tmp_path / "a.bmp", tmp_path).squeeze(), expected)


def test_16_bit_pgm_is_read_exactly(tmp_path: Path) -> None:
    pixels = noise(5, 7, 1, np.uint16)
    (tmp_path / "a.pgm").write_bytes(b"P5 7 5 65535\n" + pixels.astype(">u2").tobytes())

    np.testing.assert_array_equal(_color(tmp_path / "a.pgm", tmp_path), pixels)


@pytest.mark.parametrize("side", [10_000, 20_000])
def test_a_picture_too_large_to_be_decoded_at_once_is_refused(tmp_path: Path, side: int) -> None:
    (tmp_path / "a.ppm").write_bytes(f"P6 {side} {side} 255\n".encode())
    bmp = struct.pack("<2sIIIIiiHH24x", b"BM", 54, 0, 54, 40, side, side, 1, 24)
    (tmp_path / "a.bmp").write_bytes(bmp)

    for name, what in (("a.ppm", "PPM"), ("a.bmp", "BMP")):
        with pytest.raises(
            ImageTooLargeError, match=rf"{name}: {what} is read up to 89478485 pixels"
        ):
            read_info(tmp_path / name)


@pytest.mark.parametrize(
    "head",
    [b"P6 x y 255\n", b"P6 4", b"P6 4 4 0\n", b"P6 4 4 70000\n", b"P5 -3 4 255\n", b"P6 4 4 2.5\n"],
)
def test_a_broken_ppm_header_is_named(tmp_path: Path, head: bytes) -> None:
    (tmp_path / "a.ppm").write_bytes(head)

    with pytest.raises(ImageError, match=r"a\.ppm: "):
        read_info(tmp_path / "a.ppm")


def test_a_heic_with_any_byte_changed_raises_errors_of_ours_only(tmp_path: Path) -> None:
    heif = pillow_heif.from_pillow(Image.fromarray(noise(32, 32)))
    heif.save(tmp_path / "whole.heic", quality=50, exif=exif_block(width=32, height=32))
    whole = (tmp_path / "whole.heic").read_bytes()
    path = tmp_path / "a.heic"
    failures = 0
    for at in range(8, 700, 3):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0xFF]) + whole[at + 1 :])
        try:
            read_info(path)
            _color(path, tmp_path)
        except ImageError as error:
            failures += 1
            assert "a.heic: " in str(error)  # noqa: PT017 - some changes do no harm
    assert failures > 50


def test_a_broken_bmp_is_named(tmp_path: Path) -> None:
    (tmp_path / "a.bmp").write_bytes(b"BM" + b"\xff" * 60)

    with pytest.raises(UnreadableImageError, match=r"a\.bmp: damaged"):
        read_info(tmp_path / "a.bmp")


@pytest.mark.parametrize("mode", ["L", "RGB", "RGBA"])
def test_heic_is_read_with_profile_and_metadata(tmp_path: Path, mode: str) -> None:
    colors: dict[str, float | tuple[float, ...]] = {
        "L": 90,
        "RGB": (200, 100, 50),
        "RGBA": (200, 100, 50, 128),
    }
    picture = Image.new(mode, (64, 48), colors[mode])
    heif = pillow_heif.from_pillow(picture)
    icc = builtin_profile("p3") if mode != "L" else None
    heif.save(tmp_path / "a.heic", quality=100, exif=exif_block(orientation=1), icc_profile=icc)

    info = read_info(tmp_path / "a.heic")
    color = _color(tmp_path / "a.heic", tmp_path)

    assert (info.format, info.width_px, info.height_px) == ("heic", 64, 48)
    assert info.has_alpha == (mode == "RGBA")
    assert info.exif == exif_block(orientation=1)
    assert info.icc == icc
    expected = 90 if mode == "L" else np.array([200, 100, 50])
    assert np.abs(color.astype(int) - expected).max() <= 4


def test_deep_heic_is_read_as_16_bit_with_full_white(tmp_path: Path) -> None:
    white = np.full((32, 32, 3), 65535, np.uint16)
    heif = pillow_heif.from_bytes(mode="RGB;16", size=(32, 32), data=white.tobytes())
    heif.save(tmp_path / "a.heic", quality=100)

    info = read_info(tmp_path / "a.heic")

    assert info.bit_depth == 16
    assert _color(tmp_path / "a.heic", tmp_path).min() > 65000


@pytest.mark.parametrize("kept", [0.05, 0.8])
def test_a_truncated_heic_is_named(tmp_path: Path, kept: float) -> None:
    pillow_heif.from_pillow(Image.fromarray(noise(64, 64))).save(tmp_path / "a.heic")
    content = (tmp_path / "a.heic").read_bytes()
    (tmp_path / "a.heic").write_bytes(content[: int(len(content) * kept)])

    with pytest.raises(UnreadableImageError, match=r"a\.heic: damaged"):
        open_photo(tmp_path / "a.heic", scratch_folder=tmp_path)


@pytest.mark.parametrize("channels", [1, 3])
def test_jpeg_xl_is_read_exactly(tmp_path: Path, channels: int) -> None:
    pixels = noise(13, 11, channels)
    content = imagecodecs.jpegxl_encode(pixels.squeeze(), lossless=True)
    (tmp_path / "a.jxl").write_bytes(content)

    info = read_info(tmp_path / "a.jxl")

    assert (info.width_px, info.height_px, info.channels) == (11, 13, channels)
    assert info.notes == ()
    np.testing.assert_array_equal(_color(tmp_path / "a.jxl", tmp_path), pixels)


@pytest.mark.parametrize("channels", [1, 3])
def test_16_bits_of_jpeg_xl_that_are_said_to_be_linear_become_srgb(
    tmp_path: Path, channels: int
) -> None:
    # This encoder calls 16 bits linear light.
    pixels = noise(13, 11, channels, np.uint16)
    content = imagecodecs.jpegxl_encode(pixels.squeeze(), lossless=True)
    (tmp_path / "a.jxl").write_bytes(content)
    light = pixels / 65535
    expected = np.where(light <= 0.0031308, 12.92 * light, 1.055 * light ** (1 / 2.4) - 0.055)

    info = read_info(tmp_path / "a.jxl")

    assert (info.bit_depth, info.channels, info.icc) == (16, channels, None)
    assert info.notes[0].startswith("Converted from")
    assert np.abs(_color(tmp_path / "a.jxl", tmp_path) / 65535 - expected).max() < 0.001


# 16 x 16 px of (150, 120, 90), by libjxl's own cjxl 0.7: `-d 1 -x color_space=…`, and `-d 0`
# of a PNG with `matrix_profile(2.2)`.
JXL_COLORS = {
    "P3": "/wpDQEImNwIAEogCAOAAXeUSAAAVKqOMG7yc6/nyQ4fFtI3rDG21bWFJosg4NkkncEgSiyDu5sgBRABAzANwxD"
    "bF0BSVJAA=",
    "PQ": "/wpDQEIePQIAEogCAOAAXeUSAAAVKqOMG7yc6/nyQ4fFtI3rDG21bWFJosg4NkkncEgSqyDuhuQCCECAmEfiOP"
    "YeDKmgkgQ=",
    "HLG": "/wpDQEKegQgAEogCANwAXeUSAAAVKqOMG7yc6/nyQ4fFtI3rDG21bWFJosg4NkkncEgSKyDuJsmBQACIeQ9nb"
    "A+GVFBJAg==",
    "sRGB": "/wpDQEJxIQASiAIA3ABd5RIAABUqo4wbvJzr+fJDh8W0jesMbbVtYUmiyDg2SSdwSBJrIO7mwgEiACDmfZyw"
    "TzE0RSUJ",
    "own": "/wpDQAjXCgMS5gEwm6Iwxq95HUnba0TXOS2hwldKiWJLN4XoUl2KqweaXU6sgEdWo3U5tRqfhUvolJlD6w/AK"
    "yDDjQ0ZfzayF+rmH5A5cMKMKXkd4uaN+yWVdq2sZ+90Gsg5CHkswUY+DLUBgoZB3wqMmQgH5oE+OcAqM+HXPQgCAQBg"
    "AEsYixUA1IwxxsgY7wIRAAQSzISxQMzvBg==",
}


@pytest.mark.parametrize(
    ("colors", "name"), [("P3", "DisplayP3"), ("sRGB", "sRGB"), ("own", "Test space")]
)
def test_the_colors_of_jpeg_xl_are_kept(tmp_path: Path, colors: str, name: str) -> None:
    (tmp_path / "a.jxl").write_bytes(base64.b64decode(JXL_COLORS[colors]))

    info = read_info(tmp_path / "a.jxl")

    assert (info.color_space, info.notes) == (name, ())
    assert np.abs(_color(tmp_path / "a.jxl", tmp_path) - np.array([150, 120, 90.0])).max() <= 3


@pytest.mark.parametrize("curve", ["PQ", "HLG"])
def test_hdr_of_jpeg_xl_is_converted_by_name(tmp_path: Path, curve: str) -> None:
    (tmp_path / "a.jxl").write_bytes(base64.b64decode(JXL_COLORS[curve]))

    info = read_info(tmp_path / "a.jxl")

    assert (info.color_space, info.icc, info.bit_depth) == ("sRGB", None, 16)
    assert info.notes[0].startswith(f"Converted from HDR ({curve}, BT.2020) to sRGB")


def test_without_its_reader_the_profile_of_jpeg_xl_is_missed_with_a_note(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pillow_jxl", None)
    (tmp_path / "a.jxl").write_bytes(base64.b64decode(JXL_COLORS["P3"]))

    assert read_info(tmp_path / "a.jxl").notes == (
        "The color profile of JPEG XL is not read; taken as sRGB.",
    )


def test_a_broken_jpeg_xl_is_named(tmp_path: Path) -> None:
    content = imagecodecs.jpegxl_encode(noise(64, 64))
    for broken in (content[:40], b"\0\0\0\x0cJXL \r\n\x87\n"):
        (tmp_path / "a.jxl").write_bytes(broken)

        with pytest.raises(UnreadableImageError, match=r"a\.jxl: damaged"):
            read_info(tmp_path / "a.jxl")


def test_floating_point_jpeg_xl_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.jxl").write_bytes(imagecodecs.jpegxl_encode(np.zeros((8, 8), np.float32)))

    with pytest.raises(UnsupportedFormatError, match="float32"):
        read_info(tmp_path / "a.jxl")


def test_a_jpeg_xl_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole_decoders, "_MAX_JXL_PIXELS", 99)
    (tmp_path / "a.jxl").write_bytes(imagecodecs.jpegxl_encode(noise(10, 10)))

    with pytest.raises(ImageTooLargeError, match="up to 99 pixels"):
        read_info(tmp_path / "a.jxl")


class FakeRaw:
    """Stands for a camera's file, which is too large to keep beside the tests."""

    def __init__(self, flip: int) -> None:
        self.sizes = SimpleNamespace(width=8, height=6, flip=flip)

    def __enter__(self) -> FakeRaw:
        return self

    def __exit__(self, *_: object) -> None: ...

    def postprocess(self, *, output_bps: int, **_: object) -> np.ndarray:
        assert output_bps == 16
        shape = (8, 6, 3) if self.sizes.flip & 4 else (6, 8, 3)
        return np.full(shape, 4242, np.uint16)


@pytest.mark.parametrize(("flip", "size"), [(0, (8, 6)), (5, (6, 8))])
def test_camera_raw_is_developed_upright(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, flip: int, size: tuple[int, int]
) -> None:
    monkeypatch.setattr(rawpy, "imread", lambda _: FakeRaw(flip))
    (tmp_path / "a.nef").write_bytes(b"II*\0")

    info = read_info(tmp_path / "a.nef")

    assert (info.width_px, info.height_px) == size
    assert (info.format, info.bit_depth, info.channels) == ("raw", 16, 3)
    assert info.notes[0].startswith("Developed from camera raw")
    assert (_color(tmp_path / "a.nef", tmp_path) == 4242).all()


def test_broken_camera_raw_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.nef").write_bytes(b"II*\0" + b"rubbish" * 99)

    with pytest.raises(UnreadableImageError, match=r"a\.nef: damaged"):
        read_info(tmp_path / "a.nef")

    class Broken(FakeRaw):
        @override
        def postprocess(self, **_: object) -> np.ndarray:
            raise rawpy.LibRawError("data error")

    monkeypatch.setattr(rawpy, "imread", lambda _: Broken(0))
    with pytest.raises(UnreadableImageError, match="data error"):
        open_photo(tmp_path / "a.nef", scratch_folder=tmp_path)
