"""Reads the chunks of a WebP file, and adds metadata to a finished one.

Formats: RFC 9649 (WebP), sections 2.7 and 2.7.1; C2PA specification, annex A.
"""

from __future__ import annotations

import struct
from typing import BinaryIO, Final

_RIFF_HEAD_BYTES: Final = 12
_MAX_CHUNKS = 100_000
_HAS_XMP, _HAS_EXIF, _HAS_ALPHA = 0x04, 0x08, 0x10
_LOSSLESS_ALPHA = 1 << 28


def has_credentials(file: BinaryIO) -> bool:
    """Return whether a WebP holds content credentials; invalid data end the search.

    Args:
        file: The file; its position changes.
    """
    file.seek(_RIFF_HEAD_BYTES)
    for _ in range(_MAX_CHUNKS):
        head = file.read(8)
        if len(head) < 8 or head[:4] == b"C2PA":
            return len(head) == 8
        size = int.from_bytes(head[4:], "little")
        file.seek(size + size % 2, 1)
    return False


def add_webp_metadata(
    file: BinaryIO, *, size: tuple[int, int], exif: bytes | None, xmp: bytes | None
) -> None:
    """Add EXIF and XMP chunks; a simple file becomes an extended one.

    Args:
        file: A finished WebP with neither, open for reading and writing.
        size: Width and height of the picture.
        exif: EXIF block from its TIFF header on.
        xmp: XMP packet.
    """
    # simple     | RIFF size WEBP | VP8 or VP8L |
    # extended   | RIFF size WEBP | VP8X: flags, sides | VP8 or VP8L | EXIF | XMP |
    flags = (_HAS_EXIF if exif else 0) | (_HAS_XMP if xmp else 0)
    if not flags:
        return
    file.seek(_RIFF_HEAD_BYTES)
    head = file.read(26)
    if head[:4] == b"VP8X":
        file.seek(_RIFF_HEAD_BYTES + 8)
        file.write(bytes([head[8] | flags]))
    else:
        # Without VP8X, only the lossless bitstream itself states that there is alpha.
        if head[:4] == b"VP8L" and int.from_bytes(head[9:13], "little") & _LOSSLESS_ALPHA:
            flags |= _HAS_ALPHA
        file.seek(_RIFF_HEAD_BYTES)
        picture = file.read()
        file.seek(_RIFF_HEAD_BYTES)
        sides = b"".join((side - 1).to_bytes(3, "little") for side in size)
        file.write(_chunk(b"VP8X", bytes([flags, 0, 0, 0]) + sides) + picture)
    end = file.seek(0, 2)
    for name, content in ((b"EXIF", exif), (b"XMP ", xmp)):
        if content:
            end += file.write(_chunk(name, content))
    # The size in the RIFF header counts what follows it.
    file.seek(4)
    file.write(struct.pack("<I", end - 8))


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + b"\0" * (len(content) % 2)
