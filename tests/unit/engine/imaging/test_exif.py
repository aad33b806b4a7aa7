from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from engine.imaging.exif import Exif
from tests.helpers.pictures import exif_block, noise


def _pillow(block: bytes) -> Image.Exif:
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + block)
    return exif


def _parsed(block: bytes) -> Exif:
    exif = Exif.parse(block)
    assert exif is not None
    return exif


def test_a_block_survives_being_taken_apart() -> None:
    block = exif_block(orientation=5)

    before, after = _pillow(block), _pillow(_parsed(block).to_bytes())

    for directory in (0x8769, 0x8825):
        assert dict(after.get_ifd(directory)) == dict(before.get_ifd(directory))
    pointers = {0x8769, 0x8825}
    assert {t: after[t] for t in after if t not in pointers} == {
        t: before[t] for t in before if t not in pointers
    }


def test_orientation_and_resolution_are_read() -> None:
    exif = _parsed(exif_block(orientation=8))

    assert exif.orientation == 8
    assert exif.dpi == (240, 240)


@pytest.mark.parametrize("stored", [0, 9, 300])
def test_an_impossible_orientation_is_upright(stored: int) -> None:
    assert _parsed(exif_block(orientation=stored)).orientation == 1


def _directory(*entries: bytes, order: str = "<") -> bytes:
    magic = b"II*\0" if order == "<" else b"MM\0*"
    head = magic + struct.pack(order + "IH", 8, len(entries))
    return head + b"".join(entries) + b"\0" * 4


def _entry(tag: int, kind: int, count: int, value: int, order: str = "<") -> bytes:
    return struct.pack(order + "HHII", tag, kind, count, value)


def test_resolution_in_centimetres_is_converted() -> None:
    ratio = 8 + 2 + 36 + 4
    block = _directory(
        _entry(0x011A, 5, 1, ratio), _entry(0x011B, 5, 1, ratio), _entry(0x0128, 3, 1, 3)
    )

    assert _parsed(block + struct.pack("<2I", 100, 1)).dpi == (254, 254)


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (_entry(0x011A, 3, 1, 72), _entry(0x011B, 3, 1, 72)),
        (_entry(0x011A, 5, 1, 38), _entry(0x011B, 5, 1, 38)),
    ],
)
def test_a_resolution_that_says_nothing_is_none(entries: tuple[bytes, ...]) -> None:
    exif = _parsed(_directory(*entries) + b"\x01\0\0\0\0\0\0\0")

    assert exif.dpi is None
    assert exif.orientation == 1


def test_big_endian_blocks_are_understood() -> None:
    block = _directory(_entry(0x0112, 3, 1, 6 << 16, ">"), order=">")

    assert _parsed(block).orientation == 6


def test_sizes_beyond_16_bits_are_written() -> None:
    corrected = _parsed(exif_block()).corrected(width_px=70_000, height_px=9, dpi=None)
    exif = _pillow(corrected.to_bytes())

    assert (exif[0x0100], exif[0x0101]) == (70_000, 9)
    assert exif.get_ifd(0x8769)[0xA002] == 70_000
    assert exif[0x011A] == 240


def test_nothing_is_added_that_was_not_there() -> None:
    exif = _parsed(_directory(_entry(0x0112, 3, 1, 6)))

    corrected = exif.corrected(width_px=5, height_px=5, dpi=None)

    assert dict(_pillow(corrected.to_bytes())) == {0x0112: 1}


def test_the_thumbnail_is_left_out() -> None:
    thumbnail = b"\xff\xd8 tiny \xff\xd9"
    first = struct.pack("<4sIH", b"II*\0", 8, 1) + _entry(0x0112, 3, 1, 1) + struct.pack("<I", 26)
    second = struct.pack("<H", 1) + _entry(0x0201, 4, 1, 44) + b"\0" * 4

    block = _parsed(first + second + thumbnail).to_bytes()

    assert b"tiny" not in block
    assert block.endswith(b"\0" * 4)


@pytest.mark.parametrize(
    "block",
    [
        b"",
        b"rubbish, all of it",
        b"II*\0\xff\xff\0\0",
        b"II*\0\x08",
        _directory(_entry(0x010F, 2, 500, 9999)),
        _directory(_entry(0x010F, 2, 50_000_000, 0)),
        b"II*\0" + struct.pack("<IH", 8, 5000) + b"\0" * 100_000,
        _directory(_entry(0x8769, 4, 1, 9999)),
        exif_block()[:60],
    ],
)
def test_a_broken_block_is_none(block: bytes) -> None:
    assert Exif.parse(block) is None


def test_a_directory_that_holds_itself_ends() -> None:
    exif = _parsed(_directory(_entry(0x8769, 4, 1, 8), _entry(0x9999, 99, 1, 0)))

    assert len(exif.to_bytes()) < 200


def test_a_tiff_tells_about_its_photo_only(tmp_path: Path) -> None:
    tifffile.imwrite(
        tmp_path / "a.tif",
        noise(8, 8),
        byteorder=">",
        photometric="rgb",
        metadata=None,
        software=False,
        extratags=[(0x010F, 2, 0, "Maker", True), (0x83BB, 4, 1, 0x1C024142, True)],
    )

    with (tmp_path / "a.tif").open("rb") as file:
        exif = Exif.of_tiff(file)

    assert exif is not None
    assert exif.iptc == b"\x1c\x02AB"
    assert dict(_pillow(exif.without_iptc().to_bytes())) == {0x010F: "Maker"}
    assert exif.without_iptc().iptc is None
    assert not exif.is_empty


def test_a_bigtiff_is_not_searched() -> None:
    stream = io.BytesIO()
    tifffile.imwrite(stream, noise(8, 8), bigtiff=True, photometric="rgb")

    assert Exif.of_tiff(stream) is None
    assert not _parsed(exif_block()).append_to_tiff(io.BytesIO(b"II+\0" + b"\0" * 12))


@pytest.mark.parametrize("odd", [0, 1])
def test_a_finished_tiff_takes_the_entries(odd: int) -> None:
    codes = noise(7, 9)
    stream = io.BytesIO()
    tifffile.imwrite(stream, codes, byteorder="<", photometric="rgb", metadata=None)
    stream.write(b"\0" * odd)

    assert _parsed(exif_block(orientation=6)).with_iptc(b"\x1c\x02A and on").append_to_tiff(stream)

    stream.seek(0)
    exif = Image.open(stream).getexif()
    assert exif[0x010F] == "Maker"
    assert exif[0x0100] == 9
    assert exif.get_ifd(0x8825)[2] == (48.0, 12.0, 30.0)
    np.testing.assert_array_equal(np.asarray(Image.open(stream)), codes)
    written = Exif.of_tiff(stream)
    assert written is not None
    assert written.iptc == b"\x1c\x02A and on\0\0"
