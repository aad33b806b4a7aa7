"""Reads, corrects and writes EXIF blocks.

A block is a small TIFF file:

    II 42 8 | first directory: orientation, resolution, pointers to | EXIF: exposure, maker note
                                                                     | GPS
            | second directory: the thumbnail, which is left out

It keeps its byte order, and a maker note that counts offsets from the block's header keeps its
place. Format: Exif 3.0 (CIPA DC-008-2023),
section 4.6.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import BinaryIO, Final

from engine.imaging.containers.tiff_directory import (
    EXIF,
    GPS,
    INTEROPERABILITY,
    LONG,
    RATIONAL,
    SHORT,
    Directory,
    DirectoryReader,
    DirectoryWriter,
    Entry,
    Layout,
    NoDirectoryError,
    ReadAt,
)
from engine.imaging.metadata.exif_byte_order import IPTC, PHOTOSHOP, reordered
from engine.imaging.metadata.layout_description import layout_program
from engine.imaging.metadata.maker_note import is_self_contained
from engine.imaging.metadata.notes import BOUND_MAKER_NOTE, layout_description
from engine.imaging.metadata.pixel_mapping import PixelMapping
from engine.imaging.resolution import Dpi, as_ratio, is_possible

X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128
_WIDTH, _HEIGHT, _DESCRIPTION, _ORIENTATION = 0x0100, 0x0101, 0x010E, 0x0112
_MAKER_NOTE = 0x927C
_EXIF_WIDTH, _EXIF_HEIGHT = 0xA002, 0xA003
_SUBJECT_AREA, _SUBJECT_LOCATION = 0x9214, 0xA214
_FOCAL_X, _FOCAL_Y = 0xA20E, 0xA20F
# Writers use other types than the specified one, so each that holds a number is accepted.
_NUMBERS: Final = {SHORT: "H", LONG: "I", RATIONAL: "2I", 10: "2i", 11: "f", 12: "d"}
_NO_UNIT, _INCH, _CENTIMETER = 1, 2, 3
_RESOLUTION = (X_RESOLUTION, Y_RESOLUTION, RESOLUTION_UNIT)

_DESCRIPTIVE = frozenset(
    {0x010D, 0x010E, 0x010F, 0x0110, 0x011D, 0x0131, 0x0132, 0x013B, 0x013C, 0x4746, 0x4749}
    | {0x8298, IPTC, PHOTOSHOP, EXIF, GPS, *_RESOLUTION}
    | set(range(0x9C9B, 0x9CA0))
)
"""Entries of a TIFF's first directory that describe the photo and not its pixels."""

_PIXEL_STORAGE = frozenset(
    {0x00FE, 0x00FF, 0x0102, 0x0103, 0x0106, 0x0107, 0x010A, 0x0111, 0x0115, 0x0116, 0x0117}
    | {0x0118, 0x0119, 0x011C, *range(0x0120, 0x0128), 0x013D, *range(0x0140, 0x0160)}
    | {*range(0x0200, 0x020A), 0x02BC, PHOTOSHOP, 0x8773}
)
"""Entries that state how pixels are stored: those of the photo are wrong for a result."""

_BLOCK_ONLY = frozenset({_WIDTH, _HEIGHT, _ORIENTATION, 0x012D, *range(0x0211, 0x0215)})
"""Entries that are facts of the photo in a block, and storage of the pixels in a TIFF."""

# A segment of JPEG holds 64 KB, so a larger offset counts in a TIFF file, not in a block.
_MAX_NOTE_AT = 60_000
_RELATED_SIZES = frozenset({0x1001, 0x1002})
# DCF 2.0, section 3.2.5: color spaces by index. The number is one that some cameras write.
_ADOBE_RGB_NUMBER = 2
_COLOR_SPACE, _INDEX, _ADOBE_RGB, _SRGB = 0xA001, 0x0001, b"R03", b"R98"


_LITTLE_ENDIAN = Layout("<")


