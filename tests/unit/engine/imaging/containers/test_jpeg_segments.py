from __future__ import annotations

import hashlib
import io
import struct

import pytest
from PIL import Image
from PIL.JpegImagePlugin import JpegImageFile

from engine.imaging.containers.jpeg_segments import (
    holds_resolution,
    jpeg_segments,
    read_jpeg_head,
    what_follows,
)
from tests.helpers.metadata_blocks import Tag, exif_of, xmp_of
from tests.helpers.pictures import noise

EXIF = exif_of([Tag.text(0x010F, "Maker")])


def _jpeg(**said: object) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(noise(8, 8)).save(stream, "JPEG", **said)
    return stream.getvalue()


def _segment(marker: int, content: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(content) + 2) + content


def _with(*segments: bytes) -> io.BytesIO:
    jpeg = _jpeg()
    return io.BytesIO(jpeg[:2] + b"".join(segments) + jpeg[2:])


def test_what_another_writer_wrote_is_read() -> None:
    head = read_jpeg_head(
        io.BytesIO(_jpeg(exif=b"Exif\0\0" + EXIF, xmp=xmp_of(), comment=b"mine", dpi=(300, 200)))
    )

    assert head.exif == EXIF
    assert head.xmp == xmp_of()
    assert head.comments == [b"mine"]
    assert head.density == (1, 300, 200)
    assert (head.pictures, head.has_gain_map, head.has_credentials) == (1, False, False)


def test_what_is_written_is_read_by_another_reader() -> None:
    jpeg = _jpeg()
    segments = jpeg_segments(
        dpi=(300.0, 72.01),
        exif=EXIF,
        xmp=xmp_of(),
        extended_xmp=None,
        photoshop=b"Photoshop 3.0\0" + b"8BIM\4\4\0\0\0\0\0\2\x1c\2",
        comments=(b"mine", b"and more"),
    )

    # Without the writer's own JFIF header.
    image = Image.open(io.BytesIO(jpeg[:2] + segments + jpeg[20:]))

    assert isinstance(image, JpegImageFile)
    image.load()
    assert (image.info["jfif_unit"], image.info["jfif_density"]) == (1, (300, 72))
    assert image.getexif()[0x010F] == "Maker"
    assert image.info["xmp"] == xmp_of()
    assert image.info["photoshop"] == {0x0404: b"\x1c\2"}
    comments = [c for kind, c in image.applist if kind == "COM"]
    assert comments == [b"mine", b"and more"]


@pytest.mark.parametrize("dpi", [None, (0.4, 0.4), (70_000.0, 70_000.0), (72.5, 72.5)])
def test_without_a_resolution_that_fits_none_is_stated(dpi: tuple[float, float] | None) -> None:
    assert dpi is None or not holds_resolution(dpi)
    segments = jpeg_segments(
        dpi=dpi, exif=None, xmp=None, extended_xmp=None, photoshop=None, comments=()
    )

    assert segments == b"\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"


def test_extended_xmp_is_cut_and_joined() -> None:
    long = b"<x/>" * 40_000
    segments = jpeg_segments(
        dpi=None, exif=None, xmp=b"<p/>", extended_xmp=long, photoshop=None, comments=()
    )

    head = read_jpeg_head(_with(segments))

    digest = hashlib.md5(long, usedforsecurity=False).hexdigest().upper().encode()
    assert head.extended_xmp(digest) == long
    assert head.extended_xmp(b"0" * 32) is None


def test_extended_xmp_comes_in_any_order_and_whole_or_not_at_all() -> None:
    name = b"http://ns.adobe.com/xmp/extension/\0" + b"A" * 32
    first, last = (
        _segment(0xE1, name + struct.pack(">II", 8, at) + part)
        for at, part in ((0, b"abcd"), (4, b"efgh"))
    )

    assert read_jpeg_head(_with(last, first)).extended_xmp(b"A" * 32) == b"abcdefgh"
    assert read_jpeg_head(_with(first)).extended_xmp(b"A" * 32) is None
    assert read_jpeg_head(_with(last)).extended_xmp(b"A" * 32) is None
    assert read_jpeg_head(_with(_segment(0xE1, name))).extensions == {}


