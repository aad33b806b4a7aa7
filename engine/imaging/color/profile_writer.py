"""Writes the color profile of a space that a file names without embedding a profile.

Format: ICC.1:2022 (version 4.4), sections 7 (header), 8.3.3 and 8.4.3 (required tags) and
10.18 (parametric curves).
"""

from __future__ import annotations

import struct
from collections.abc import Iterable

import numpy as np

from engine.imaging.color.icc import profile_name, profile_tag
from engine.imaging.color.rgb_spaces import BT709, D50, Curve, Primaries, RgbSpace, adaptation

_HEADER_BYTES = 128
_VERSION = 0x04300000
# A date that never changes, so that equal spaces give equal profiles.
_DATE = (2024, 1, 1, 0, 0, 0)


def rgb_profile(space: RgbSpace) -> bytes:
    """Return a profile for RGB pixel values in ``space``.

    Raises:
        ValueError: If its primaries do not span a color space.
    """
    return _rgb_profile(space.name, space.primaries, _curve(space.curve))


def rgb_profile_like(gray: bytes) -> bytes | None:
    """Return an RGB profile whose grays look the same as in a gray profile.

    Returns:
        None if the gray profile has no curve of its own.
    """
    curve = profile_tag(gray, b"kTRC")
    return None if curve is None else _rgb_profile(profile_name(gray) or "gray", BT709, curve)


def _rgb_profile(name: str, primaries: Primaries, curve: bytes) -> bytes:
    red, green, blue = primaries.to_d50().T
    return _profile(
        b"RGB ",
        {
            b"desc": _text(name),
            b"cprt": _text("No rights reserved."),
            b"wtpt": _xyz(D50),
            b"chad": _fixed(b"sf32", adaptation(primaries.white).ravel()),
            b"rXYZ": _xyz(red),
            b"gXYZ": _xyz(green),
            b"bXYZ": _xyz(blue),
            b"rTRC": curve,
            b"gTRC": curve,
            b"bTRC": curve,
        },
    )


def gray_profile(curve: Curve) -> bytes:
    """Return a profile for gray pixel values with ``curve``."""
    return _profile(
        b"GRAY",
        {
            b"desc": _text(f"gray, {curve.name}"),
            b"cprt": _text("No rights reserved."),
            b"wtpt": _xyz(D50),
            b"kTRC": _curve(curve),
        },
    )


def _profile(kind: bytes, tags: dict[bytes, bytes]) -> bytes:
    # | header | count | name offset size | ... | contents, each padded to 4 bytes |
    #   128      4       12 per tag             start
    start = _HEADER_BYTES + 4 + 12 * len(tags)
    table, body = struct.pack(">I", len(tags)), b""
    places: dict[bytes, int] = {}
    for tag, content in tags.items():
        # Tags with equal contents, such as the three curves, share one copy of it.
        if content not in places:
            places[content] = start + len(body)
            body += content + b"\0" * (-len(content) % 4)
        table += struct.pack(">4sII", tag, places[content], len(content))
    header = struct.pack(
        ">I4xI4s4s4s6H4s",
        start + len(body),
        _VERSION,
        b"mntr",
        kind,
        b"XYZ ",
        *_DATE,
        b"acsp",
    )
    header = header.ljust(68, b"\0") + _s15(D50)
    return header.ljust(_HEADER_BYTES, b"\0") + table + body


def _curve(curve: Curve) -> bytes:
    # Parametric curves: type 0 is x^g; type 3 has a linear part below d.
    if curve.c == 0 and curve.d == 0 and curve.a == 1:
        return struct.pack(">4s4xH2x", b"para", 0) + _s15([curve.g])
    return struct.pack(">4s4xH2x", b"para", 3) + _s15([curve.g, curve.a, curve.b, curve.c, curve.d])


def _text(text: str) -> bytes:
    encoded = text.encode("utf-16-be")
    return struct.pack(">4s4xII2s2sII", b"mluc", 1, 12, b"en", b"US", len(encoded), 28) + encoded


def _xyz(values: Iterable[float]) -> bytes:
    return _fixed(b"XYZ ", values)


def _fixed(kind: bytes, values: Iterable[float]) -> bytes:
    return kind + b"\0" * 4 + _s15(values)


def _s15(values: Iterable[float]) -> bytes:
    # Numbers with 16 fractional bits.
    numbers = np.round(np.array(list(values), dtype=np.float64) * 65536)
    return numbers.astype(">i4").tobytes()
