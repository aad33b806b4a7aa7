from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Literal

import pytest
import tifffile

from engine.imaging.metadata.exif import Exif
from engine.imaging.metadata.pixel_mapping import PixelMapping
from tests.helpers.metadata_blocks import (
    ASCII,
    LONG,
    UNDEFINED,
    Tag,
    entries_of,
    exif_of,
    parsed_exif,
    pillow_exif,
)
from tests.helpers.pictures import exif_block, noise


def test_a_block_survives_being_taken_apart() -> None:
    block = exif_block(orientation=5)

    before, after = pillow_exif(block), pillow_exif(parsed_exif(block).to_bytes())

    for directory in (0x8769, 0x8825):
        assert dict(after.get_ifd(directory)) == dict(before.get_ifd(directory))
    pointers = {0x8769, 0x8825}
    assert {t: after[t] for t in after if t not in pointers} == {
        t: before[t] for t in before if t not in pointers
    }


def test_orientation_and_resolution_are_read() -> None:
    exif = parsed_exif(exif_block(orientation=8))

    assert exif.orientation == 8
    assert exif.dpi == (240, 240)


@pytest.mark.parametrize("stored", [0, 9, 300])
def test_an_impossible_orientation_is_upright_and_not_stated(stored: int) -> None:
    exif = parsed_exif(exif_block(orientation=stored))

    assert exif.orientation == 1
    assert exif.stated_orientation is None


@pytest.mark.parametrize("stored", range(1, 9))
def test_the_stated_orientation_is_that_of_the_block(stored: int) -> None:
    assert parsed_exif(exif_block(orientation=stored)).stated_orientation == stored


def _plain(width: int, height: int) -> PixelMapping:
    """Return a mapping of a picture of 64x48 pixels that is not turned."""
    return PixelMapping(stored_size=(64, 48), orientation=1, size=(width, height))


def _directory(*entries: bytes, order: str = "<") -> bytes:
    magic = b"II*\0" if order == "<" else b"MM\0*"
    head = magic + struct.pack(order + "IH", 8, len(entries))
    return head + b"".join(entries) + b"\0" * 4


def _entry(tag: int, kind: int, count: int, value: int, order: str = "<") -> bytes:
    return struct.pack(order + "HHII", tag, kind, count, value)


def test_resolution_in_centimeters_is_converted() -> None:
    ratio = 8 + 2 + 36 + 4
    block = _directory(
        _entry(0x011A, 5, 1, ratio), _entry(0x011B, 5, 1, ratio), _entry(0x0128, 3, 1, 3)
    )

    assert parsed_exif(block + struct.pack("<2I", 100, 1)).dpi == (254, 254)


@pytest.mark.parametrize(
    "entries",
    [
        (),
        (_entry(0x011A, 3, 1, 0), _entry(0x011B, 3, 1, 72)),
        (_entry(0x011A, 2, 1, 72), _entry(0x011B, 3, 1, 72)),
        (_entry(0x011A, 5, 1, 38), _entry(0x011B, 5, 1, 38)),
    ],
)
def test_a_resolution_that_says_nothing_is_none(entries: tuple[bytes, ...]) -> None:
    exif = parsed_exif(_directory(*entries) + b"\x01\0\0\0\0\0\0\0")

    assert exif.dpi is None
    assert exif.orientation == 1


def test_big_endian_blocks_are_understood() -> None:
    block = _directory(_entry(0x0112, 3, 1, 6 << 16, ">"), order=">")

    assert parsed_exif(block).orientation == 6


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_block_keeps_its_byte_order_and_a_bound_maker_note_its_place(order: str) -> None:
    # As Canon's: a directory whose offsets count from the header of the block.
    note = struct.pack(order + "HHHII4x", 1, 6, 2, 9, 300) + b"9 letters"
    block = exif_of(
        [Tag.text(0x010F, "x" * 200), Tag.short(0x0112, 8, order=order)],
        exif=[Tag.text(0x9003, "2021:05:06 07:08:09"), Tag(0x927C, UNDEFINED, note)],
        order=order,
    )

    corrected, _ = parsed_exif(block).corrected(_plain(256, 192), (300.0, 300.0))
    written = corrected.to_bytes()

    assert written[:2] == block[:2]
    assert written.index(note) == block.index(note)
    assert entries_of(written)[0x927C] == (UNDEFINED, note)
    assert entries_of(written)[0x9003] == (ASCII, b"2021:05:06 07:08:09\0")
    assert pillow_exif(written)[0x0112] == 1


