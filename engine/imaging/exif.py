"""Reads, corrects and writes EXIF blocks.

A block is a small TIFF file: directories of entries, some of which lead to
further directories. Format: Exif 3.0 (CIPA DC-008-2023), section 4.6.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO, Final, TypeAlias

import numpy as np

_WIDTH, _HEIGHT, _ORIENTATION = 0x0100, 0x0101, 0x0112
_X_RESOLUTION, _Y_RESOLUTION, _RESOLUTION_UNIT = 0x011A, 0x011B, 0x0128
_EXIF, _GPS, _INTEROPERABILITY = 0x8769, 0x8825, 0xA005
_IPTC = 0x83BB
_EXIF_WIDTH, _EXIF_HEIGHT = 0xA002, 0xA003
_SHORT, _LONG, _RATIONAL = 3, 4, 5
_CENTIMETRE = 3

# Bytes of one element of each type, and of the words that byte order swaps in it.
_TYPE_BYTES: Final = {
    1: 1,
    2: 1,
    3: 2,
    4: 4,
    5: 8,
    6: 1,
    7: 1,
    8: 2,
    9: 4,
    10: 8,
    11: 4,
    12: 8,
    13: 4,
}
_WORD_BYTES: Final = {**_TYPE_BYTES, 5: 4, 10: 4}
_MAX_BYTES = 4 * 2**20
_MAX_ENTRIES = 1000

_DESCRIPTIVE = frozenset(
    {0x010E, 0x010F, 0x0110, 0x0131, 0x0132, 0x013B, 0x4746, 0x4749, 0x8298, _IPTC, _EXIF, _GPS}
    | set(range(0x9C9B, 0x9CA0))
)
"""Entries of a TIFF's first directory that are about the photo, not about its pixels."""

_Read: TypeAlias = Callable[[int, int], bytes]


@dataclass(slots=True)
class _Entry:
    """Value bytes in little-endian order, or a directory."""

    kind: int
    count: int
    value: bytes = b""
    directory: _Directory | None = None


_Directory: TypeAlias = "dict[int, _Entry]"