@dataclass(frozen=True, slots=True)
class Exif:
    """A parsed EXIF block, without its thumbnail.

    Attributes:
        damaged: Number of entries that could not be read and are left out.
        unread: Tags of a TIFF's first directory that are not read.
    """

    _first: Directory = field(default_factory=dict)
    _layout: Layout = _LITTLE_ENDIAN
    damaged: int = 0
    unread: frozenset[int] = frozenset()

    @classmethod
    def parse(cls, block: bytes) -> Exif | None:
        """Parse a block that starts with its TIFF header; None if nothing can be read."""
        layout = Layout.of_header(block)
        if layout is None or layout.is_big:
            return None
        return cls._read(lambda at, size: block[at : at + size], layout)

    @classmethod
    def of_tiff(cls, file: BinaryIO, page: int = 0) -> Exif | None:
        """Collect what a TIFF file states about its photo; None if nothing can be read.

        Args:
            file: The file; its position changes.
            page: Page of the photo, counted from 0. What its own directory does not state is
                taken from that of the first page.
        """

        def read_at(at: int, size: int) -> bytes:
            # BigTIFF offsets have 64 bits, and a seek takes 63.
            if at >= 2**63:
                return b""
            file.seek(at)
            return file.read(size)

        layout = Layout.of_header(read_at(0, 4))
        if layout is None:
            return None
        first = cls._read(read_at, layout, _DESCRIPTIVE)
        own = cls._read(read_at, layout, _DESCRIPTIVE, page) if page else None
        if first is None or own is None:
            return own or first
        # The resolution of another page is not that of the photo.
        both = first.without_tiff_parts().with_entries(own.entries)
        return replace(both, damaged=first.damaged + own.damaged)

    @classmethod
    def of_resolution(cls, dpi: Dpi) -> Exif:
        """Return a block that holds a print resolution and nothing else."""
        return cls(_resolution_entries(dpi, _LITTLE_ENDIAN))

    @classmethod
    def _read(
        cls,
        read_at: ReadAt,
        layout: Layout,
        wanted: frozenset[int] | None = None,
        page: int = 0,
    ) -> Exif | None:
        reader = DirectoryReader(read_at, layout, wanted)
        try:
            first = reader.page(page)
        except NoDirectoryError:
            return None
        return cls(first, Layout(layout.order), reader.damaged, frozenset(reader.unread))

    @property
    def is_empty(self) -> bool:
        """Whether it has no entries."""
        return not self._first

    @property
    def stated_orientation(self) -> int | None:
        """How the pixels must be turned, 1 to 8; None if it is not stated."""
        value = self._number(self._first.get(_ORIENTATION))
        return value if value is not None and 1 <= value <= 8 else None

    @property
    def orientation(self) -> int:
        """How the pixels must be turned, 1 to 8."""
        return self.stated_orientation or 1

    @property
    def dpi(self) -> Dpi | None:
        """Print resolution across and down; None if no length is stated, or not a positive one.

        Without a unit it is in inches; 1 pixel without a unit is a placeholder for none.
        """
        unit = self._number(self._first.get(RESOLUTION_UNIT))
        x, y = (self._ratio(self._first.get(tag)) for tag in (X_RESOLUTION, Y_RESOLUTION))
        if not x or not y or unit == _NO_UNIT or (unit is None and x == y == 1):
            return None
        per_inch = Fraction(254, 100) if unit == _CENTIMETER else 1
        return float(x * per_inch), float(y * per_inch)

    @property
    def iptc(self) -> bytes | None:
        """IPTC records, which a TIFF keeps beside its EXIF entries."""
        return self._first[IPTC].value if IPTC in self._first else None

    @property
    def photoshop(self) -> bytes | None:
        """Photoshop's resources, which can hold the IPTC records of a TIFF."""
        return self._first[PHOTOSHOP].value if PHOTOSHOP in self._first else None

    @property
    def bound_note_at(self) -> int | None:
        """Offset of a maker note that must not be moved; None if there is none."""
        inner = self._inner
        note = inner.get(_MAKER_NOTE)
        if note is None or note.at is None or is_self_contained(note.value):
            return None
        return note.at

    @property
    def is_note_far(self) -> bool:
        """Whether the offset of a maker note that must not be moved is too large for a block."""
        return (self.bound_note_at or 0) > _MAX_NOTE_AT

    def without_maker_note(self) -> Exif:
        """Return a copy without the maker note."""
        return self._with_inner({t: e for t, e in self._inner.items() if t != _MAKER_NOTE})

    def without_tiff_parts(self) -> Exif:
        """Return a copy without IPTC and print resolution, which are stored elsewhere."""
        left_out = {IPTC, PHOTOSHOP, *_RESOLUTION}
        return replace(self, _first={t: e for t, e in self._first.items() if t not in left_out})

    def corrected(
        self, mapping: PixelMapping, dpi: Dpi | None, *, is_srgb: bool = False
    ) -> tuple[Exif, tuple[str, ...]]:
        """Return a copy that is true of a result, and notes on what was removed.

        Args:
            mapping: From the stored pixels to those of the result.
            dpi: Print resolution of the result; None if it has none.
            is_srgb: Whether the pixel values of the result are sRGB.
        """
        notes = []
        first = {tag: entry for tag, entry in self._first.items() if tag not in _PIXEL_STORAGE}
        caption = first.get(_DESCRIPTION)
        program = layout_program(caption.value) if caption is not None else None
        if program is not None:
            del first[_DESCRIPTION]
            notes.append(layout_description(program))
        sizes = {_WIDTH: mapping.size[0], _HEIGHT: mapping.size[1], _ORIENTATION: 1}
        first.update({tag: self._whole(sizes[tag]) for tag in sizes if tag in first})
        if dpi is not None:
            first.update(_resolution_entries(dpi, self._layout))
        elif self.dpi is not None and not is_possible(self.dpi):
            first = {tag: entry for tag, entry in first.items() if tag not in _RESOLUTION}
        first = self._mapped(first, mapping)
        if EXIF in first:
            first[EXIF] = replace(
                first[EXIF], directory=self._corrected_inner(mapping, is_srgb=is_srgb)
            )
        return replace(self, _first=first), tuple(notes)

    def _corrected_inner(self, mapping: PixelMapping, *, is_srgb: bool) -> Directory:
        inner = dict(self._inner)
        sizes = {_EXIF_WIDTH: mapping.size[0], _EXIF_HEIGHT: mapping.size[1]}
        inner.update({tag: self._whole(sizes[tag]) for tag in sizes if tag in inner})
        if is_srgb and self._number(inner.get(_COLOR_SPACE)) == _ADOBE_RGB_NUMBER:
            inner[_COLOR_SPACE] = self._whole(1)
        related = inner.get(INTEROPERABILITY)
        if related is not None and related.directory is not None:
            kept = {t: e for t, e in related.directory.items() if t not in _RELATED_SIZES}
            if is_srgb and _INDEX in kept and kept[_INDEX].value.startswith(_ADOBE_RGB):
                kept[_INDEX] = replace(kept[_INDEX], value=_SRGB + b"\0", count=4)
                inner[_COLOR_SPACE] = self._whole(1)
            inner[INTEROPERABILITY] = replace(related, directory=kept)
        return self._mapped(inner, mapping)

    def _mapped(self, directory: Directory, mapping: PixelMapping) -> Directory:
        """Return a directory with its coordinates and pixels per length for the result."""
        fixed: dict[int, Entry | None] = {}
        for tag in (_SUBJECT_AREA, _SUBJECT_LOCATION):
            if tag in directory:
                fixed[tag] = self._mapped_area(directory[tag], mapping)
        # Pixels of the sensor per length: they grow with the picture, and swap when it is turned.
        focal = [self._ratio(directory.get(tag)) for tag in (_FOCAL_X, _FOCAL_Y)]
        if mapping.is_sideways:
            focal.reverse()
        for tag, value, factor in zip((_FOCAL_X, _FOCAL_Y), focal, mapping.factors, strict=True):
            if tag in directory or value:
                ratio = as_ratio(value * Fraction(factor)) if value else None
                fixed[tag] = self._ratio_entry(ratio) if ratio else None
        merged = {**directory, **fixed}
        return {tag: entry for tag, entry in merged.items() if entry is not None}

    def _mapped_area(self, entry: Entry, mapping: PixelMapping) -> Entry | None:
        if entry.kind not in {SHORT, LONG} or not 2 <= entry.count <= 4:
            return entry
        kinds = ("H" if entry.kind == SHORT else "I") * entry.count
        area = mapping.area(self._layout.unpack(kinds, entry.value))
        whole = [round(value) for value in area]
        if not 0 <= min(whole) <= max(whole) < 2**16:
            # The standard allows SHORT only; a wrong area is worse than none.
            return None
        return Entry(SHORT, entry.count, self._layout.pack("H" * len(whole), *whole))

    def in_order_of(self, layout: Layout) -> tuple[Exif, tuple[str, ...]]:
        """Return a copy for a finished file of another layout, and notes on what was removed.

        The maker note is removed too, unless it can be moved.
        """
        notes: list[str] = []
        moved = self
        if self.bound_note_at is not None:
            moved = self.without_maker_note()
            notes.append(BOUND_MAKER_NOTE)
        if layout.order != self._layout.order:
            first, order_notes = reordered(moved._first)  # noqa: SLF001 - of its own kind
            notes += order_notes
            moved = replace(moved, _first=first, _layout=Layout(layout.order))
        return moved, tuple(notes)

    @property
    def entries(self) -> Directory:
        """The entries for the first directory of a TIFF file."""
        return {tag: entry for tag, entry in self._first.items() if tag not in _BLOCK_ONLY}

    def to_bytes(self) -> bytes:
        """Return the block from its TIFF header on."""
        note = self._inner.get(_MAKER_NOTE)
        is_bound = self.bound_note_at is not None and not self.is_note_far
        header_bytes = len(self._layout.header(0))
        writer = DirectoryWriter(self._layout, header_bytes, pinned=note if is_bound else None)
        start = writer.directory(self._first, {})
        return self._layout.header(start) + writer.body

    @property
    def _inner(self) -> Directory:
        return (self._first[EXIF].directory or {}) if EXIF in self._first else {}

    def _with_inner(self, inner: Directory) -> Exif:
        if EXIF not in self._first:
            return self
        return self.with_entries({EXIF: replace(self._first[EXIF], directory=inner)})

    def with_entries(self, entries: Directory) -> Exif:
        """Return a copy with entries, in its byte order, added or replaced."""
        return replace(self, _first={**self._first, **entries})

    def _whole(self, value: int) -> Entry:
        kind, letter = (SHORT, "H") if value < 2**16 else (LONG, "I")
        return Entry(kind, 1, self._layout.pack(letter, value))

    def _ratio_entry(self, ratio: tuple[int, int]) -> Entry:
        return Entry(RATIONAL, 1, self._layout.pack("2I", *ratio))

    def _number(self, entry: Entry | None) -> int | None:
        if entry is None or entry.kind not in {SHORT, LONG} or entry.count != 1:
            return None
        (value,) = self._layout.unpack("H" if entry.kind == SHORT else "I", entry.value)
        return int(value)

    def _ratio(self, entry: Entry | None) -> Fraction | None:
        if entry is None or entry.count != 1 or entry.kind not in _NUMBERS:
            return None
        # A rational is two numbers, every other type one.
        above, *below = self._layout.unpack(_NUMBERS[entry.kind], entry.value)
        if below == [0] or not math.isfinite(above):
            return None
        value = Fraction(above) / (below[0] if below else 1)
        return value if value > 0 else None


def _resolution_entries(dpi: Dpi, layout: Layout) -> Directory:
    x, y = (as_ratio(value) or (72, 1) for value in dpi)
    return {
        X_RESOLUTION: Entry(RATIONAL, 1, layout.pack("2I", *x)),
        Y_RESOLUTION: Entry(RATIONAL, 1, layout.pack("2I", *y)),
        RESOLUTION_UNIT: Entry(SHORT, 1, layout.pack("H", _INCH)),
    }
