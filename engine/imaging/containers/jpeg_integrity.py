"""Looks at how a JPEG file is built, and watches how it is read.

The decoder goes on after most faults and fills what it misses with gray. So it is run in a
mode that stops at them, and the few files it stops at without need are told apart here.

Format: ITU-T T.81 (JPEG), annex B.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field
from typing import BinaryIO, Final

from engine.core.messages import say

_END_MARKER = b"\xff\xd9"
_CHUNK_BYTES = 2**20
_MAX_MARKERS = 100_000
_WATCHED_BYTES, _SMALL_BYTES = 2**16, 32
_START_OF_SCAN, _END_OF_IMAGE = 0xDA, 0xD9
# Start-of-frame markers; DHT, JPG and DAC stand between them.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# Neither a stuffed byte, nor a filling one, nor a restart: a marker that ends a scan.
_SCAN_END = re.compile(rb"\xff([\x01-\xcf\xd8-\xfe])")
_PROCESSES: Final = {
    0xC3: "lossless",
    0xC5: "hierarchical",
    0xC6: "hierarchical",
    0xC7: "hierarchical lossless",
    0xC9: "arithmetic-coded",
    0xCA: "arithmetic-coded",
    0xCB: "arithmetic-coded lossless",
    0xCD: "hierarchical",
    0xCE: "hierarchical",
    0xCF: "hierarchical",
}
# Warnings of libjpeg for files that can be whole all the same.
_MILD_WARNINGS = re.compile(
    r"extraneous bytes before marker 0x(?!d[0-7])|unknown JFIF revision"
    r"|Unknown Adobe color transform|Inconsistent progression"
)


@dataclass(slots=True)
class JpegStructure:
    """What the markers of a JPEG say.

    Attributes:
        process: Which start-of-frame marker it has, 0xC0 to 0xCF; 0 if none.
        precision: Bits per sample; 0 if it has no frame.
        height_px: Rows; 0 leaves them to a marker after the picture.
        end_at: Where its end marker stands; None if it lacks one or the scans were not looked at.
    """

    process: int = 0
    precision: int = 0
    height_px: int = 0
    end_at: int | None = None
    _components: tuple[int, ...] = ()
    # Per component: bits that still lack for each of the 64 coefficients of progressive files.
    _missing_bits: dict[int, list[int | None]] = field(default_factory=dict)

    @property
    def unread_variant(self) -> str | None:
        """Name of the kind of JPEG, if it is one that decoders rarely read."""
        if self.process == 0:
            return None
        if self.precision != 8:
            return f"{self.precision}-bit JPEG"
        if self.process in _PROCESSES:
            return f"{_PROCESSES[self.process]} JPEG"
        return "JPEG that states its height after the picture" if self.height_px == 0 else None

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know of a file whose pixels were all decoded."""
        if self._lacks_scans:
            return ("The file ends before its finest details: the picture may look coarse.",)
        if self.end_at is None:
            return ("The file lacks its end marker; all its pixels are there.",)
        return ()

    @property
    def _lacks_scans(self) -> bool:
        if self.process != 0xC2:
            return False
        bits = [self._missing_bits.get(component, [None]) for component in self._components]
        return any(missing != 0 for coefficients in bits for missing in coefficients)

    def _take(self, marker: int, segment: bytes) -> None:
        if marker in _FRAMES and self.process == 0 and len(segment) >= 6:
            self.process, self.precision = marker, segment[0]
            self.height_px = int.from_bytes(segment[1:3], "big")
            self._components = tuple(segment[6 : 6 + 3 * segment[5] : 3])
        elif marker == _START_OF_SCAN and segment:
            count = segment[0]
            first, last, bits = (*segment[1 + 2 * count : 4 + 2 * count], 0, 0, 0)[:3]
            for component in segment[1 : 1 + 2 * count : 2]:
                known = self._missing_bits.setdefault(component, [None] * 64)
                known[first : last + 1] = [bits & 15] * len(known[first : last + 1])


