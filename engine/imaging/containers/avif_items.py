"""Adds metadata to a finished AVIF file.

Formats: ISO/IEC 14496-12 (``iinf``, ``iloc``, ``iref``, ``pitm``); ISO/IEC 23008-12 (HEIF),
annex A.2.1, for the four bytes in front of an EXIF block.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass, replace
from typing import BinaryIO

from engine.imaging.containers.iso_boxes import file_boxes, inner_boxes

_XMP_TYPE = b"application/rdf+xml"
_FULL_BOX = b"\0\0\0\0"


def add_avif_metadata(file: BinaryIO, *, exif: bytes | None, xmp: bytes | None) -> bool:
    """Add EXIF and XMP to a finished still AVIF.

    Args:
        file: The AVIF, which has neither yet, open for reading and writing.
        exif: EXIF block from its TIFF header on.
        xmp: XMP packet.

    Returns:
        False if the file has a structure that is not supported here; it is unchanged then.
    """
    items = []
    if exif:
        items.append((b"Exif\0", struct.pack(">I", 0) + exif))
    if xmp:
        items.append((b"mime\0" + _XMP_TYPE + b"\0", xmp))
    found = next(((at, size) for name, at, size in file_boxes(file) if name == b"meta"), None)
    if not items or found is None:
        return not items
    start, size = found
    file.seek(start)
    meta = _Meta.parse(file.read(size))
    if meta is None:
        return False
    rest = file.read()
    #   before   | ftyp | meta             | mdat: pixels |
    #   after    | ftyp | meta, with items | mdat: pixels | mdat: EXIF, XMP |
    #                          >-- shift -->
    # The shift does not depend on its own value, so a first draft of the box measures it.
    sizes = [len(content) for _, content in items]
    kinds = [kind for kind, _ in items]
    shift = len(meta.with_items(kinds, sizes, shift=0, data_at=0)) - size
    data_at = start + size + shift + len(rest) + 8
    file.seek(start - 8)
    file.write(_box(b"meta", meta.with_items(kinds, sizes, shift=shift, data_at=data_at)))
    file.write(rest + _box(b"mdat", b"".join(content for _, content in items)))
    return True


@dataclass(frozen=True, slots=True)
class _Location:
    """Location of an item: ``extents`` are pairs of an offset from ``base`` and a length."""

    item: int
    construction: int
    source: int
    base: int
    extents: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class _Meta:
    """The ``meta`` box, which lists the items of a file; ``boxes`` are the boxes in it."""

    boxes: dict[bytes, bytes]
    locations: tuple[_Location, ...]

    @classmethod
    def parse(cls, content: bytes) -> _Meta | None:
        """Parse it; None if a box in it has a version that is not supported."""
        # Version and flags come first, in this box and in those read below; all must be 0.
        boxes = dict(inner_boxes(content[len(_FULL_BOX) :]))
        if not {b"iinf", b"iloc", b"pitm"} <= boxes.keys():
            return None
        plain = [boxes[name][0] for name in (b"iinf", b"pitm", b"iref") if name in boxes]
        locations = _locations(boxes[b"iloc"]) if not any(plain) else None
        return cls(boxes, locations) if locations is not None else None

    def with_items(
        self, kinds: list[bytes], sizes: list[int], *, shift: int, data_at: int
    ) -> bytes:
        """Return the content of the box with further items, each describing the picture.

        Args:
            kinds: Type of each item, as in its entry.
            sizes: Size of each item in bytes.
            shift: Bytes by which all existing items move.
            data_at: Offset of the first new item in the file; the others follow it.
        """
        boxes = dict(self.boxes)
        # Construction 0 counts from the start of the file, others from boxes that do not move.
        moved = [
            replace(location, base=location.base + (0 if location.construction else shift))
            for location in self.locations
        ]
        primary = boxes[b"pitm"][4:6]
        entries, references = b"", boxes.get(b"iref", _FULL_BOX)
        first = max(location.item for location in self.locations) + 1
        for item, (kind, size) in enumerate(zip(kinds, sizes, strict=True), first):
            moved.append(_Location(item, 0, 0, data_at, ((0, size),)))
            data_at += size
            # Version 2 of an entry: number, no protection, type and names.
            entries += _box(b"infe", struct.pack(">IHH", 2 << 24, item, 0) + kind)
            # "cdsc": the item describes the primary picture.
            references += _box(b"cdsc", struct.pack(">HH", item, 1) + primary)
        (count,) = struct.unpack_from(">H", boxes[b"iinf"], 4)
        listed = boxes[b"iinf"][6:] + entries
        boxes[b"iinf"] = _FULL_BOX + struct.pack(">H", count + len(kinds)) + listed
        boxes[b"iloc"] = _location_box(moved)
        boxes[b"iref"] = references
        return _FULL_BOX + b"".join(_box(name, content) for name, content in boxes.items())


def _locations(box: bytes) -> tuple[_Location, ...] | None:
    version, widths, more_widths, count = struct.unpack_from(">B3xBBH", box)
    # Four widths of numbers, half a byte each: 0, 4 or 8 bytes.
    offset_bytes, length_bytes = widths >> 4, widths & 15
    base_bytes, index_bytes = more_widths >> 4, more_widths & 15
    if version > 1 or index_bytes:
        return None
    found = []
    reader = _Numbers(box, 8)
    for _ in range(count):
        item = reader.take(2)
        construction = reader.take(2) if version else 0
        source, base, extents = reader.take(2), reader.take(base_bytes), reader.take(2)
        pairs = [(reader.take(offset_bytes), reader.take(length_bytes)) for _ in range(extents)]
        found.append(_Location(item, construction, source, base, tuple(pairs)))
    return tuple(found)


def _location_box(locations: list[_Location]) -> bytes:
    """Return the content of an ``iloc`` of version 1 with numbers of 32 bits."""
    parts = [struct.pack(">IBBH", 1 << 24, 0x44, 0x40, len(locations))]
    for one in locations:
        head = (one.item, one.construction, one.source, one.base, len(one.extents))
        parts.append(struct.pack(">HHHIH", *head))
        parts += [struct.pack(">II", *extent) for extent in one.extents]
    return b"".join(parts)


class _Numbers:
    """Reads unsigned numbers of any width, one after the other."""

    def __init__(self, content: bytes, at: int) -> None:
        self._content = content
        self._at = at

    def take(self, width: int) -> int:
        """Return the next number of ``width`` bytes; 0 for no width."""
        self._at += width
        return int.from_bytes(self._content[self._at - width : self._at], "big")


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content
