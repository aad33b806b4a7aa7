from __future__ import annotations

import io
import struct
from pathlib import Path
from typing import Literal

import pytest
import tifffile
from PIL import Image

from engine.imaging.metadata.exif import Exif
from engine.imaging.metadata.pixel_mapping import PixelMapping
from tests.helpers.metadata_blocks import (
    ASCII,
    LONG,
    UNDEFINED,
    Tag,
    entries_of,
    exif_of,
)
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


def test_resolution_in_centimeters_is_converted() -> None:
    ratio = 8 + 2 + 36 + 4
    block = _directory(
        _entry(0x011A, 5, 1, ratio), _entry(0x011B, 5, 1, ratio), _entry(0x0128, 3, 1, 3)
    )

    assert _parsed(block + struct.pack("<2I", 100, 1)).dpi == (254, 254)


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
    exif = _parsed(_directory(*entries) + b"\x01\0\0\0\0\0\0\0")

    assert exif.dpi is None
    assert exif.orientation == 1


def test_big_endian_blocks_are_understood() -> None:
    block = _directory(_entry(0x0112, 3, 1, 6 << 16, ">"), order=">")

    assert _parsed(block).orientation == 6


def _plain(width: int, height: int) -> PixelMapping:
    """Return a mapping of a picture of 64x48 pixels that is not turned."""
    return PixelMapping(stored_size=(64, 48), orientation=1, size=(width, height))


def test_sizes_beyond_16_bits_are_written() -> None:
    corrected, notes = _parsed(exif_block()).corrected(_plain(70_000, 9), None)
    exif = _pillow(corrected.to_bytes())

    assert notes == ()
    assert (exif[0x0100], exif[0x0101]) == (70_000, 9)
    assert exif.get_ifd(0x8769)[0xA002] == 70_000
    assert exif[0x011A] == 240


def test_nothing_is_added_that_was_not_there() -> None:
    exif = _parsed(_directory(_entry(0x0112, 3, 1, 6)))

    corrected, _ = exif.corrected(_plain(5, 5), None)

    assert dict(_pillow(corrected.to_bytes())) == {0x0112: 1}


@pytest.mark.parametrize("order", ["<", ">"])
def test_a_block_keeps_its_byte_order_and_a_bound_maker_note_its_place(order: str) -> None:
    # As Canon's: a directory whose offsets count from the header of the block.
    note = struct.pack(order + "HHHII4x", 1, 6, 2, 9, 300) + b"9 letters"
    block = exif_of(
        [Tag.text(0x010F, "x" * 200), Tag.short(0x0112, 8, order=order)],
        exif=[Tag.text(0x9003, "2021:05:06 07:08:09"), Tag(0x927C, UNDEFINED, note)],
        order=order,
    )

    corrected, _ = _parsed(block).corrected(_plain(256, 192), (300.0, 300.0))
    written = corrected.to_bytes()

    assert written[:2] == block[:2]
    assert written.index(note) == block.index(note)
    assert entries_of(written)[0x927C] == (UNDEFINED, note)
    assert entries_of(written)[0x9003] == (ASCII, b"2021:05:06 07:08:09\0")
    assert _pillow(written)[0x0112] == 1


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

    written = _parsed(block + b"\0" * 4).to_bytes()

    assert written[place : place + len(note)] == note
    assert entries_of(written) == {
        0x010F: (ASCII, b"Make\0"),
        0x8769: (LONG, entries_of(written)[0x8769][1]),
        0x927C: (UNDEFINED, note),
    }