def jpeg_structure(file: BinaryIO, *, scans: bool) -> JpegStructure:
    """Return how the JPEG in ``file`` is built; what makes no sense is passed over.

    Args:
        file: Read from its start; left anywhere.
        scans: Look at the whole file, not at what stands before the pixels only.

    Raises:
        ValueError: If it has more markers than any camera writes.
    """
    found = JpegStructure()
    at: int | None = 2
    steps = 0
    while at is not None:
        steps += 1
        if steps > _MAX_MARKERS:
            raise ValueError(f"more than {_MAX_MARKERS} markers")
        file.seek(at)
        head = file.read(4)
        if len(head) < 2 or head[0] != 0xFF:
            # Not where a marker belongs: go on at the next one.
            at = _next_marker(file, at)
            continue
        marker, size = head[1], int.from_bytes(head[2:4], "big")
        if marker == _END_OF_IMAGE:
            found.end_at = at
            return found
        if marker in {0x00, 0x01, 0xFF} or 0xD0 <= marker <= 0xD8:
            at += 1 if marker == 0xFF else 2
            continue
        found._take(marker, file.read(max(size - 2, 0)))  # noqa: SLF001 - it builds itself here
        at += 2 + max(size, 2)
        if marker == _START_OF_SCAN:
            at = _next_marker(file, at) if scans else None
    return found


def _next_marker(file: BinaryIO, at: int) -> int | None:
    """Return where the next marker stands from ``at`` on, None if there is none."""
    file.seek(at)
    rest = b""
    while chunk := file.read(_CHUNK_BYTES):
        searched = rest + chunk
        match = _SCAN_END.search(searched)
        if match is not None:
            return at + match.start()
        rest = searched[-1:]
        at += len(searched) - 1
    return None


def may_be_whole(message: str) -> bool:
    """Return whether the picture can be whole in spite of a decoder's warning."""
    return _MILD_WARNINGS.search(message) is not None


class WatchedJpeg:
    """A JPEG file for a decoder to read: followed by an end marker, and watched.

    A decoder that meets the added marker too early says that data are missing; one that has
    all pixels by then is content. Where it has all pixels long before the end, what it took
    for the picture's data was something else.
    """

    def __init__(self, file: BinaryIO, structure: JpegStructure) -> None:
        """Watch how ``file`` is read, whose scans ``structure`` covers."""
        self._file = file
        self._structure = structure
        self._file_bytes = file.seek(0, io.SEEK_END)
        self._end_at = self._file_bytes if structure.end_at is None else structure.end_at
        self._at = self._furthest = 0

    @property
    def end_at(self) -> int | None:
        """Where its own end marker stands, None if it has none."""
        return self._structure.end_at

    @property
    def unread_bytes(self) -> int:
        """Bytes that stand before the end marker and were never asked for."""
        return max(self._end_at - self._furthest, 0)

    @property
    def notes(self) -> tuple[str, ...]:
        """What the user should know once all pixels were decoded."""
        if self.unread_bytes <= 2 * _SMALL_BYTES:
            return self._structure.notes
        return (
            irregularity_note(f"{self.unread_bytes} bytes before its end are not of the picture"),
        )

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place, and return it."""
        end = self._file_bytes + len(_END_MARKER)
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: end}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes, all that follow by default; nothing at the end."""
        if size < 0:
            size = self._file_bytes + len(_END_MARKER)
        if self._end_at - _WATCHED_BYTES <= self._at < self._end_at:
            # In small pieces, to see exactly how much is needed.
            size = min(size, _SMALL_BYTES)
        self._file.seek(self._at)
        content = self._file.read(size)
        if len(content) < size:
            tail = max(self._at + len(content) - self._file_bytes, 0)
            content += _END_MARKER[tail:][: size - len(content)]
        self._at += len(content)
        self._furthest = max(self._furthest, self._at)
        return content


def irregularity_note(warning: str) -> str:
    """Return the note on a file that its decoder warned of and that may still be whole."""
    return say(
        "odd-file",
        "The file has irregularities ({warning}): check whether a part of the picture is missing.",
        warning=warning,
    )
