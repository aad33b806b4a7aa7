"""Walks the boxes of which AVIF, HEIC and JPEG XL files are made.

Format: ISO/IEC 14496-12 (ISO base media file format), section 4.2.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import BinaryIO

_MAX_BOXES = 100_000


def file_boxes(file: BinaryIO) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, start of content and size of content of each box of a file.

    | size | name | content ...        size 1: 8 more bytes hold the size
      4      4                         size 0: up to the end of the file
    """
    at, end = 0, file.seek(0, 2)
    for _ in range(_MAX_BOXES):
        if at + 8 > end:
            return
        file.seek(at)
        head = file.read(16)
        size, name = struct.unpack_from(">I4s", head)
        head_bytes = 8
        if size == 1 and len(head) == 16:
            (size,), head_bytes = struct.unpack_from(">Q", head, 8), 16
        elif size == 0:
            size = end - at
        if size < head_bytes:
            return
        yield name, at + head_bytes, size - head_bytes
        at += size


def inner_boxes(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield name and content of each box in the content of another, up to one that is cut off."""
    for name, start, size in file_boxes(io.BytesIO(content)):
        if start + size > len(content):
            return
        yield name, content[start : start + size]