@pytest.mark.parametrize(
    ("orientation", "area"),
    [
        (1, (40, 80, 16, 24)),
        (2, (216, 80, 16, 24)),
        (3, (216, 112, 16, 24)),
        (4, (40, 112, 16, 24)),
        (5, (80, 40, 24, 16)),
        (6, (112, 40, 24, 16)),
        (7, (112, 216, 24, 16)),
        (8, (80, 216, 24, 16)),
    ],
)
@pytest.mark.parametrize("order", ["<", ">"])
def test_areas_follow_the_picture(orientation: int, area: tuple[int, ...], order: str) -> None:
    # At 10, 20 of 64x48 pixels, four times enlarged.
    tags = [
        Tag.short(0x9214, 10, 20, 4, 6, order=order),
        Tag.short(0xA214, 10, 20, order=order),
    ]
    size = (256, 192) if orientation < 5 else (192, 256)
    mapping = PixelMapping(stored_size=(64, 48), orientation=orientation, size=size)

    corrected, _ = _parsed(exif_of([], exif=tags, order=order)).corrected(mapping, None)

    found = entries_of(corrected.to_bytes())
    assert struct.unpack(order + "4H", found[0x9214][1]) == area
    assert struct.unpack(order + "2H", found[0xA214][1]) == area[:2]


def test_a_round_area_keeps_its_roundness_and_one_out_of_range_goes() -> None:
    block = exif_of([], exif=[Tag.short(0x9214, 10, 20, 8), Tag.short(0xA214, 60_000, 2)])

    corrected, _ = _parsed(block).corrected(_plain(128, 96), None)

    found = entries_of(corrected.to_bytes())
    assert struct.unpack("<3H", found[0x9214][1]) == (20, 40, 16)
    assert 0xA214 not in found


@pytest.mark.parametrize("orientation", [1, 6])
def test_pixels_per_length_on_the_sensor_follow_the_picture(orientation: int) -> None:
    tags = [Tag.ratio(0xA20E, 1000, 3), Tag(0xA20F, 12, struct.pack("<d", 200.0))]
    size = (128, 144) if orientation == 1 else (96, 192)
    mapping = PixelMapping(stored_size=(64, 48), orientation=orientation, size=size)

    corrected, _ = _parsed(exif_of([], exif=tags)).corrected(mapping, None)

    inner = _pillow(corrected.to_bytes()).get_ifd(0x8769)
    # Twice as wide, three times as high; then turned, so that the sides change places.
    expected = (2000 / 3, 600.0) if orientation == 1 else (400.0, 1000.0)
    assert (float(inner[0xA20E]), float(inner[0xA20F])) == pytest.approx(expected)


@pytest.mark.parametrize(("x", "y"), [((2**32 - 1, 1), (72, 1)), ((1, 2**32 - 1), (1, 2**32 - 1))])
def test_an_impossible_resolution_goes(x: tuple[int, int], y: tuple[int, int]) -> None:
    block = exif_of(
        [Tag.ratio(0x011A, *x), Tag.ratio(0x011B, *y), Tag.short(0x0128, 2), Tag.text(0x010F, "M")]
    )

    corrected, _ = _parsed(block).corrected(_plain(5, 5), None)

    assert set(entries_of(corrected.to_bytes())) == {0x010F}


@pytest.mark.parametrize("dpi", [(1e-2, 1e-2), (1e7, 1e7), (299.9994, 72.009), (0.5, 3e6)])
def test_any_possible_resolution_can_be_written(dpi: tuple[float, float]) -> None:
    corrected, _ = _parsed(exif_block()).corrected(_plain(5, 5), dpi)

    assert _parsed(corrected.to_bytes()).dpi == pytest.approx(dpi, rel=1e-4)


def test_a_resolution_without_a_unit_states_no_length() -> None:
    aspect = [Tag.ratio(0x011A, 2, 1), Tag.ratio(0x011B, 1, 1), Tag.short(0x0128, 1)]
    nothing = [Tag.ratio(0x011A, 1, 1), Tag.ratio(0x011B, 1, 1)]
    inches = [Tag.ratio(0x011A, 300, 1), Tag.ratio(0x011B, 300, 1)]

    found = [_parsed(exif_of(tags)).dpi for tags in (aspect, nothing, inches)]

    assert found == [None, None, (300, 300)]


