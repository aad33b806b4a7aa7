"""Reads which pages a TIFF file has and how their samples are stored.

libvips decodes the pixels of a page; only the tags state which page is the photo, and which of
its samples is the alpha. Format: TIFF 6.0, sections 2, 8 and 18; libtiff, "BigTIFF".
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO, Final

from engine.core.messages import say
from engine.imaging.containers.tiff_directory import Layout

_MAX_PAGES, _MAX_ENTRIES, _MAX_COUNT = 10_000, 4096, 64
_REDUCED, _MASK = 1, 4
_OLD_REDUCED = 2
_ASSOCIATED, _UNASSOCIATED = 1, 2
_TYPES: Final = {1: "B", 3: "H", 4: "I", 16: "Q"}
# Tags that are read, by their names in TIFF.
_NEW_SUBFILE_TYPE, _SUBFILE_TYPE, _BITS, _COMPRESSION = 254, 255, 258, 259
_PHOTOMETRIC, _PLANES, _TILE_WIDTH, _INK_SET, _EXTRA_SAMPLES = 262, 284, 322, 332, 338
_MASK_COLORS, _INKS, _YCBCR, _LAB = 4, 5, 6, 8
_JPEG, _OTHER_INKS = 7, 2
_WANTED = frozenset(
    {
        _NEW_SUBFILE_TYPE,
        _SUBFILE_TYPE,
        _BITS,
        _COMPRESSION,
        _PHOTOMETRIC,
        _PLANES,
        _TILE_WIDTH,
        _INK_SET,
        _EXTRA_SAMPLES,
    }
)
_READ_COMPRESSIONS = frozenset({1, 2, 3, 4, 5, 6, 7, 8, 32773, 32946})
_COMPRESSION_NAMES: Final = {
    33003: "JPEG 2000",
    33004: "JPEG 2000",
    33005: "JPEG 2000",
    34712: "JPEG 2000",
    34887: "LERC",
    34892: "lossy DNG",
    34925: "LZMA",
    34927: "WebP",
    34933: "PNG",
    34934: "JPEG XR",
    22610: "JPEG XR",
    50000: "Zstandard",
    50001: "WebP",
    50002: "JPEG XL",
    52546: "JPEG XL",
}
_READ_BITS = frozenset({1, 2, 4, 8, 16, 32})


@dataclass(frozen=True, slots=True)
class TiffPage:
    """Tags of one page.

    Attributes:
        tags: The values of the tags that are needed here.
    """

    tags: dict[int, tuple[int, ...]]

    @property
    def is_reduced(self) -> bool:
        """Whether it is a smaller copy of another page."""
        new, old = self._first(_NEW_SUBFILE_TYPE, 0), self._first(_SUBFILE_TYPE, 0)
        return bool(new & _REDUCED) or old == _OLD_REDUCED

    @property
    def is_mask(self) -> bool:
        """Whether it is the transparency of another page."""
        return bool(self._first(_NEW_SUBFILE_TYPE, 0) & _MASK)

    @property
    def alpha_extra(self) -> int | None:
        """Which of the extra samples is declared to be alpha, None if none is."""
        extras = self.tags.get(_EXTRA_SAMPLES, ())
        declared = [at for at, kind in enumerate(extras) if kind in {_ASSOCIATED, _UNASSOCIATED}]
        return declared[0] if declared else None

    @property
    def misread_variant(self) -> str | None:
        """Name of its variant, if libvips decodes it with wrong colors."""
        colors = self._first(_PHOTOMETRIC, 1)
        if colors == _YCBCR and self._first(_COMPRESSION, 1) != _JPEG:
            return "TIFF in YCbCr colors without JPEG"
        if colors == _INKS and self._first(_INK_SET, 1) == _OTHER_INKS:
            return "TIFF in other inks than CMYK"
        return None

    @property
    def unread_variant(self) -> str | None:
        """Name of its variant, if libvips does not read it."""
        colors = self._first(_PHOTOMETRIC, 1)
        if colors in {_MASK_COLORS, _LAB}:
            return "TIFF in Lab colors" if colors == _LAB else "TIFF of a mask"
        compression = self._first(_COMPRESSION, 1)
        if compression not in _READ_COMPRESSIONS:
            name = _COMPRESSION_NAMES.get(compression, f"compression {compression}")
            return (
                f"TIFF with {name}" if compression not in _COMPRESSION_NAMES else f"{name} in TIFF"
            )
        bits = self.tags.get(_BITS, (1,))
        if not _READ_BITS.issuperset(bits):
            return f"TIFF of {bits[0]} bits a sample"
        if len(set(bits)) > 1:
            return "TIFF whose channels differ in their bits"
        if self._first(_PLANES, 1) == 2 and _TILE_WIDTH in self.tags:
            return "TIFF with tiles of single channels"
        return None

    def _first(self, tag: int, default: int) -> int:
        return (*self.tags.get(tag, ()), default)[0]


def tiff_pages(file: BinaryIO) -> tuple[TiffPage, ...]:
    """Return the pages of the TIFF in ``file``, up to a corrupt one.

    Args:
        file: The file; its position is restored.
    """
    place = file.tell()
    try:
        return _read_pages(file)
    finally:
        file.seek(place)


def photo_page(pages: tuple[TiffPage, ...]) -> int:
    """Return the index of the first page that is neither a reduced copy nor a mask."""
    whole = [at for at, page in enumerate(pages) if not page.is_reduced and not page.is_mask]
    return whole[0] if whole else 0


def page_notes(pages: tuple[TiffPage, ...]) -> tuple[str, ...]:
    """Return notes on the pages that are not used."""
    whole = sum(not page.is_reduced and not page.is_mask for page in pages)
    notes = []
    if whole > 1:
        notes.append(
            say("only-first", "Only the first of {count} pages or frames is used.", count=whole)
        )
    if any(page.is_mask for page in pages):
        notes.append(say("mask-page", "The transparency mask on a page of its own is not used."))
    if pages and whole == 0:
        notes.append(
            say(
                "reduced-only",
                "All pages of the file are marked as reduced copies: the first one is used.",
            )
        )
    return tuple(notes)


def _read_pages(file: BinaryIO) -> tuple[TiffPage, ...]:
    file.seek(0)
    head = file.read(16)
    layout = Layout.of_header(head[:4])
    if layout is None:
        return ()
    pages: list[TiffPage] = []
    seen: set[int] = set()
    try:
        (at,) = layout.unpack(layout.offset_kind, head[layout.pointer_at :])
        # Pages are a linked list; in a corrupt file it can be a circle.
        while at and at not in seen and len(pages) < _MAX_PAGES:
            seen.add(at)
            page, at = _read_page(file, at, layout)
            pages.append(page)
    except struct.error:
        pass
    return tuple(pages)


def _read_page(file: BinaryIO, at: int, layout: Layout) -> tuple[TiffPage, int]:
    file.seek(at)
    (count,) = layout.unpack(layout.count_kind, file.read(layout.count_bytes))
    if count > _MAX_ENTRIES:
        raise struct.error("no directory")
    entries = [file.read(layout.entry_bytes) for _ in range(count)]
    (following,) = layout.unpack(layout.offset_kind, file.read(layout.slot_bytes))
    tags = {}
    for entry in entries:
        tag, kind, number = layout.unpack("HH" + layout.offset_kind, entry)
        if tag in _WANTED and kind in _TYPES and number <= _MAX_COUNT:
            kinds = f"{number}{_TYPES[kind]}"
            tags[tag] = _values(file, layout, kinds, entry[-layout.slot_bytes :])
    return TiffPage(tags), following


def _values(file: BinaryIO, layout: Layout, kinds: str, slot: bytes) -> tuple[int, ...]:
    # Short values are in the entry itself; for longer ones it holds their offset.
    size = struct.calcsize(layout.order + kinds)
    if size <= layout.slot_bytes:
        return layout.unpack(kinds, slot)
    file.seek(*layout.unpack(layout.offset_kind, slot))
    return layout.unpack(kinds, file.read(size))
