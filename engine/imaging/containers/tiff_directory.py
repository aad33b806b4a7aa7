"""Reads and writes the directories of entries that make up TIFF files and EXIF blocks.

Formats: TIFF 6.0, section 2; libtiff, "The BigTIFF File Format"; Exif 3.0 (CIPA
DC-008-2023), section 4.6.2, for the type of UTF-8 strings.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

import numpy as np

EXIF, GPS, INTEROPERABILITY, SUB_IFDS = 0x8769, 0x8825, 0xA005, 0x014A
BYTE, SHORT, LONG, RATIONAL, UNDEFINED = 1, 3, 4, 5, 7
UTF8: Final = 129
_IFD8 = 18

TYPE_BYTES: Final = {
    BYTE: 1,
    2: 1,
    SHORT: 2,
    LONG: 4,
    RATIONAL: 8,
    6: 1,
    UNDEFINED: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    UTF8: 1,
}
"""Bytes per element of each type that can be moved; pointers (13, 16 to 18) cannot be."""

# Rationals are pairs of words, each swapped by itself.
_WORD_BYTES: Final = {**TYPE_BYTES, RATIONAL: 4, 10: 4}
_POINTER_KINDS: Final = {LONG: "I", 13: "I", 16: "Q", 18: "Q"}
# Entries that point to further directories, and those in them that do.
_Nesting: TypeAlias = "dict[int, _Nesting]"
_NESTING: _Nesting = {EXIF: {INTEROPERABILITY: {}}, GPS: {}}
# Limits on what corrupt and hostile files can ask for.
_MAX_BYTES = 16 * 2**20
_MAX_ENTRIES = 1000

ReadAt: TypeAlias = Callable[[int, int], bytes]
"""Returns up to a number of bytes from an offset on; fewer at the end of the file."""


class NoDirectoryError(Exception):
    """There is no directory where one should be."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A value, or a directory.

    Attributes:
        kind: Type, numbered as in TIFF.
        count: Number of elements.
        value: Bytes of the elements, in the byte order of the block.
        directory: The directory, if the entry points to one.
        at: Offset of the value where it was read.
    """

    kind: int
    count: int
    value: bytes = b""
    directory: Directory | None = None
    at: int | None = None


Directory: TypeAlias = dict[int, Entry]
"""Entries by their tags."""


@dataclass(frozen=True, slots=True)
class Layout:
    """Byte order and size of the numbers of a TIFF.

        TIFF      II 42 | offset | ... | count | entry | entry | ... | next directory
                  2  2    4             2       12 each              4
        BigTIFF   II 43 8 0 | offset | ... | count | entry | entry | ... | next directory
                  2  2  2 2   8              8       20 each              8
        entry     tag | type | count | value, or its offset if it is longer
                  2     2      4 or 8  4 or 8

    Attributes:
        order: ``<`` (little endian, II) or ``>`` (big endian, MM).
        is_big: Whether it is a BigTIFF, whose offsets have 64 bits.
    """

    order: str
    is_big: bool = False

    @classmethod
    def of_header(cls, head: bytes) -> Layout | None:
        """Return the layout by the first four bytes, None if they are not a header."""
        known = {b"II*\0": ("<", False), b"MM\0*": (">", False)}
        known |= {b"II+\0": ("<", True), b"MM\0+": (">", True)}
        return cls(*known[head[:4]]) if head[:4] in known else None

    @property
    def pointer_at(self) -> int:
        """Offset of the pointer to the first directory in the header."""
        return 8 if self.is_big else 4

    @property
    def slot_bytes(self) -> int:
        """Largest size of a value that is stored in the entry itself, in bytes."""
        return 8 if self.is_big else 4

    @property
    def count_bytes(self) -> int:
        """Size of the count of entries at the start of a directory, in bytes."""
        return 8 if self.is_big else 2

    @property
    def entry_bytes(self) -> int:
        """Size of an entry in bytes."""
        return 20 if self.is_big else 12

    def header(self, first: int) -> bytes:
        """Return the header of a file whose first directory is at ``first``."""
        magic = (b"II" if self.order == "<" else b"MM") + self.pack("H", 43 if self.is_big else 42)
        return magic + (self.pack("HH", 8, 0) if self.is_big else b"") + self.offset(first)

    def pack(self, kinds: str, *values: int) -> bytes:
        """Return numbers as bytes; ``kinds`` as in `struct`."""
        return struct.pack(self.order + kinds, *values)

    def unpack(self, kinds: str, content: bytes) -> tuple[Any, ...]:
        """Return the numbers in ``content``; `struct.error` if it is too short."""
        size = struct.calcsize(self.order + kinds)
        return struct.unpack(self.order + kinds, content[:size])

    @property
    def offset_kind(self) -> str:
        """Format character of an offset, as in `struct`."""
        return "Q" if self.is_big else "I"

    @property
    def count_kind(self) -> str:
        """Format character of a count of entries, as in `struct`."""
        return "Q" if self.is_big else "H"

    @property
    def directory_kind(self) -> int:
        """Type of an entry that points to a directory."""
        return _IFD8 if self.is_big else LONG

    def offset(self, value: int) -> bytes:
        """Return an offset as bytes."""
        return self.pack(self.offset_kind, value)

    def count(self, value: int) -> bytes:
        """Return a number of entries as bytes."""
        return self.pack(self.count_kind, value)


@dataclass(slots=True)
class DirectoryReader:
    """Reads directories, leaving out corrupt entries.

    Attributes:
        read_at: Returns bytes of the file.
        layout: Byte order and offset size.
        wanted: Tags of the first directory to read; None for all.
        damaged: Number of entries that were left out because they cannot be read.
        unread: Tags of the first directory that were not wanted.
    """

    read_at: ReadAt
    layout: Layout
    wanted: frozenset[int] | None = None
    damaged: int = 0
    unread: set[int] = field(default_factory=set)
    _budget_bytes: int = field(default=2 * _MAX_BYTES)

    def page(self, number: int = 0) -> Directory:
        """Return the directory of a page, by default the first, with those it points to.

        Raises:
            NoDirectoryError: If there is none.
        """
        layout = self.layout
        start = self._pointer(layout.pointer_at)
        for _ in range(number):
            count = self._count(start)
            start = self._pointer(start + layout.count_bytes + count * layout.entry_bytes)
        return self.directory(start, _NESTING, self.wanted)

    def directory(
        self, start: int, nesting: _Nesting, wanted: frozenset[int] | None = None
    ) -> Directory:
        """Return the directory at ``start``, with those it points to.

        Raises:
            NoDirectoryError: If there is none.
        """
        layout = self.layout
        count = self._count(start)
        if count > _MAX_ENTRIES:
            raise NoDirectoryError
        entries = self.read_at(start + layout.count_bytes, count * layout.entry_bytes)
        found: Directory = {}
        damaged_before = self.damaged
        for index in range(count):
            at = index * layout.entry_bytes
            raw = entries[at : at + layout.entry_bytes]
            if len(raw) < layout.entry_bytes:
                self.damaged += count - index
                break
            self._take(raw, start + layout.count_bytes + at, found, nesting, wanted)
        if not found and self.damaged > damaged_before:
            raise NoDirectoryError
        return found

    def _take(
        self,
        raw: bytes,
        at: int,
        found: Directory,
        nesting: _Nesting,
        wanted: frozenset[int] | None,
    ) -> None:
        tag, kind = self.layout.unpack("HH", raw)
        if wanted is not None and tag not in wanted:
            self.unread.add(tag)
            return
        # Of two entries with the same tag, readers take the first.
        if tag in found:
            return
        entry = self._inner(raw, nesting[tag]) if tag in nesting else self._value(raw, at)
        if entry is not None:
            found[tag] = entry
        elif tag not in _POINTERS and kind not in _POINTER_KINDS.keys() - {LONG}:
            # Pointers to other places, such as thumbnails, are not facts of the photo.
            self.damaged += 1

    def _inner(self, raw: bytes, nesting: _Nesting) -> Entry | None:
        _, kind = self.layout.unpack("HH", raw)
        if kind not in _POINTER_KINDS:
            return None
        (pointer,) = self.layout.unpack(_POINTER_KINDS[kind], raw[-self.layout.slot_bytes :])
        try:
            return Entry(LONG, 1, directory=self.directory(pointer, nesting))
        except NoDirectoryError:
            self.damaged += 1
            return None

    def _value(self, raw: bytes, at: int) -> Entry | None:
        layout = self.layout
        tag, kind, number = layout.unpack("HH" + layout.offset_kind, raw)
        if kind not in TYPE_BYTES or tag in _POINTERS:
            return None
        size = number * TYPE_BYTES[kind]
        slot_at = at + layout.entry_bytes - layout.slot_bytes
        stands_at = slot_at if size <= layout.slot_bytes else self._pointer(slot_at)
        # Entries can share bytes: together they must not exceed the budget either.
        if size > _MAX_BYTES or size > self._budget_bytes:
            return None
        self._budget_bytes -= size
        value = self.read_at(stands_at, size)
        return Entry(kind, number, value, at=stands_at) if len(value) == size else None

    def _count(self, start: int) -> int:
        layout = self.layout
        try:
            (count,) = layout.unpack(layout.count_kind, self.read_at(start, layout.count_bytes))
        except struct.error as error:
            raise NoDirectoryError from error
        return int(count)

    def _pointer(self, at: int) -> int:
        layout = self.layout
        try:
            (pointer,) = layout.unpack(layout.offset_kind, self.read_at(at, layout.slot_bytes))
        except struct.error as error:
            raise NoDirectoryError from error
        return int(pointer)


_POINTERS = frozenset({EXIF, GPS, INTEROPERABILITY, SUB_IFDS})


class DirectoryWriter:
    """Lays out directories and their values one after the other.

    Args:
        layout: Byte order and offset size.
        base: Offset of the output in the file; even.
        pinned: A value that must keep its offset.
    """

    def __init__(self, layout: Layout, base: int, *, pinned: Entry | None = None) -> None:
        self._layout = layout
        self._base = base
        self._body = bytearray()
        self._pinned = pinned

    @property
    def body(self) -> bytes:
        """Everything that was placed."""
        return bytes(self._body)

    def directory(
        self, directory: Directory, present: dict[int, bytes], following: bytes | None = None
    ) -> int:
        """Place a directory with all it points to, and return its offset.

        Args:
            directory: Its entries, their values in the byte order of the layout.
            present: Finished entries to place among them.
            following: Finished pointer to the next directory; none by default.
        """
        layout = self._layout
        # Room for the directory first, so that values and inner directories follow it.
        raw = dict(present)
        size = layout.count_bytes + layout.entry_bytes * len(raw.keys() | directory.keys())
        at = self._reserve(size + layout.slot_bytes)
        for tag, entry in directory.items():
            kind = entry.kind if entry.directory is None else layout.directory_kind
            number = layout.pack("HH" + layout.offset_kind, tag, kind, entry.count)
            raw[tag] = number + self._slot(entry)
        content = layout.count(len(raw)) + b"".join(raw[tag] for tag in sorted(raw))
        self._fill(at, content + (following or layout.offset(0)))
        return at

    def _slot(self, entry: Entry) -> bytes:
        layout = self._layout
        if entry.directory is not None:
            return layout.offset(self.directory(entry.directory, {}))
        if len(entry.value) <= layout.slot_bytes:
            return entry.value.ljust(layout.slot_bytes, b"\0")
        if entry is self._pinned and entry.at is not None:
            self._fill(entry.at, entry.value)
            return layout.offset(entry.at)
        at = self._reserve(len(entry.value))
        self._fill(at, entry.value)
        return layout.offset(at)

    def _reserve(self, size: int) -> int:
        at = self._base + len(self._body) + len(self._body) % 2
        pinned = self._pinned
        if pinned is not None and pinned.at is not None:
            end = pinned.at + len(pinned.value)
            # Does the room overlap the pinned value? Then continue behind it.
            #     | ... at | size ----|
            #                  | pinned |
            if at < end and at + size > pinned.at:
                at = end + end % 2
        self._fill(at, bytes(size))
        return at

    def _fill(self, at: int, content: bytes) -> None:
        start = at - self._base
        self._body.extend(bytes(max(start + len(content) - len(self._body), 0)))
        self._body[start : start + len(content)] = content


def swapped(entry: Entry) -> bytes:
    """Return the value of an entry in the other byte order."""
    words = np.frombuffer(entry.value, f"u{_WORD_BYTES[entry.kind]}")
    return words.byteswap().tobytes()
