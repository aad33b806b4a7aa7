from __future__ import annotations

import io
import struct
from collections.abc import Callable

import pytest

from engine.imaging.color.heif import HeifColor, heif_color
from engine.imaging.color.signals import Cicp

P3 = HeifColor(cicp=Cicp(primaries=12, curve=13), is_gray=False)
NOTHING = HeifColor()


def _box(kind: bytes, content: bytes = b"") -> bytes:
    return struct.pack(">I4s", 8 + len(content), kind) + content


def _long_box(kind: bytes, content: bytes = b"") -> bytes:
    """Return a box whose size has 64 bits."""
    return struct.pack(">I4sQ", 1, kind, 16 + len(content)) + content


def _endless_box(kind: bytes, content: bytes = b"") -> bytes:
    """Return a box that ends where what it stands in ends."""
    return struct.pack(">I4s", 0, kind) + content


# Properties 1 and 2 (Display P3, three channels) belong to item 7, the main picture.
PROPERTIES = _box(
    b"ipco",
    _box(b"colr", b"nclx" + struct.pack(">HHHB", 12, 13, 6, 0x80))
    + _box(b"pixi", bytes([0, 0, 0, 0, 3, 8, 8, 8])),
)
ASSOCIATIONS = _box(b"ipma", struct.pack(">IIHBBB", 0, 1, 7, 2, 1, 2))
MAIN_ITEM = _box(b"pitm", struct.pack(">IH", 0, 7))
META = b"\0" * 4 + MAIN_ITEM + _box(b"iprp", PROPERTIES + ASSOCIATIONS)
START = _box(b"ftyp", b"avif\0\0\0\0mif1avif")


def _color(*boxes: bytes) -> HeifColor:
    return heif_color(io.BytesIO(b"".join(boxes)))


@pytest.mark.parametrize("box", [_box, _long_box, _endless_box])
def test_the_size_of_a_box_may_be_told_in_each_way(box: Callable[[bytes, bytes], bytes]) -> None:
    properties = box(b"iprp", PROPERTIES + ASSOCIATIONS)

    assert _color(START, box(b"meta", META)) == P3
    assert _color(START, _box(b"meta", b"\0" * 4 + MAIN_ITEM + properties)) == P3


def test_the_properties_may_stand_behind_many_other_boxes() -> None:
    assert _color(START, *[_box(b"free")] * 200, _box(b"meta", META), _box(b"mdat")) == P3


@pytest.mark.parametrize(
    "boxes",
    [
        (),
        (START,),
        (START, b"\0\0\0\x09mdat"),
        (START, struct.pack(">I4s", 7, b"free"), _box(b"meta", META)),
        (START, struct.pack(">I4sQ", 1, b"free", 15), _box(b"meta", META)),
        (START, _box(b"meta", META[:4] + MAIN_ITEM)),
        (START, _box(b"meta", META[:4] + struct.pack(">I4s", 7, b"free") + META[4:])),
    ],
)
def test_where_boxes_end_or_make_no_sense_nothing_is_said(boxes: tuple[bytes, ...]) -> None:
    assert _color(*boxes) == NOTHING


@pytest.mark.parametrize(("before", "expected"), [(99_998, P3), (99_999, NOTHING)])
def test_of_very_many_boxes_only_the_first_are_read(before: int, expected: HeifColor) -> None:
    assert _color(START, _box(b"meta", META[:4] + _box(b"free") * before + META[4:])) == expected


def test_the_file_is_left_where_it_stood() -> None:
    file = io.BytesIO(START + _box(b"meta", META))
    file.seek(3)

    assert heif_color(file) == P3
    assert file.tell() == 3