@dataclass(frozen=True, slots=True)
class Exif:
    """An EXIF block taken apart; the thumbnail is left out."""

    _first: _Directory = field(default_factory=dict)

    @classmethod
    def parse(cls, block: bytes) -> Exif | None:
        """Take a block apart, from its TIFF header on; None if it is broken."""
        return cls._parse(lambda at, size: block[at : at + size])

    @classmethod
    def of_tiff(cls, file: BinaryIO) -> Exif | None:
        """Collect what a TIFF file says about its photo; None if it is broken.

        BigTIFF files are not searched.
        """

        def read(at: int, size: int) -> bytes:
            file.seek(at)
            return file.read(size)

        return cls._parse(read, _DESCRIPTIVE)

    @classmethod
    def _parse(cls, read: _Read, wanted: frozenset[int] | None = None) -> Exif | None:
        order = {b"II*\0": "<", b"MM\0*": ">"}.get(read(0, 4))
        if order is None:
            return None
        try:
            (start,) = struct.unpack(order + "I", read(4, 4))
            return cls(_read_directory(read, order, start, wanted=wanted))
        except (struct.error, ValueError):
            return None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said."""
        return not self._first

    @property
    def orientation(self) -> int:
        """How the pixels are to be turned, 1 to 8."""
        value = _number(self._first.get(_ORIENTATION))
        return value if value is not None and 1 <= value <= 8 else 1

    @property
    def dpi(self) -> tuple[float, float] | None:
        """Print resolution across and down."""
        per_unit = [_ratio(self._first.get(tag)) for tag in (_X_RESOLUTION, _Y_RESOLUTION)]
        if not all(per_unit):
            return None
        centimetre = _number(self._first.get(_RESOLUTION_UNIT)) == _CENTIMETRE
        x, y = (value * (2.54 if centimetre else 1) for value in per_unit)
        return x, y

    def corrected(self, *, width_px: int, height_px: int, dpi: tuple[float, float] | None) -> Exif:
        """Return the same for upright pixels of another size and print resolution."""
        first = dict(self._first)
        sizes = {_WIDTH: width_px, _HEIGHT: height_px, _ORIENTATION: 1}
        first.update({tag: _long(sizes[tag]) for tag in sizes if tag in first})
        for tag, value in zip((_X_RESOLUTION, _Y_RESOLUTION), dpi or (), strict=False):
            first[tag] = _Entry(_RATIONAL, 1, struct.pack("<2I", round(value * 1000), 1000))
        if dpi:
            first[_RESOLUTION_UNIT] = _Entry(_SHORT, 1, struct.pack("<H", 2))
        inner = first[_EXIF].directory if _EXIF in first else None
        if inner is not None:
            sizes = {_EXIF_WIDTH: width_px, _EXIF_HEIGHT: height_px}
            fixed = {tag: _long(sizes[tag]) for tag in sizes if tag in inner}
            first[_EXIF] = _Entry(_LONG, 1, directory={**inner, **fixed})
        return Exif(first)

    @property
    def iptc(self) -> bytes | None:
        """IPTC records, which a TIFF keeps beside its EXIF entries."""
        return self._first[_IPTC].value if _IPTC in self._first else None

    def without_iptc(self) -> Exif:
        """Return the same without IPTC records."""
        return Exif({tag: entry for tag, entry in self._first.items() if tag != _IPTC})

    def with_iptc(self, records: bytes) -> Exif:
        """Return the same with IPTC records, filled up to whole LONGs as readers expect."""
        padded = records + b"\0" * (-len(records) % 4)
        return Exif({**self._first, _IPTC: _Entry(_LONG, len(padded) // 4, padded)})

    def to_bytes(self) -> bytes:
        """Return the block, little-endian, from its TIFF header on."""
        return b"II*\0" + struct.pack("<I", 8) + _serialise(self._first, 8)

    def append_to_tiff(self, file: BinaryIO) -> bool:
        """Add the entries about the photo to a finished little-endian TIFF file.

        The first directory is written again at the end, with them among its
        entries, and the header led there; no pixel moves.

        Returns:
            False, and the file is unchanged, if it is a BigTIFF.
        """
        file.seek(0)
        magic, start = struct.unpack("<4sI", file.read(8))
        if magic != b"II*\0":
            return False
        file.seek(start)
        (count,) = struct.unpack("<H", file.read(2))
        present = [file.read(12) for _ in range(count)]
        following = file.read(4)
        known = {struct.unpack_from("<H", entry)[0] for entry in present}
        added = {t: e for t, e in self._first.items() if t in _DESCRIPTIVE and t not in known}
        end = file.seek(0, 2)
        file.write(b"\0" * (end % 2))
        file.write(_serialise(added, end + end % 2, tuple(present), following))
        file.seek(4)
        file.write(struct.pack("<I", end + end % 2))
        return True


def _read_directory(
    read: _Read, order: str, start: int, *, depth: int = 0, wanted: frozenset[int] | None = None
) -> _Directory:
    (count,) = struct.unpack(order + "H", read(start, 2))
    if count > _MAX_ENTRIES:
        raise ValueError(f"{count} entries in one directory")
    found: _Directory = {}
    for at in range(start + 2, start + 2 + 12 * count, 12):
        tag, kind, number = struct.unpack(order + "HHI", read(at, 8))
        if kind not in _TYPE_BYTES or (wanted is not None and tag not in wanted):
            continue
        size = number * _TYPE_BYTES[kind]
        (pointer,) = struct.unpack(order + "I", read(at + 8, 4))
        if tag in {_EXIF, _GPS, _INTEROPERABILITY} and depth < 2:
            inner = _read_directory(read, order, pointer, depth=depth + 1)
            found[tag] = _Entry(_LONG, 1, directory=inner)
            continue
        value = read(at + 8 if size <= 4 else pointer, size) if size <= _MAX_BYTES else b""
        if len(value) != size:
            raise ValueError(f"entry {tag:#06x} leads out of the block")
        # IPTC is bytes, whatever its entry is called.
        word_bytes = 1 if tag == _IPTC else _WORD_BYTES[kind]
        words = np.frombuffer(value, f"{order}u{word_bytes}")
        little = words.astype(words.dtype.newbyteorder("<"), copy=False)
        found[tag] = _Entry(kind, number, little.tobytes())
    return found


def _serialise(
    directory: _Directory, base: int, present: tuple[bytes, ...] = (), following: bytes = b"\0" * 4
) -> bytes:
    """Return a directory that will stand at ``base``, its values and inner directories after it.

    ``present`` are finished entries to stand among the new ones.
    """
    head = {struct.unpack_from("<H", entry)[0]: entry for entry in present}
    body = bytearray()
    body_at = base + 2 + 12 * (len(directory) + len(present)) + 4
    for tag, entry in directory.items():
        at = body_at + len(body)
        if entry.directory is not None:
            body += _serialise(entry.directory, at)
            slot = struct.pack("<I", at)
        elif len(entry.value) <= 4:
            slot = entry.value.ljust(4, b"\0")
        else:
            body += entry.value + b"\0" * (len(entry.value) % 2)
            slot = struct.pack("<I", at)
        head[tag] = struct.pack("<HHI", tag, entry.kind, entry.count) + slot
    entries = b"".join(head[tag] for tag in sorted(head))
    return struct.pack("<H", len(head)) + entries + following + bytes(body)


def _long(value: int) -> _Entry:
    if value < 2**16:
        return _Entry(_SHORT, 1, struct.pack("<H", value))
    return _Entry(_LONG, 1, struct.pack("<I", value))


def _number(entry: _Entry | None) -> int | None:
    if entry is None or entry.kind not in {_SHORT, _LONG} or entry.count != 1:
        return None
    return int.from_bytes(entry.value, "little")


def _ratio(entry: _Entry | None) -> float:
    if entry is None or entry.kind != _RATIONAL or entry.count != 1:
        return 0.0
    above, below = struct.unpack("<2I", entry.value)
    return above / below if below else 0.0
