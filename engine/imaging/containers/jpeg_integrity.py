"""Checks that a JPEG file is complete: by its markers, and by how far the decoder reads.

libjpeg continues after most faults and fills missing data with gray. So it runs in a mode that
stops at them; the few files at which it stops without need are recognized here.

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
# Start-of-frame markers; the numbers of DHT, JPG and DAC are among them.
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
# A marker that ends a scan: not a stuffed byte (FF 00), not a fill byte (FF FF), not a restart.
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
    """Structure of a JPEG by its markers.

    Attributes:
        process: Its start-of-frame marker, 0xC0 to 0xCF; 0 if it has none.
        precision: Bits per sample; 0 if it has no frame.
        height_px: Rows; 0 if a marker after the picture states them.
        end_at: Offset of its end marker; None if it has none or the scans were not searched.
    """

    process: int = 0
    precision: int = 0
    height_px: int = 0
    end_at: int | None = None
    _components: tuple[int, ...] = ()
    # Progressive files send the upper bits of a coefficient first, the others in later scans.
    # Per component: lower bits still missing for each of 64 coefficients; None before its first.
    _missing_bits: dict[int, list[int | None]] = field(default_factory=dict)

    @property
    def unread_variant(self) -> str | None:
        """Name of the variant, if it is one that few decoders read."""
        if self.process == 0:
            return None
        if self.precision != 8:
            return f"{self.precision}-bit JPEG"
        if self.process in _PROCESSES:
            return f"{_PROCESSES[self.process]} JPEG"
        return "JPEG that states its height after the picture" if self.height_px == 0 else None

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes on a file whose pixels were all decoded."""
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
            # Spectral selection and successive approximation: "bits" has the high and low half.
            first, last, bits = (*segment[1 + 2 * count : 4 + 2 * count], 0, 0, 0)[:3]
            for component in segment[1 : 1 + 2 * count : 2]:
                known = self._missing_bits.setdefault(component, [None] * 64)
                known[first : last + 1] = [bits & 15] * len(known[first : last + 1])


def jpeg_structure(file: BinaryIO, *, scans: bool) -> JpegStructure:
    """Return the structure of the JPEG in ``file``; invalid data are skipped.

    Args:
        file: Read from its start; its position changes.
        scans: Search the whole file, not only the part before the pixels.

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
            # Not a marker where one belongs: continue at the next one.
            at = _next_marker(file, at)
            continue
        marker, size = head[1], int.from_bytes(head[2:4], "big")
        if marker == _END_OF_IMAGE:
            found.end_at = at
            return found
        if marker in {0x00, 0x01, 0xFF} or 0xD0 <= marker <= 0xD8:
            # Fill bytes, and markers that have no content.
            at += 1 if marker == 0xFF else 2
            continue
        found._take(marker, file.read(max(size - 2, 0)))  # noqa: SLF001 - it builds itself here
        at += 2 + max(size, 2)
        if marker == _START_OF_SCAN:
            at = _next_marker(file, at) if scans else None
    return found


def _next_marker(file: BinaryIO, at: int) -> int | None:
    """Return the offset of the next marker from ``at`` on, None if there is none."""
    file.seek(at)
    rest = b""
    while chunk := file.read(_CHUNK_BYTES):
        searched = rest + chunk
        match = _SCAN_END.search(searched)
        if match is not None:
            return at + match.start()
        # The two bytes of a marker can be in two chunks.
        rest = searched[-1:]
        at += len(searched) - 1
    return None


def may_be_whole(message: str) -> bool:
    """Return whether the picture can be whole in spite of a decoder's warning."""
    return _MILD_WARNINGS.search(message) is not None


class WatchedJpeg:
    """A JPEG file as a decoder reads it, with an end marker added and the reading watched.

    A decoder that meets the added marker before it has all pixels reports missing data. A
    decoder that has all pixels long before the end has decoded something else as pixels.

        | markers | scans ................. | end marker | added end marker |
                          ^ furthest read     ^ end_at
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
        """Offset of its own end marker, None if it has none."""
        return self._structure.end_at

    @property
    def unread_bytes(self) -> int:
        """Bytes before the end marker that were never requested."""
        return max(self._end_at - self._furthest, 0)

    @property
    def notes(self) -> tuple[str, ...]:
        """Notes for the user once all pixels were decoded."""
        if self.unread_bytes <= 2 * _SMALL_BYTES:
            return self._structure.notes
        return (
            irregularity_note(f"{self.unread_bytes} bytes before its end are not of the picture"),
        )

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Move to a position, and return it."""
        end = self._file_bytes + len(_END_MARKER)
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: end}[whence]
        self._at = max(start + offset, 0)
        return self._at

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes, all that follow by default; nothing at the end."""
        if size < 0:
            size = self._file_bytes + len(_END_MARKER)
        if self._end_at - _WATCHED_BYTES <= self._at < self._end_at:
            # In small pieces near the end, to see exactly how much is needed.
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
