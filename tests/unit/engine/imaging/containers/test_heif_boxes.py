from __future__ import annotations

import io
import struct

import pillow_heif
import pytest
from PIL import Image

from engine.imaging.containers.heif_boxes import HeifContents, heif_contents
from tests.helpers.metadata_blocks import Tag, exif_of
from tests.helpers.pictures import noise

NOTHING = HeifContents(
    is_sequence=False,
    has_gain_map=False,
    has_depth_map=False,
    has_video=False,
    has_credentials=False,
    orientation=1,
)


def _box(name: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), name) + content


STILL = _box(b"ftyp", b"heic\0\0\0\0mif1heic")


def _contents(*boxes: bytes) -> HeifContents:
    return heif_contents(io.BytesIO(STILL + b"".join(boxes)))


def test_a_still_picture_holds_nothing_else() -> None:
    stream = io.BytesIO()
    Image.fromarray(noise(16, 16)).save(stream, "AVIF")

    assert heif_contents(stream) == NOTHING


def test_a_sequence_is_seen() -> None:
    stream = io.BytesIO()
    pictures = [Image.fromarray(noise(16, 16, seed=seed)) for seed in (1, 2)]
    pictures[0].save(stream, "AVIF", save_all=True, append_images=pictures[1:])

    assert heif_contents(stream).is_sequence


@pytest.mark.parametrize(
    ("boxes", "found"),
    [
        ((_box(b"meta", b"...tmap..."),), "has_gain_map"),
        ((_box(b"meta", b"urn:com:apple:photo:2020:aux:hdrgainmap\0"),), "has_gain_map"),
        ((_box(b"meta", b"urn:mpeg:hevc:2015:auxid:2\0"),), "has_depth_map"),
        ((_box(b"meta"), _box(b"mdat", b"x" * 99), _box(b"mpvd", b"video")), "has_video"),
        (
            (_box(b"uuid", bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + b"c"),),
            "has_credentials",
        ),
        ((struct.pack(">I4sQ", 1, b"mdat", 20) + b"1234", _box(b"mpvd")), "has_video"),
    ],
)
def test_parts_beside_the_picture_are_seen(boxes: tuple[bytes, ...], found: str) -> None:
    contents = _contents(*boxes)

    assert getattr(contents, found)
    assert contents != NOTHING


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("form", ["AVIF", "HEIF"])
def test_turns_and_mirrors_of_another_writer_are_read(orientation: int, form: str) -> None:
    exif = b"Exif\0\0" + exif_of([Tag.short(0x0112, orientation)])
    stream = io.BytesIO()
    picture = Image.fromarray(noise(64, 64))
    if form == "AVIF":
        picture.save(stream, form, exif=exif)
    else:
        pillow_heif.from_pillow(picture).save(stream, exif=exif)

    assert heif_contents(stream).orientation == orientation


@pytest.mark.parametrize(
    "rest", [b"\0\0\0", struct.pack(">I4s", 3, b"mdat"), struct.pack(">I4s", 0, b"mdat") + b"x"]
)
def test_what_makes_no_sense_ends_the_search(rest: bytes) -> None:
    assert _contents(rest) == NOTHING


def test_boxes_without_number_come_to_an_end() -> None:
    assert _contents(_box(b"free") * 100_000, _box(b"mpvd")) == NOTHING
