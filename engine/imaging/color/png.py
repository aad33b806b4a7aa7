"""Reads what a PNG states about its colors besides a profile.

Format: PNG, third edition, sections 5 (chunks) and 11.3.2 (color).
"""

from __future__ import annotations

import struct
import zlib
from typing import BinaryIO, Final

from engine.imaging.color.rgb_spaces import Primaries
from engine.imaging.color.signals import Cicp, ColorSignals
from engine.imaging.containers.png_chunks import walk_chunks

_MAX_CHUNKS = 10_000
# Content bytes per chunk: cICP four code points, gAMA and cHRM numbers times 100,000.
_SIZES: Final = {b"cICP": 4, b"sRGB": 1, b"gAMA": 4, b"cHRM": 32}
_END = frozenset({b"IDAT", b"IEND"})


def png_signals(file: BinaryIO) -> ColorSignals:
    """Return the color signals of the PNG in ``file``, whose position is restored."""
    place = file.tell()
    try:
        chunks = _color_chunks(file)
    finally:
        file.seek(place)
    cicp = chunks.get(b"cICP")
    gamma = chunks.get(b"gAMA")
    points = struct.unpack(">8I", chunks[b"cHRM"]) if b"cHRM" in chunks else None
    return ColorSignals(
        cicp=Cicp(primaries=cicp[0], curve=cicp[1], is_full_range=cicp[3] != 0) if cicp else None,
        is_cicp_first=True,
        is_srgb=b"sRGB" in chunks,
        gamma_encoding=int.from_bytes(gamma, "big") / 100_000 if gamma else None,
        primaries=_primaries([point / 100_000 for point in points]) if points else None,
    )


def _primaries(points: list[float]) -> Primaries:
    white, red, green, blue = zip(points[::2], points[1::2], strict=True)
    return Primaries("own primaries", red=red, green=green, blue=blue, white=white)


def _color_chunks(file: BinaryIO) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    for kind, size in walk_chunks(file, most=_MAX_CHUNKS):
        if kind in _END:
            break
        if _SIZES.get(kind) != size or kind in found:
            continue
        content, check = file.read(size), file.read(4)
        # Decoders ignore a chunk with a wrong checksum; so its colors must be ignored here too.
        if zlib.crc32(kind + content).to_bytes(4, "big") == check:
            found[kind] = content
    return found
