"""Reads what a HEIC or AVIF file states about the colors of its primary picture.

Format: ISO/IEC 14496-12 (boxes), ISO/IEC 23008-12 (HEIF), sections 6.5.5 (colr) and 9.3.1
(ipma); AV1 Codec ISO Media File Format, section 2.3 (av1C); ISO/IEC 14496-15, 8.3.3.1 (hvcC).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from engine.imaging.color.signals import Cicp
from engine.imaging.containers.iso_boxes import file_boxes, inner_boxes

# The boxes on the way to the properties of the primary item:
#
#     meta
#       pitm            number of the primary item
#       iprp
#         ipco          all properties: colr, pixi, av1C, hvcC, ...
#         ipma          per item: numbers of its properties in ipco, counted from 1
_MAX_META_BYTES = 16 * 2**20
_MAX_ITEMS = 100_000
_FULL_BOX_BYTES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class HeifColor:
    """Color properties of the primary picture.

    Attributes:
        cicp: Its code points; None if the file states none.
        is_gray: Whether it is monochrome; None if the file does not state it.
    """

    cicp: Cicp | None = None
    is_gray: bool | None = None


def heif_color(file: BinaryIO) -> HeifColor:
    """Return the properties of the HEIC or AVIF in ``file``, whose position is restored."""
    place = file.tell()
    try:
        return _of_meta(_meta_box(file))
    except (struct.error, IndexError):
        # The decoder of the pixels reports what is corrupt.
        return HeifColor()
    finally:
        file.seek(place)


def _meta_box(file: BinaryIO) -> bytes:
    for kind, start, size in file_boxes(file):
        if kind == b"meta" and size <= _MAX_META_BYTES:
            file.seek(start)
            return file.read(size)
    return b""


def _of_meta(meta: bytes) -> HeifColor:
    boxes = dict(inner_boxes(meta[_FULL_BOX_BYTES:]))
    inner = list(inner_boxes(boxes.get(b"iprp", b"")))
    properties = [box for kind, content in inner if kind == b"ipco" for box in inner_boxes(content)]
    main = _item_number(boxes.get(b"pitm", b""))
    tables = [content for kind, content in inner if kind == b"ipma"]
    numbers = [number for table in tables for number in _associations(table, main)]
    cicp, is_gray = None, None
    for number in numbers:
        kind, content = properties[number - 1] if 0 < number <= len(properties) else (b"", b"")
        if kind == b"colr" and content[:4] == b"nclx":
            primaries, curve = struct.unpack_from(">HH", content, 4)
            # Without its range flag: the decoder expanded the range when it converted to RGB.
            cicp = Cicp(primaries=primaries, curve=curve)
        elif kind == b"pixi" and is_gray is None:
            is_gray = content[4] == 1
        elif kind == b"av1C":
            # Bit 4 of the third byte: monochrome.
            is_gray = bool(content[2] & 0x10)
        elif kind == b"hvcC":
            # chroma_format_idc: 0 is monochrome.
            is_gray = content[16] & 3 == 0
    return HeifColor(cicp=cicp, is_gray=is_gray)


def _item_number(pitm: bytes) -> int:
    return int.from_bytes(pitm[4:6] if pitm[0] == 0 else pitm[4:8], "big")


def _associations(table: bytes, item: int) -> Iterator[int]:
    """Yield the numbers of the properties of an item, counted from 1."""
    item_kind = ">H" if table[0] == 0 else ">I"
    is_wide = table[3] & 1
    (count,) = struct.unpack_from(">I", table, 4)
    at = 8
    for _ in range(min(count, _MAX_ITEMS)):
        (number,) = struct.unpack_from(item_kind, table, at)
        at += struct.calcsize(item_kind)
        amount, at = table[at], at + 1
        for _ in range(amount):
            (entry,) = struct.unpack_from(">H" if is_wide else ">B", table, at)
            at += 2 if is_wide else 1
            if number == item:
                # The top bit marks an essential property; the rest is its number.
                yield entry & (0x7FFF if is_wide else 0x7F)