@pytest.mark.parametrize("place", [8, 30, 200])
def test_a_bound_maker_note_can_stand_anywhere(place: int) -> None:
    # Its value stands before its directory.
    note = b"note of a maker!"
    start = place + len(note)
    block = b"II*\0" + struct.pack("<I", start) + b"\0" * (place - 8) + note
    block += (
        struct.pack("<H", 2) + _entry(0x010F, 2, 5, start + 30) + _entry(0x8769, 4, 1, start + 36)
    )
    block += b"\0" * 4 + b"Make\0\0" + struct.pack("<H", 1) + _entry(0x927C, 7, len(note), place)

    written = parsed_exif(block + b"\0" * 4).to_bytes()

    assert written[place : place + len(note)] == note
    assert entries_of(written) == {
        0x010F: (ASCII, b"Make\0"),
        0x8769: (LONG, entries_of(written)[0x8769][1]),
        0x927C: (UNDEFINED, note),
    }


@pytest.mark.parametrize("dpi", [(1e-2, 1e-2), (1e7, 1e7), (299.9994, 72.009), (0.5, 3e6)])
def test_any_possible_resolution_can_be_written(dpi: tuple[float, float]) -> None:
    corrected, _ = parsed_exif(exif_block()).corrected(_plain(5, 5), dpi)

    assert parsed_exif(corrected.to_bytes()).dpi == pytest.approx(dpi, rel=1e-4)


def test_a_resolution_without_a_unit_states_no_length() -> None:
    aspect = [Tag.ratio(0x011A, 2, 1), Tag.ratio(0x011B, 1, 1), Tag.short(0x0128, 1)]
    nothing = [Tag.ratio(0x011A, 1, 1), Tag.ratio(0x011B, 1, 1)]
    inches = [Tag.ratio(0x011A, 300, 1), Tag.ratio(0x011B, 300, 1)]

    found = [parsed_exif(exif_of(tags)).dpi for tags in (aspect, nothing, inches)]

    assert found == [None, None, (300, 300)]


def test_the_thumbnail_is_left_out() -> None:
    thumbnail = b"\xff\xd8 tiny \xff\xd9"
    first = struct.pack("<4sIH", b"II*\0", 8, 1) + _entry(0x0112, 3, 1, 1) + struct.pack("<I", 26)
    second = struct.pack("<H", 1) + _entry(0x0201, 4, 1, 44) + b"\0" * 4

    block = parsed_exif(first + second + thumbnail).to_bytes()

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
        exif_block()[:12],
    ],
)
def test_a_broken_block_is_none(block: bytes) -> None:
    assert Exif.parse(block) is None


@pytest.mark.parametrize(
    "bad",
    [
        _entry(0x010E, 2, 5000, 4_000_000),
        _entry(0x010E, 2, 2**32 - 1, 8),
        _entry(0x010E, 5, 2**29, 8),
        _entry(0x010E, 99, 1, 8),
        _entry(0x8825, 4, 1, 2**32 - 1),
    ],
)
@pytest.mark.parametrize("at", [0, 1])
def test_one_bad_entry_does_not_cost_the_others(bad: bytes, at: int) -> None:
    entries = [_entry(0x0112, 3, 1, 6), _entry(0x9C9B, 1, 4, 0x00420041)]
    entries.insert(at, bad)

    exif = parsed_exif(_directory(*entries))

    assert exif.damaged == 1
    assert exif.orientation == 6
    assert set(entries_of(exif.to_bytes())) == {0x0112, 0x9C9B}


def test_of_a_directory_that_is_cut_off_the_rest_is_kept() -> None:
    block = exif_block(orientation=3)
    cut = block[:60]

    exif = parsed_exif(cut)

    assert exif.orientation == 3
    assert exif.damaged > 0
    assert pillow_exif(exif.to_bytes())[0x0100] == 64


def test_a_directory_that_holds_itself_ends() -> None:
    exif = parsed_exif(_directory(_entry(0x8769, 4, 1, 8), _entry(0x0112, 3, 1, 6)))

    assert len(exif.to_bytes()) < 200


