"""Colors that a file tells by other means than a profile come out as they were meant."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import imagecodecs
import numpy as np
import pillow_heif
import pytest
from PIL import Image, ImageCms

from engine.core.images import ImageUint
from engine.imaging.codecs.decode import open_photo, read_info
from engine.imaging.codecs.rgb8 import load_rgb8
from engine.imaging.color.bmp import bmp_signals
from engine.imaging.color.file_signals import is_adobe_rgb
from engine.imaging.color.heif import heif_color
from engine.imaging.color.png import png_signals
from engine.imaging.color.signals import ColorSignals
from engine.imaging.photo import PhotoInfo
from tests.helpers.pictures import builtin_profile, noise, vips_image

ADOBE_CHRM = (31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
RAMP: ImageUint = np.arange(0, 256, 4, dtype=np.uint8)[None, :, None].repeat(3, 2)


def _with_chunks(png: bytes, *chunks: tuple[bytes, bytes], broken: bool = False) -> bytes:
    """Return a PNG with more chunks after its header."""
    added = b""
    for kind, content in chunks:
        check = zlib.crc32(kind + content) ^ broken
        added += struct.pack(">I", len(content)) + kind + content + struct.pack(">I", check)
    return png[:33] + added + png[33:]


def _png(pixels: ImageUint, *chunks: tuple[bytes, bytes]) -> bytes:
    return _with_chunks(vips_image(pixels).pngsave_buffer(), *chunks)


def _gama(value: int) -> tuple[bytes, bytes]:
    return b"gAMA", struct.pack(">I", value)


def _chrm(*values: int) -> tuple[bytes, bytes]:
    return b"cHRM", struct.pack(">8I", *values)


def _cicp(*values: int) -> tuple[bytes, bytes]:
    return b"cICP", bytes(values)


def _decoded(path: Path) -> tuple[PhotoInfo, ImageUint]:
    with open_photo(path, scratch_folder=path.parent) as photo:
        return photo.info, photo.color.read(photo.color.whole)


def _srgb_pixels(linear: np.ndarray) -> np.ndarray:
    encoded = np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)
    return np.asarray(255 * encoded)


def _shown(info: PhotoInfo, pixels: ImageUint) -> np.ndarray:
    """Return what a program that knows profiles shows, as sRGB pixel values."""
    if info.icc is None:
        return pixels / (257 if pixels.dtype == np.uint16 else 1)
    source = ImageCms.ImageCmsProfile(io.BytesIO(info.icc))
    transform = ImageCms.buildTransform(source, ImageCms.createProfile("sRGB"), "RGB", "RGB", 1)  # type: ignore[arg-type]
    return np.asarray(ImageCms.applyTransform(Image.fromarray(pixels), transform), float)


@pytest.mark.parametrize("gama", [100_000, 80_000, 55_000, 50_000, 40_000, 30_000])
@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_a_png_of_any_gamma_is_shown_as_it_says(tmp_path: Path, gama: int, dtype: type) -> None:
    pixels: ImageUint = RAMP.astype(dtype) * (257 if dtype is np.uint16 else 1)
    (tmp_path / "a.png").write_bytes(_png(pixels, _gama(gama)))

    # PNG 3, section 12.1: light is the sample to the power of 1/gAMA.
    expected = _srgb_pixels((RAMP / 255) ** (100_000 / gama))
    # 8 bits of a gamma above 3 are coarse in the dark.
    assert np.abs(load_rgb8(tmp_path / "a.png") - expected).max() <= 1.3
    info, read = _decoded(tmp_path / "a.png")
    if dtype is np.uint8:
        assert np.abs(_shown(info, read) - expected).max() <= 1.3
    assert read_info(tmp_path / "a.png") == info


@pytest.mark.parametrize("gama", [100_000, 55_000])
def test_a_gray_png_of_any_gamma_is_shown_as_it_says(tmp_path: Path, gama: int) -> None:
    (tmp_path / "a.png").write_bytes(_png(RAMP[:, :, :1], _gama(gama)))

    expected = _srgb_pixels((RAMP / 255) ** (100_000 / gama))
    assert np.abs(load_rgb8(tmp_path / "a.png") - expected).max() <= 1
    assert _decoded(tmp_path / "a.png")[0].channels == 1


def test_the_chromaticities_of_a_png_are_kept(tmp_path: Path) -> None:
    pixels = np.array([[[120, 130, 110], [200, 190, 180], [60, 70, 66]]], np.uint8)
    (tmp_path / "a.png").write_bytes(_png(pixels, _gama(45_455), _chrm(*ADOBE_CHRM)))
    # Adobe RGB (1998), section 4.3.5.3, and IEC 61966-2-1.
    to_xyz = [[0.57667, 0.18556, 0.18823], [0.29734, 0.62736, 0.07529], [0.02703, 0.07069, 0.99134]]
    to_rgb = [[3.2406, -1.5372, -0.4986], [-0.9689, 1.8758, 0.0415], [0.0557, -0.204, 1.057]]
    expected = _srgb_pixels((pixels / 255) ** 2.2 @ np.array(to_xyz).T @ np.array(to_rgb).T)

    info, read = _decoded(tmp_path / "a.png")

    np.testing.assert_array_equal(read, pixels)
    assert info.color_space == "Adobe RGB, gamma 2.2"
    assert np.abs(_shown(info, read) - expected).max() <= 1


@pytest.mark.parametrize(
    ("chunks", "name"),
    [
        ([_cicp(12, 13, 0, 1), _gama(100_000)], "Display P3"),
        ([_cicp(9, 14, 0, 1)], "BT.2020, BT.709"),
        ([_cicp(1, 13, 0, 1), _gama(100_000)], "sRGB"),
        ([(b"sRGB", b"\0"), _gama(100_000), _chrm(*ADOBE_CHRM)], "sRGB"),
        ([_gama(45_455)], "sRGB"),
        ([_gama(45_455), _gama(100_000)], "sRGB"),
    ],
)
def test_the_chunks_of_a_png_have_an_order(
    tmp_path: Path, chunks: list[tuple[bytes, bytes]], name: str
) -> None:
    (tmp_path / "a.png").write_bytes(_png(RAMP, *chunks))

    info, read = _decoded(tmp_path / "a.png")

    assert (info.color_space, info.notes) == (name, ())
    np.testing.assert_array_equal(read, RAMP)


def test_a_profile_stands_above_gamma_and_below_a_code(tmp_path: Path) -> None:
    stream = io.BytesIO()
    Image.fromarray(RAMP).save(stream, "PNG", icc_profile=builtin_profile("p3"))
    (tmp_path / "a.png").write_bytes(_with_chunks(stream.getvalue(), _gama(100_000)))
    assert read_info(tmp_path / "a.png").icc == builtin_profile("p3")

    (tmp_path / "a.png").write_bytes(_with_chunks(stream.getvalue(), _cicp(1, 13, 0, 1)))
    assert read_info(tmp_path / "a.png").icc is None


def test_a_hdr_png_is_converted_by_name(tmp_path: Path) -> None:
    light = np.array([0.02, 0.2, 0.5, 0.8])
    y = (203 * light / 10_000) ** 0.1593017578125
    pq = ((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375
    pixels = np.rint(65535 * pq).astype(np.uint16)[None, :, None].repeat(3, 2)
    (tmp_path / "a.png").write_bytes(_png(pixels, _cicp(9, 16, 0, 1)))

    info, read = _decoded(tmp_path / "a.png")

    assert (info.icc, info.bit_depth, info.color_space) == (None, 16, "sRGB")
    assert info.notes[0].startswith("Converted from HDR (PQ, BT.2020) to sRGB")
    assert np.abs(read[0] / 257 - _srgb_pixels(light)[:, None]).max() < 0.3


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16])
def test_the_narrow_range_of_a_png_is_stretched(tmp_path: Path, dtype: type) -> None:
    unit = 256 if dtype is np.uint16 else 1
    levels: ImageUint = (np.array([16, 235, 0, 255]) * unit).astype(dtype)
    pixels: ImageUint = levels[None, :, None].repeat(3, 2)
    (tmp_path / "a.png").write_bytes(_png(pixels, _cicp(1, 13, 0, 0)))

    white = np.iinfo(dtype).max
    assert _decoded(tmp_path / "a.png")[1][0, :, 0].tolist() == [0, white, 0, white]


def test_chunks_that_are_broken_or_stand_too_late_say_nothing() -> None:
    png = _png(RAMP)
    late = png[:-12] + _with_chunks(b"\0" * 33, _gama(100_000))[33:] + png[-12:]

    for content in (png, late, _with_chunks(png, _gama(100_000), broken=True), png[:40], b""):
        signals = png_signals(io.BytesIO(content))
        assert (signals.gamma_encoding, signals.primaries, signals.cicp) == (None, None, None)


def _avif(pixels: ImageUint, *, primaries: int = 1, curve: int = 13) -> bytes:
    stream = io.BytesIO()
    picture = Image.fromarray(pixels[:, :, 0] if pixels.shape[2] == 1 else pixels)
    # Pillow writes one channel only if nothing is said of how colors are sampled.
    colors = {} if picture.mode == "L" else {"subsampling": "4:4:4"}
    picture.save(stream, "AVIF", quality=100, **colors)
    content = stream.getvalue()
    at = content.index(b"colrnclx") + 8
    return content[:at] + struct.pack(">HH", primaries, curve) + content[at + 4 :]


@pytest.mark.parametrize("file_format", ["avif", "heic"])
@pytest.mark.parametrize(
    ("primaries", "curve", "name"),
    [
        (1, 13, "sRGB"),
        (2, 2, "sRGB"),
        (12, 13, "Display P3"),
        (9, 14, "BT.2020, BT.709"),
        (1, 8, None),
        (9, 16, None),
        (12, 18, None),
    ],
)
def test_the_code_of_a_heif_is_kept_or_converted_by_name(
    tmp_path: Path, file_format: str, primaries: int, curve: int, name: str | None
) -> None:
    pixels = np.full((32, 32, 3), (150, 120, 90), np.uint8)
    path = tmp_path / f"a.{file_format}"
    if file_format == "avif":
        path.write_bytes(_avif(pixels, primaries=primaries, curve=curve))
    else:
        heif = pillow_heif.from_pillow(Image.fromarray(pixels))
        heif.save(path, quality=100, color_primaries=primaries, transfer_characteristics=curve)

    info, read = _decoded(path)

    if name is not None:
        assert (info.color_space, info.notes) == (name, ())
        assert (info.icc is None) == (name == "sRGB")
        assert np.abs(read.astype(int) - pixels).max() <= 4
    else:
        assert (info.color_space, info.icc, info.bit_depth) == ("sRGB", None, 16)
        assert info.notes[0].startswith("Converted from")


@pytest.mark.parametrize("size", [(32, 48), (1, 1)])
@pytest.mark.parametrize("file_format", ["avif", "heic"])
def test_a_gray_heif_stays_gray(tmp_path: Path, size: tuple[int, int], file_format: str) -> None:
    pixels = np.full((*size, 1), 90, np.uint8)
    path = tmp_path / f"a.{file_format}"
    if file_format == "avif":
        path.write_bytes(_avif(pixels))
    else:
        pillow_heif.from_pillow(Image.fromarray(pixels[:, :, 0])).save(path, quality=100)

    info, read = _decoded(path)

    assert (info.channels, info.color_space) == (1, "gray")
    assert np.abs(read.astype(int) - 90).max() <= 1


def test_a_gray_avif_keeps_its_alpha(tmp_path: Path) -> None:
    gray = np.full((32, 32, 2), 90, np.uint8)
    gray[..., 1] = 200
    (tmp_path / "a.avif").write_bytes(imagecodecs.avif_encode(gray, level=100))

    with open_photo(tmp_path / "a.avif", scratch_folder=tmp_path) as photo:
        assert photo.info.channels == 1
        assert photo.alpha is not None
        assert np.abs(photo.alpha.read(photo.alpha.whole).astype(int) - 200).max() <= 1


def test_colors_of_avif_stay_colors(tmp_path: Path) -> None:
    (tmp_path / "a.avif").write_bytes(_avif(np.full((16, 16, 3), 90, np.uint8)))

    assert read_info(tmp_path / "a.avif").channels == 3


def test_any_bytes_have_a_heif_color() -> None:
    content = _avif(noise(16, 16))
    rng = np.random.default_rng(0)
    for _ in range(500):
        broken = bytearray(content)
        for at in rng.integers(0, 400, 5):
            broken[at] = rng.integers(0, 256)
        heif_color(io.BytesIO(broken[: rng.integers(0, len(broken))]))


def _bmp(
    *,
    kind: int = 0,
    points: tuple[float, ...] = (0,) * 9,
    gamma: float = 0,
    profile: bytes = b"",
) -> bytes:
    """Return a BMP of 2 x 1 px (150, 120, 90) with the longest of its headers."""
    pixels = bytes([90, 120, 150] * 2) + b"\0\0"
    head = struct.pack("<IiiHHIIiiII", 124, 2, 1, 1, 24, 0, len(pixels), 0, 0, 0, 0)
    head += struct.pack("<4II", 0, 0, 0, 0, kind)
    head += struct.pack("<9i", *(round(point * 2**30) for point in points))
    head += struct.pack("<3I", *[round(gamma * 2**16)] * 3)
    head += struct.pack("<4I", 4, 124 + len(pixels), len(profile), 0)
    start = struct.pack("<2sIHHI", b"BM", 14 + 124 + len(pixels) + len(profile), 0, 0, 138)
    return start + head + pixels + profile


ADOBE_XYZ = (0.57667, 0.29734, 0.02703, 0.18556, 0.62736, 0.07069, 0.18823, 0.07529, 0.99134)
ADOBE_XYZ_SMALL = (0.64, 0.33, 0.03, 0.21, 0.71, 0.08, 0.15, 0.06, 0.79)


@pytest.mark.parametrize(
    ("bmp", "name"),
    [
        (_bmp(), "sRGB"),
        (_bmp(kind=0x73524742, gamma=1.0), "sRGB"),
        (_bmp(kind=0x57696E20, gamma=1.8), "sRGB"),
        (_bmp(gamma=1.8), "BT.709, gamma 1.8"),
        (_bmp(points=ADOBE_XYZ, gamma=2.2), "Adobe RGB, gamma 2.2"),
        (_bmp(points=ADOBE_XYZ_SMALL, gamma=2.2), "Adobe RGB, gamma 2.2"),
        (_bmp(kind=0x4D424544, profile=builtin_profile("p3")), "sP3C"),
        (_bmp(kind=0x4D424544), "sRGB"),
    ],
)
def test_the_colors_of_a_bmp_are_kept(tmp_path: Path, bmp: bytes, name: str) -> None:
    (tmp_path / "a.bmp").write_bytes(bmp)

    info, read = _decoded(tmp_path / "a.bmp")

    assert (info.color_space, info.notes) == (name, ())
    assert read[0, 0].tolist() == [150, 120, 90]


def test_a_bmp_that_is_cut_says_nothing() -> None:
    with_profile = _bmp(kind=0x4D424544, profile=b"profile")
    assert bmp_signals(io.BytesIO(with_profile)).icc == b"profile"
    for size in range(138):
        assert bmp_signals(io.BytesIO(with_profile[:size])) == ColorSignals()


def _exif(space: int | None, index: str | None) -> bytes:
    exif = Image.Exif()
    inner = exif.get_ifd(0x8769)
    inner[0x9003] = "2024:05:06 07:08:09"
    if space is not None:
        inner[0xA001] = space
    if index is not None:
        inner[0xA005] = {1: index}
    return exif.tobytes().removeprefix(b"Exif\0\0")


def _tiff(space: int | None, index: str | None) -> bytes:
    """Return a TIFF of one black pixel with an EXIF directory."""

    def directory(*entries: tuple[int, int, int, bytes]) -> bytes:
        packed = b"".join(struct.pack("<HHI", *e[:3]) + e[3].ljust(4, b"\0") for e in entries)
        return struct.pack("<H", len(entries)) + packed + b"\0" * 4

    def number(value: int) -> bytes:
        return struct.pack("<I", value)

    inner_at, last_at = 200, 300
    inner = [(0xA001, 3, 1, struct.pack("<H", space))] if space is not None else []
    inner += [(0xA005, 4, 1, number(last_at))] if index is not None else []
    pixels = [(256, 1), (257, 1), (258, 8), (259, 1), (262, 2), (273, 180), (277, 3), (279, 3)]
    first = [(tag, 4, 1, number(value)) for tag, value in pixels]
    content = b"II*\0" + number(8) + directory(*first, (0x8769, 4, 1, number(inner_at)))
    content = content.ljust(inner_at, b"\0") + directory(*inner)
    name = (index or "").encode()
    return content.ljust(last_at, b"\0") + directory((1, 2, 4, name))


@pytest.mark.parametrize(
    ("space", "index", "expected"),
    [
        (0xFFFF, "R03", True),
        (None, "R03", True),
        (2, None, True),
        (2, "R98", True),
        (1, "R98", False),
        (1, "R03", False),
        (0xFFFF, None, False),
        (0xFFFF, "R98", False),
        (None, None, False),
    ],
)
@pytest.mark.parametrize("suffix", [".jpg", ".webp", ".png", ".tif"])
def test_adobe_rgb_may_be_told_by_exif_alone(
    tmp_path: Path, space: int | None, index: str | None, expected: bool, suffix: str
) -> None:
    block = _exif(space, index)
    picture = Image.new("RGB", (16, 16), (150, 120, 90))
    path = tmp_path / f"a{suffix}"
    if suffix == ".tif":
        path.write_bytes(_tiff(space, index))
    else:
        picture.save(path, exif=b"Exif\0\0" + block)

    info, _ = _decoded(path)

    assert is_adobe_rgb(block) is expected
    assert info.color_space == ("Adobe RGB" if expected else "sRGB")
    assert (info.icc is not None) is expected


@pytest.mark.parametrize("block", [b"", b"II*\0", b"rubbish" * 9, b"II*\0\xff\xff\xff\xff"])
def test_a_broken_exif_block_says_nothing(block: bytes) -> None:
    assert not is_adobe_rgb(block)