@pytest.mark.parametrize("is_srgb", [True, False])
def test_srgb_pixels_do_not_keep_the_number_of_adobe_rgb(is_srgb: bool) -> None:
    block = exif_of([], exif=[Tag.short(0xA001, 2)])

    corrected, _ = _parsed(block).corrected(_plain(5, 5), None, is_srgb=is_srgb)

    assert _pillow(corrected.to_bytes()).get_ifd(0x8769)[0xA001] == (1 if is_srgb else 2)


@pytest.mark.parametrize("is_srgb", [True, False])
def test_srgb_pixels_are_not_called_adobe_rgb(is_srgb: bool) -> None:
    block = bytearray(exif_of([], exif=[Tag.short(0xA001, 0xFFFF), Tag(0xA005, 4, bytes(4))]))
    struct.pack_into("<I", block, block.index(b"\x05\xa0") + 8, len(block))
    block += struct.pack("<HHHI4sI", 1, 1, 2, 4, b"R03\0", 0)

    corrected, _ = _parsed(bytes(block)).corrected(_plain(5, 5), None, is_srgb=is_srgb)

    inner = _pillow(corrected.to_bytes()).get_ifd(0x8769)
    index = _pillow(corrected.to_bytes()).get_ifd(0xA005)
    assert (inner[0xA001], index[1]) == ((1, "R98") if is_srgb else (0xFFFF, "R03"))


@pytest.mark.parametrize(
    ("caption", "program"),
    [
        (b"ImageJ=1.54f\nimages=2\nslices=2\n", "ImageJ"),
        (b'{"shape": [2, 48, 64]}', "tifffile"),
        (b'<?xml version="1.0"?><!-- w --><OME xmlns="x"><Image/></OME>', "OME-XML"),
    ],
)
def test_a_description_of_the_layout_goes_with_a_note(caption: bytes, program: str) -> None:
    block = exif_of([Tag(0x010E, ASCII, caption + b"\0"), Tag.text(0x010F, "Maker")])

    corrected, notes = _parsed(block).corrected(_plain(5, 5), None)

    assert set(entries_of(corrected.to_bytes())) == {0x010F}
    assert notes == (f"The description of the file's layout by {program} is left out.",)


def test_how_pixels_were_stored_is_not_told_of_a_result() -> None:
    stored = [Tag.short(0x0103, 7), Tag.short(0x0111, 8), Tag.short(0x0102, 8, 8, 8)]
    block = exif_of([*stored, Tag.text(0x010F, "Maker"), Tag.text(0xC614, "own")])

    corrected, _ = _parsed(block).corrected(_plain(5, 5), None)

    # A tag that nobody knows is kept.
    assert set(entries_of(corrected.to_bytes())) == {0x010F, 0xC614}


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

    exif = _parsed(_directory(*entries))

    assert exif.damaged == 1
    assert exif.orientation == 6
    assert set(entries_of(exif.to_bytes())) == {0x0112, 0x9C9B}


def test_of_a_directory_that_is_cut_off_the_rest_is_kept() -> None:
    block = exif_block(orientation=3)
    cut = block[:60]

    exif = _parsed(cut)

    assert exif.orientation == 3
    assert exif.damaged > 0
    assert _pillow(exif.to_bytes())[0x0100] == 64


def test_a_directory_that_holds_itself_ends() -> None:
    exif = _parsed(_directory(_entry(0x8769, 4, 1, 8), _entry(0x0112, 3, 1, 6)))

    assert len(exif.to_bytes()) < 200


def test_entries_that_share_their_bytes_cannot_fill_the_memory() -> None:
    shared = [_entry(0x8000 + tag, 7, 3_000_000, 8) for tag in range(900)]

    exif = _parsed(_directory(_entry(0x0112, 3, 1, 6), *shared) + bytes(3_000_000))

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
    assert dict(_pillow(exif.without_tiff_parts().to_bytes())) == {0x010F: "Maker"}
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
    found = _pillow(exif.to_bytes())
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
    assert dict(_pillow(exif.without_tiff_parts().to_bytes())) == {0x010E: "caption of mine"}
