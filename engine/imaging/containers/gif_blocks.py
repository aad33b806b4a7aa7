"""Reads the blocks of a GIF that hold its metadata.

Formats: CompuServe, "Graphics Interchange Format, Version 89a"; XMP specification, part 3,
section 1.1.2: the packet is stored in a GIF without being cut into blocks.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import BinaryIO, Final

_HEADER_BYTES: Final = 13
_EXTENSION, _IMAGE = b"\x21", b"\x2c"
_COMMENT, _APPLICATION = b"\xfe", b"\xff"
_XMP = b"XMP DataXMP"
# A reader that takes the packet for blocks ends at a random byte of the trailer 255, 254, ... 0:
# the byte n there is followed by exactly n bytes up to the empty block, so it always ends there.
_XMP_TRAILER = bytes([1, *range(255, -1, -1), 0])
_MAX_XMP_BYTES, _MAX_BLOCKS = 16 * 2**20, 200_000


@dataclass(slots=True)
class GifHead:
    """Metadata in the blocks of a GIF.

    Attributes:
        comments: The comments.
        xmp: XMP packet.
    """

    comments: list[bytes] = field(default_factory=list)
    xmp: bytes | None = None


def read_gif_head(file: BinaryIO) -> GifHead:
    """Return the metadata in the blocks of a file up to its end or to invalid data.

    Args:
        file: The file; its position changes.
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
        """Read the next part of the file; False at its end.

        , | 9 bytes | palette | code size | blocks | 0      a picture
        ! | label   | blocks | 0                           an extension
        """
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
        """Read blocks up to the empty one that ends them; False if the file ends before."""
        while block := self._block():
            if parts is not None:
                parts.append(block)
        return block is not None

    def _block(self) -> bytes | None:
        """Return the next block: a size of 1 byte, then that many bytes. None at the end."""
        self._blocks += 1
        size = self._file.read(1)
        if not size or self._blocks > _MAX_BLOCKS:
            return None
        content = self._file.read(size[0])
        return content if len(content) == size[0] else None


def _palette_bytes(flags: int) -> int:
    # Bit 7: there is a palette. Bits 0 to 2: the logarithm of its colors, less 1.
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
