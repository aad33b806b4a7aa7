"""Reads what a BMP says about its colors.

Format: Microsoft, "BITMAPV4HEADER" and "BITMAPV5HEADER" structures (wingdi.h).
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from engine.imaging.color.rgb_spaces import BT709, Primaries
from engine.imaging.color.signals import ColorSignals

_HEADER_AT = 14
_V4_BYTES, _V5_BYTES = 108, 124
_CALIBRATED, _SRGB, _EMBEDDED = 0, 0x73524742, 0x4D424544
_MAX_PROFILE_BYTES = 16 * 2**20


def bmp_signals(file: BinaryIO) -> ColorSignals:
    """Return the signals of the BMP in ``file``, which is left where it stood."""
    place = file.tell()
    try:
        file.seek(_HEADER_AT)
        header = file.read(_V5_BYTES)
        if len(header) < _V4_BYTES or int.from_bytes(header[:4], "little") < _V4_BYTES:
            return ColorSignals()
        (kind,) = struct.unpack_from("<I", header, 56)
        if kind == _SRGB:
            return ColorSignals(is_srgb=True)
        if kind == _CALIBRATED:
            return _calibrated(header)
        return ColorSignals(icc=_profile(file, header) if kind == _EMBEDDED else None)
    finally:
        file.seek(place)


def _calibrated(header: bytes) -> ColorSignals:
    # Programs that know no colors leave these at zero.
    points = [value / 2**30 for value in struct.unpack_from("<9i", header, 60)]
    corners = [points[at : at + 3] for at in (0, 3, 6)]
    sums = [sum(corner) for corner in corners]
    (gamma,) = struct.unpack_from("<I", header, 100)
    if min(sums) <= 0:
        return ColorSignals(gamma_encoding=2**16 / gamma if gamma else None)
    red, green, blue = (
        (c[0] / total, c[1] / total) for c, total in zip(corners, sums, strict=True)
    )
    white = BT709.white
    if max(abs(total - 1) for total in sums) > 0.01:
        # Amounts and not chromaticities: together they make white.
        x, y, z = (sum(corner[axis] for corner in corners) for axis in range(3))
        white = x / (x + y + z), y / (x + y + z)
    return ColorSignals(
        gamma_encoding=2**16 / gamma if gamma else None,
        primaries=Primaries("own primaries", red=red, green=green, blue=blue, white=white),
    )


def _profile(file: BinaryIO, header: bytes) -> bytes | None:
    if len(header) < _V5_BYTES:
        return None
    start, size = struct.unpack_from("<II", header, 112)
    if not 0 < size <= _MAX_PROFILE_BYTES:
        return None
    file.seek(_HEADER_AT + start)
    return file.read(size)