def test_entries_that_share_their_bytes_cannot_fill_the_memory() -> None:
    shared = [_entry(0x8000 + tag, 7, 3_000_000, 8) for tag in range(900)]

    exif = parsed_exif(_directory(_entry(0x0112, 3, 1, 6), *shared) + bytes(3_000_000))

    assert len(exif.to_bytes()) < 40_000_000
    assert exif.damaged > 0


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
    assert exif.dpi is None
    assert dict(pillow_exif(exif.without_tiff_parts().to_bytes())) == {0x010F: "Maker"}
    assert exif.without_tiff_parts().iptc is None
    assert not exif.is_empty


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_bigtiff_tells_as_much_as_a_small_one(order: Literal["<", ">"]) -> None:
    stream = io.BytesIO()
    tifffile.imwrite(
        stream,
        noise(8, 8),
        bigtiff=True,
        byteorder=order,
        photometric="rgb",
        metadata=None,
        resolution=(100, 50),
        resolutionunit="CENTIMETER",
        description="caption of mine",
        extratags=[(0x010F, 2, 0, "Maker and more", True)],
    )

    exif = Exif.of_tiff(stream)

    assert exif is not None
    assert exif.dpi == pytest.approx((254, 127))
    found = pillow_exif(exif.to_bytes())
    assert (found[0x010E], found[0x010F]) == ("caption of mine", "Maker and more")


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("place", [2**63 - 1, 2**63, 2**64 - 1])
def test_a_value_beyond_what_any_file_reaches_does_not_cost_the_others(
    order: Literal["<", ">"], place: int
) -> None:
    stream = io.BytesIO()
    tifffile.imwrite(
        stream,
        noise(8, 8),
        bigtiff=True,
        byteorder=order,
        photometric="rgb",
        metadata=None,
        software=False,
        description="caption of mine",
        extratags=[(0x010F, 2, 0, "Maker and more", True)],
    )
    stream.seek(0)
    with tifffile.TiffFile(stream) as file:
        slot = file.pages.first.tags[0x010F].offset + 12
    content = bytearray(stream.getvalue())
    struct.pack_into(order + "Q", content, slot, place)

    exif = Exif.of_tiff(io.BytesIO(content))

    assert exif is not None
    assert exif.damaged == 1
    assert dict(pillow_exif(exif.without_tiff_parts().to_bytes())) == {0x010E: "caption of mine"}


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (3, b"\x2c\x01"),
        (4, struct.pack("<I", 300)),
        (5, struct.pack("<2I", 600, 2)),
        (10, struct.pack("<2i", 600, 2)),
        (11, struct.pack("<f", 300.0)),
        (12, struct.pack("<d", 300.0)),
    ],
)
def test_a_resolution_is_read_from_any_type_that_holds_a_number(kind: int, value: bytes) -> None:
    values = b"".join(bytes(value.ljust(8, b"\0")) for _ in range(2))
    is_inline = len(value) <= 4
    places = [int.from_bytes(value, "little")] * 2 if is_inline else [8 + 2 + 36 + 4, 58]
    entries = [_entry(tag, kind, 1, at) for tag, at in zip((0x011A, 0x011B), places, strict=True)]

    assert parsed_exif(_directory(*entries, _entry(0x0128, 3, 1, 2)) + values).dpi == (300, 300)


def test_a_written_resolution_holds_one_value_per_entry() -> None:
    block = Exif.of_resolution((300.0, 72.0)).to_bytes()

    (count,) = struct.unpack_from("<H", block, 8)
    entries = [struct.unpack_from("<HHI", block, 10 + 12 * index) for index in range(count)]
    assert entries == [(0x011A, 5, 1), (0x011B, 5, 1), (0x0128, 3, 1)]


def test_a_tiff_gets_no_entries_that_mean_its_own_pixels() -> None:
    own = [Tag.short(tag, 1) for tag in (0x0100, 0x0101, 0x0112, 0x012D, 0x0211, 0x0214)]
    block = exif_of([*own, Tag.text(0x010F, "Maker"), Tag.short(0x4746, 5)])

    assert set(parsed_exif(block).entries) == {0x010F, 0x4746}


@pytest.mark.parametrize(
    ("tag", "is_read"),
    [
        (0x0102, False),
        (0x010E, True),
        (0x4749, True),
        (0x474A, False),
        (0x8298, True),
        (0x9C9A, False),
        (0x9C9B, True),
        (0x9C9F, True),
        (0x9CA0, False),
    ],
)
def test_of_a_tiff_only_entries_that_describe_the_photo_are_read(tag: int, is_read: bool) -> None:
    exif = Exif.of_tiff(io.BytesIO(exif_of([Tag.text(tag, "abcd"), Tag.text(0x010F, "Maker")])))

    assert exif is not None
    assert (tag in exif.entries) is is_read
    assert (tag in exif.unread) is not is_read