def test_the_pictures_of_a_multi_picture_file_are_counted() -> None:
    stream = io.BytesIO()
    pictures = [Image.fromarray(noise(8, 8, seed=seed)) for seed in range(3)]
    pictures[0].save(stream, "MPO", save_all=True, append_images=pictures[1:])

    assert read_jpeg_head(stream).pictures == 3


def test_smaller_copies_in_a_multi_picture_file_are_not_counted() -> None:
    entries = b"".join(struct.pack("<4I", kind, 0, 0, 0) for kind in (0x30000, 0x10001, 0x10002))
    block = struct.pack("<4sIH", b"II*\0", 8, 1) + struct.pack("<HHIII", 0xB002, 7, 48, 26, 0)

    head = read_jpeg_head(_with(_segment(0xE2, b"MPF\0" + block + entries)))

    assert head.pictures == 1


@pytest.mark.parametrize("block", [b"", b"rubbish!", b"II*\0\xff\xff\0\0", b"II*\0\x08\0\0\0\0\0"])
def test_a_broken_index_of_pictures_says_nothing(block: bytes) -> None:
    assert read_jpeg_head(_with(_segment(0xE2, b"MPF\0" + block))).pictures == 1


def test_gain_maps_and_credentials_are_seen() -> None:
    gain_map = _segment(0xE2, b"urn:iso:std:iso:ts:21496:-1\0\0\0\0\0")
    credentials = _segment(0xEB, b"JP\0\1\0\0\0\1....jumb....c2pa")

    head = read_jpeg_head(_with(gain_map, credentials))

    assert head.has_gain_map
    assert head.has_credentials


def test_photoshops_resources_go_on_in_further_segments() -> None:
    parts = [_segment(0xED, b"Photoshop 3.0\0" + part) for part in (b"8BI", b"M more")]

    assert read_jpeg_head(_with(*parts)).photoshop == b"Photoshop 3.0\0" + b"8BIM more"


@pytest.mark.parametrize(
    ("tail", "found"),
    [
        (b"", None),
        (b"\0" * 500, None),
        (_jpeg(), "picture"),
        (b"\0" * 30 + _jpeg(), "picture"),
        (b"\0\0\0\x18ftypmp42....", "video"),
        (b"MotionPhoto_Data\0\0\0\x18ftypisom....", "video"),
    ],
)
def test_what_follows_a_picture_is_seen(tail: bytes, found: str | None) -> None:
    jpeg = _jpeg()

    assert what_follows(io.BytesIO(jpeg + tail), len(jpeg) - 2) == found


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xd8",
        b"\xff\xd8\xff",
        b"\xff\xd8\xff\xe1\0",
        b"\xff\xd8\xff\xe1\0\1",
        b"\xff" * 99,
    ],
)
def test_what_makes_no_sense_says_nothing(content: bytes) -> None:
    head = read_jpeg_head(io.BytesIO(content))

    assert (head.exif, head.xmp, head.comments) == (None, None, [])


def test_a_segment_that_reaches_past_the_end_says_nothing() -> None:
    whole = _segment(0xFE, b"mine")
    content = b"\xff\xd8" + whole + _segment(0xFE, b"cut off")[:-3]

    assert read_jpeg_head(io.BytesIO(content)).comments == [b"mine"]


def test_bytes_that_fill_up_before_a_marker_are_passed_over() -> None:
    filled = b"\xff\xff\xff" + _segment(0xFE, b"mine")

    assert read_jpeg_head(_with(filled)).comments == [b"mine"]


def test_more_segments_than_any_writer_makes_are_not_all_read() -> None:
    head = read_jpeg_head(_with(_segment(0xFE, b"") * 20_001, _segment(0xE1, b"FLIR\0")))

    assert len(head.comments) == 20_000
    assert head.others == []


def test_what_else_there_is_has_a_name() -> None:
    flir, unnamed = _segment(0xE1, b"FLIR\0\1\0"), _segment(0xE7, b"\1\2\3\4")
    plain = [_segment(0xEE, b"Adobe\0d\0\0\0\0\0"), _segment(0xEC, b"Ducky\0\1")]

    head = read_jpeg_head(_with(flir, flir, unnamed, *plain))

    assert head.others == ["FLIR", "APP7"]
