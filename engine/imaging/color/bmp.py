"""Reads what a BMP states about its colors.

Format: Microsoft, "BITMAPV4HEADER" and "BITMAPV5HEADER" structures (wingdi.h).
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from engine.imaging.color.rgb_spaces import BT709, Primaries
from engine.imaging.color.signals import ColorSignals

# | file header | BITMAPV4HEADER or V5 ...                                                 |
#               | size | ... | color space | 9 end points | 3 gammas | ... profile at, size |
#   0-13          0             56            60             96               112
_HEADER_AT = 14
_V4_BYTES, _V5_BYTES = 108, 124
_CALIBRATED, _SRGB, _EMBEDDED = 0, 0x73524742, 0x4D424544
_MAX_PROFILE_BYTES = 16 * 2**20


def bmp_signals(file: BinaryIO) -> ColorSignals:
    """Return the color signals of the BMP in ``file``, whose position is restored."""
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
    # Programs without color management leave these fields at zero. CIE end points are numbers
    # with 30 fractional bits, gammas with 16.
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
        # X, Y and Z of the primaries instead of chromaticities: their sum is white.
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
    # The offset counts from the header, not from the start of the file.
    file.seek(_HEADER_AT + start)
    return file.read(size)
