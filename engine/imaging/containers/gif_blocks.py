"""Reads the blocks of a GIF that hold its metadata.

Formats: CompuServe, "Graphics Interchange Format, Version 89a"; XMP specification, part 3,
section 1.1.2, whose packet stands in a GIF without being cut into blocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO, Final

_HEADER_BYTES: Final = 13
_EXTENSION, _IMAGE = b"\x21", b"\x2c"
_COMMENT, _APPLICATION = b"\xfe", b"\xff"
_XMP = b"XMP DataXMP"
# Wherever a reader of blocks comes out of the packet, this brings it to the empty block behind.
_XMP_TRAILER = bytes([1, *range(255, -1, -1), 0])
_MAX_XMP_BYTES, _MAX_BLOCKS = 16 * 2**20, 200_000


@dataclass(slots=True)
class GifHead:
    """What the blocks of a GIF say.

    Attributes:
        comments: Its comments.
        xmp: XMP packet.
    """

    comments: list[bytes] = field(default_factory=list)
    xmp: bytes | None = None


def read_gif_head(file: BinaryIO) -> GifHead:
    """Return what the blocks say; what makes no sense ends it.

    Args:
        file: The file; left anywhere.
    """
    reader = _BlockReader(file)
    found = GifHead()
    file.seek(0)
    header = file.read(_HEADER_BYTES)
    if len(header) == _HEADER_BYTES:
        file.seek(_palette_bytes(header[10]), 1)
        while reader.take_next(found):
            pass
    return found


class _BlockReader:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._blocks = 0

    def take_next(self, found: GifHead) -> bool:
        """Read the next part of the file; False at its end."""
        kind = self._file.read(1)
        if kind == _IMAGE:
            head = self._file.read(9)
            self._file.seek((_palette_bytes(head[8]) if len(head) == 9 else 0) + 1, 1)
            return self._skip()
        if kind != _EXTENSION:
            return False
        label = self._file.read(1)
        if label == _COMMENT:
            parts: list[bytes] = []
            is_whole = self._skip(parts)
            found.comments.append(b"".join(parts))
            return is_whole
        if label == _APPLICATION and self._block() == _XMP:
            return self._take_xmp(found)
        return self._skip()

    def _take_xmp(self, found: GifHead) -> bool:
        place = self._file.tell()
        content = self._file.read(_MAX_XMP_BYTES)
        end = content.find(_XMP_TRAILER)
        if end < 0:
            return False
        found.xmp = content[:end]
        self._file.seek(place + end + len(_XMP_TRAILER))
        return True

    def _skip(self, parts: list[bytes] | None = None) -> bool:
        """Read blocks up to the empty one after them; False if the file ends before."""
        while block := self._block():
            if parts is not None:
                parts.append(block)
        return block is not None

    def _block(self) -> bytes | None:
        """Return the next block, None if there is none."""
        self._blocks += 1
        size = self._file.read(1)
        if not size or self._blocks > _MAX_BLOCKS:
            return None
        content = self._file.read(size[0])
        return content if len(content) == size[0] else None


def _palette_bytes(flags: int) -> int:
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
