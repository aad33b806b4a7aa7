"""EXIF of a photo is corrected for its result."""

from __future__ import annotations

import struct

import pytest

from engine.imaging.metadata.pixel_mapping import PixelMapping
from tests.helpers.metadata_blocks import (
    ASCII,
    Tag,
    entries_of,
    exif_of,
    parsed_exif,
    pillow_exif,
)
from tests.helpers.pictures import exif_block


def _directory(*entries: bytes, order: str = "<") -> bytes:
    magic = b"II*\0" if order == "<" else b"MM\0*"
    head = magic + struct.pack(order + "IH", 8, len(entries))
    return head + b"".join(entries) + b"\0" * 4


def _entry(tag: int, kind: int, count: int, value: int, order: str = "<") -> bytes:
    return struct.pack(order + "HHII", tag, kind, count, value)


def _plain(width: int, height: int) -> PixelMapping:
    """Return a mapping of a picture of 64x48 pixels that is not turned."""
    return PixelMapping(stored_size=(64, 48), orientation=1, size=(width, height))


def test_sizes_beyond_16_bits_are_written() -> None:
    corrected, notes = parsed_exif(exif_block()).corrected(_plain(70_000, 9), None)
    exif = pillow_exif(corrected.to_bytes())

    assert notes == ()
    assert (exif[0x0100], exif[0x0101]) == (70_000, 9)
    assert exif.get_ifd(0x8769)[0xA002] == 70_000
    assert exif[0x011A] == 240


def test_nothing_is_added_that_was_not_there() -> None:
    exif = parsed_exif(_directory(_entry(0x0112, 3, 1, 6)))

    corrected, _ = exif.corrected(_plain(5, 5), None)

    assert dict(pillow_exif(corrected.to_bytes())) == {0x0112: 1}


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

    corrected, _ = parsed_exif(exif_of([], exif=tags, order=order)).corrected(mapping, None)

    found = entries_of(corrected.to_bytes())
    assert struct.unpack(order + "4H", found[0x9214][1]) == area
    assert struct.unpack(order + "2H", found[0xA214][1]) == area[:2]


def test_a_round_area_keeps_its_roundness_and_one_out_of_range_goes() -> None:
    block = exif_of([], exif=[Tag.short(0x9214, 10, 20, 8), Tag.short(0xA214, 60_000, 2)])

    corrected, _ = parsed_exif(block).corrected(_plain(128, 96), None)

    found = entries_of(corrected.to_bytes())
    assert struct.unpack("<3H", found[0x9214][1]) == (20, 40, 16)
    assert 0xA214 not in found


@pytest.mark.parametrize("orientation", [1, 6])
def test_pixels_per_length_on_the_sensor_follow_the_picture(orientation: int) -> None:
    tags = [Tag.ratio(0xA20E, 1000, 3), Tag(0xA20F, 12, struct.pack("<d", 200.0))]
    size = (128, 144) if orientation == 1 else (96, 192)
    mapping = PixelMapping(stored_size=(64, 48), orientation=orientation, size=size)

    corrected, _ = parsed_exif(exif_of([], exif=tags)).corrected(mapping, None)

    inner = pillow_exif(corrected.to_bytes()).get_ifd(0x8769)
    # Twice as wide, three times as high; then turned, so that the sides change places.
    expected = (2000 / 3, 600.0) if orientation == 1 else (400.0, 1000.0)
    assert (float(inner[0xA20E]), float(inner[0xA20F])) == pytest.approx(expected)


@pytest.mark.parametrize(("x", "y"), [((2**32 - 1, 1), (72, 1)), ((1, 2**32 - 1), (1, 2**32 - 1))])
def test_an_impossible_resolution_goes(x: tuple[int, int], y: tuple[int, int]) -> None:
    block = exif_of(
        [Tag.ratio(0x011A, *x), Tag.ratio(0x011B, *y), Tag.short(0x0128, 2), Tag.text(0x010F, "M")]
    )

    corrected, _ = parsed_exif(block).corrected(_plain(5, 5), None)

    assert set(entries_of(corrected.to_bytes())) == {0x010F}


@pytest.mark.parametrize("is_srgb", [True, False])
def test_srgb_pixels_do_not_keep_the_number_of_adobe_rgb(is_srgb: bool) -> None:
    block = exif_of([], exif=[Tag.short(0xA001, 2)])

    corrected, _ = parsed_exif(block).corrected(_plain(5, 5), None, is_srgb=is_srgb)

    assert pillow_exif(corrected.to_bytes()).get_ifd(0x8769)[0xA001] == (1 if is_srgb else 2)


@pytest.mark.parametrize("is_srgb", [True, False])
def test_srgb_pixels_are_not_called_adobe_rgb(is_srgb: bool) -> None:
    block = bytearray(exif_of([], exif=[Tag.short(0xA001, 0xFFFF), Tag(0xA005, 4, bytes(4))]))
    struct.pack_into("<I", block, block.index(b"\x05\xa0") + 8, len(block))
    block += struct.pack("<HHHI4sI", 1, 1, 2, 4, b"R03\0", 0)

    corrected, _ = parsed_exif(bytes(block)).corrected(_plain(5, 5), None, is_srgb=is_srgb)

    inner = pillow_exif(corrected.to_bytes()).get_ifd(0x8769)
    index = pillow_exif(corrected.to_bytes()).get_ifd(0xA005)
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

    corrected, notes = parsed_exif(block).corrected(_plain(5, 5), None)

    assert set(entries_of(corrected.to_bytes())) == {0x010F}
    assert notes == (f"The description of the file's layout by {program} is left out.",)


