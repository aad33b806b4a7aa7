"""Reads the size of a JPEG XL picture from its first bytes.

Format: ISO/IEC 18181-1, D.1 (SizeHeader); 18181-2, section 9 (boxes).
"""

from __future__ import annotations

import io

from engine.imaging.containers.iso_boxes import file_boxes

_CODESTREAM = b"\xff\x0a"
_RATIOS = ((1, 1), (12, 10), (4, 3), (3, 2), (16, 9), (5, 4), (2, 1))
_SIZE_BITS = (9, 13, 18, 30)


def jxl_size(content: bytes) -> tuple[int, int] | None:
    """Return width and height as stored, None if there is no codestream."""
    start = _codestream_start(content)
    if start is None:
        return None
    bits = _Bits(content[start + 2 : start + 16])
    # small? | height | ratio | width, only with ratio 0
    #   1      5: in eighths, or 2 + 9..30    3
    small = bits.take(1)
    height = _side(bits, small=bool(small))
    ratio = bits.take(3)
    if ratio == 0:
        return _side(bits, small=bool(small)), height
    above, below = _RATIOS[ratio - 1]
    return height * above // below, height


class _Bits:
    """Reads bits, the lowest of each byte first."""

    def __init__(self, content: bytes) -> None:
        self._rest = int.from_bytes(content, "little")

    def take(self, count: int) -> int:
        taken = self._rest & ((1 << count) - 1)
        self._rest >>= count
        return taken


def _side(bits: _Bits, *, small: bool) -> int:
    return (bits.take(5) + 1) * 8 if small else bits.take(_SIZE_BITS[bits.take(2)]) + 1


def _codestream_start(content: bytes) -> int | None:
    if content.startswith(_CODESTREAM):
        return 0
    for kind, start, _ in file_boxes(io.BytesIO(content)):
        if kind == b"jxlc":
            return start
        if kind == b"jxlp":
            # Parts of a divided codestream start with their number, 4 bytes.
            return start + 4
    return None
