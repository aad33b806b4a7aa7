"""EXIF blocks and XMP packets made from nothing, for tests of metadata."""

from __future__ import annotations

import re
import struct
from dataclasses import dataclass
from typing import Self

from PIL import Image

from engine.imaging.metadata.exif import Exif

BYTE, ASCII, SHORT, LONG, RATIONAL, UNDEFINED = 1, 2, 3, 4, 5, 7
_ELEMENT_BYTES = {BYTE: 1, ASCII: 1, SHORT: 2, LONG: 4, RATIONAL: 8, UNDEFINED: 1, 12: 8, 129: 1}
_EXIF, _GPS = 0x8769, 0x8825


@dataclass(frozen=True)
class Tag:
    """One entry; numbers in ``value`` are in the byte order of the block."""

    tag: int
    kind: int
    value: bytes

    @classmethod
    def text(cls, tag: int, text: str) -> Self:
        return cls(tag, ASCII, text.encode() + b"\0")

    @classmethod
    def short(cls, tag: int, *values: int, order: str = "<") -> Self:
        return cls(tag, SHORT, struct.pack(f"{order}{len(values)}H", *values))

    @classmethod
    def ratio(cls, tag: int, above: int, below: int, order: str = "<") -> Self:
        return cls(tag, RATIONAL, struct.pack(order + "2I", above, below))


def exif_of(
    first: list[Tag],
    *,
    exif: list[Tag] | None = None,
    gps: list[Tag] | None = None,
    order: str = "<",
) -> bytes:
    """Return an EXIF block from its TIFF header on."""
    block = bytearray(b"II*\0" if order == "<" else b"MM\0*")
    block += struct.pack(order + "I", 8)
    inner = {_EXIF: exif, _GPS: gps}
    wanted = {tag: tags for tag, tags in inner.items() if tags is not None}
    slots = _append(block, first, [*wanted], order)
    for tag, tags in wanted.items():
        struct.pack_into(order + "I", block, slots[tag], len(block))
        _append(block, tags, [], order)
    return bytes(block)


def _append(block: bytearray, tags: list[Tag], pointers: list[int], order: str) -> dict[int, int]:
    """Append a directory, and return where the values of ``pointers`` stand."""
    slots = {}
    entries = sorted([*tags, *(Tag(tag, LONG, bytes(4)) for tag in pointers)], key=lambda t: t.tag)
    start = len(block)
    block += struct.pack(order + "H", len(entries)) + bytes(12 * len(entries) + 4)
    for at, entry in enumerate(entries):
        place = start + 2 + 12 * at
        count = len(entry.value) // _ELEMENT_BYTES[entry.kind]
        struct.pack_into(order + "HHI", block, place, entry.tag, entry.kind, count)
        slots[entry.tag] = place + 8
        if len(entry.value) <= 4:
            block[place + 8 : place + 8 + len(entry.value)] = entry.value
        else:
            struct.pack_into(order + "I", block, place + 8, len(block))
            block += entry.value + b"\0" * (len(entry.value) % 2)
    return slots


def entries_of(block: bytes) -> dict[int, tuple[int, bytes]]:
    """Return type and value of all entries of a block, its directories together."""
    order = "<" if block[:2] == b"II" else ">"
    found: dict[int, tuple[int, bytes]] = {}
    places = [struct.unpack_from(order + "I", block, 4)[0]]
    while places:
        start = places.pop()
        (count,) = struct.unpack_from(order + "H", block, start)
        for place in range(start + 2, start + 2 + 12 * count, 12):
            tag, kind, number = struct.unpack_from(order + "HHI", block, place)
            size = number * _ELEMENT_BYTES[kind]
            (pointer,) = struct.unpack_from(order + "I", block, place + 8)
            if tag in {_EXIF, _GPS}:
                places.append(pointer)
            at = place + 8 if size <= 4 else pointer
            found[tag] = kind, block[at : at + size]
    return found


_RDF = 'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'


def xmp_of(attributes: str = "", children: str = "", *, is_wrapped: bool = True) -> bytes:
    """Return an XMP packet with attributes and children of its only description."""
    # Names first, as every writer puts them.
    words = re.findall(r'\S+="[^"]*"', attributes)
    names = [word for word in words if word.startswith("xmlns")]
    others = [word for word in words if word not in names]
    start = " ".join(["<rdf:Description", *names, 'rdf:about=""', *others])
    description = f"{start}>{children}</rdf:Description>" if children else f"{start}/>"
    body = (
        f'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF {_RDF}>{description}</rdf:RDF></x:xmpmeta>'
    )
    if not is_wrapped:
        return body.encode()
    begin = '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?>\n'
    return (begin + body + "\n" + " " * 100 + '\n<?xpacket end="w"?>').encode()


def pillow_exif(block: bytes) -> Image.Exif:
    """Return a block as Pillow reads it."""
    exif = Image.Exif()
    exif.load(b"Exif\0\0" + block)
    return exif


def parsed_exif(block: bytes) -> Exif:
    """Return a block as the engine reads it."""
    exif = Exif.parse(block)
    assert exif is not None
    return exif