# By their names in TIFF 6.0 and its supplements, apart from those that have a corrected value.
STORAGE = {
    "NewSubfileType": 0xFE, "SubfileType": 0xFF, "BitsPerSample": 0x102, "Compression": 0x103,
    "PhotometricInterpretation": 0x106, "Thresholding": 0x107, "FillOrder": 0x10A,
    "StripOffsets": 0x111, "SamplesPerPixel": 0x115, "RowsPerStrip": 0x116,
    "StripByteCounts": 0x117, "MinSampleValue": 0x118, "MaxSampleValue": 0x119,
    "PlanarConfiguration": 0x11C, "FreeOffsets": 0x120, "GrayResponseCurve": 0x123,
    "T6Options": 0x125, "Predictor": 0x13D, "ColorMap": 0x140, "TileWidth": 0x142,
    "TileByteCounts": 0x145, "InkSet": 0x14C, "ExtraSamples": 0x152, "JPEGTables": 0x15B,
    "JPEGProc": 0x200, "JPEGInterchangeFormat": 0x201, "JPEGACTables": 0x209, "XMP": 0x2BC,
    "Photoshop": 0x8649, "ICCProfile": 0x8773,
}  # fmt: skip


@pytest.mark.parametrize("name", STORAGE)
def test_how_pixels_were_stored_is_not_told_of_a_result(name: str) -> None:
    block = exif_of(
        [Tag.short(STORAGE[name], 7), Tag.text(0x010F, "Maker"), Tag.text(0xC614, "own")]
    )

    corrected, _ = parsed_exif(block).corrected(_plain(5, 5), None)

    # An unknown tag is kept.
    assert set(entries_of(corrected.to_bytes())) == {0x010F, 0xC614}


def test_a_possible_resolution_stays_where_no_other_is_wanted() -> None:
    block = exif_of([Tag.ratio(0x011A, 100, 1), Tag.ratio(0x011B, 100, 1), Tag.short(0x0128, 3)])

    corrected, _ = parsed_exif(block).corrected(_plain(5, 5), None)

    assert corrected.dpi == (254, 254)


def test_an_area_outside_of_the_picture_is_removed() -> None:
    mapping = PixelMapping(stored_size=(64, 48), orientation=2, size=(128, 96))
    block = exif_of([], exif=[Tag.short(0xA214, 65, 10), Tag.short(0x9214, 64, 10)])

    corrected, _ = parsed_exif(block).corrected(mapping, None)

    # Mirrored, a place to the right of the picture is one to the left of it.
    found = entries_of(corrected.to_bytes())
    assert 0xA214 not in found
    assert 0x9214 in found


def test_pixels_per_length_are_one_ratio_per_entry() -> None:
    block = exif_of([], exif=[Tag.ratio(0xA20E, 100, 1), Tag.ratio(0xA20F, 100, 1)])

    inner = pillow_exif(parsed_exif(block).corrected(_plain(128, 96), None)[0].to_bytes()).get_ifd(
        0x8769
    )

    assert (inner[0xA20E], inner[0xA20F]) == (200, 200)


def test_width_and_height_are_those_of_the_result_wherever_they_are_stated() -> None:
    block = exif_of(
        [Tag.short(0x0100, 64), Tag.short(0x0101, 48)],
        exif=[Tag.short(0xA002, 64), Tag.short(0xA003, 48)],
    )

    corrected, _ = parsed_exif(block).corrected(_plain(256, 192), None)

    written = pillow_exif(corrected.to_bytes())
    assert (written[0x0100], written[0x0101]) == (256, 192)
    assert (written.get_ifd(0x8769)[0xA002], written.get_ifd(0x8769)[0xA003]) == (256, 192)


@pytest.mark.parametrize(
    ("area", "kept"),
    [((32_767, 0), (65_534, 0)), ((32_768, 0), None), ((0, 32_768), None), ((0, 0), (0, 0))],
)
def test_an_area_stays_as_long_as_16_bits_hold_it(
    area: tuple[int, int], kept: tuple[int, int] | None
) -> None:
    block = exif_of([], exif=[Tag.short(0xA214, *area), Tag.short(0x9209, 1)])

    corrected, _ = parsed_exif(block).corrected(_plain(128, 96), None)

    found = entries_of(corrected.to_bytes())
    assert (struct.unpack("<2H", found[0xA214][1]) if 0xA214 in found else None) == kept


def test_sizes_of_a_related_picture_are_removed() -> None:
    block = bytearray(exif_of([], exif=[Tag(0xA005, 4, bytes(4))]))
    struct.pack_into("<I", block, block.index(b"\x05\xa0") + 8, len(block))
    entries = [(1, 2, 4, b"R98\0"), (0x1001, 3, 1, b"\x40\0\0\0"), (0x1002, 3, 1, b"\x30\0\0\0")]
    block += struct.pack("<H", 3) + b"".join(struct.pack("<HHI4s", *e) for e in entries) + bytes(4)

    corrected, _ = parsed_exif(bytes(block)).corrected(_plain(5, 5), None)

    assert dict(pillow_exif(corrected.to_bytes()).get_ifd(0xA005)) == {1: "R98"}
