"""RGB color spaces: primaries, white and transfer curve, and the codes that name them.

Codes (CICP): ITU-T H.273 (07/2024), tables 2 (primaries) and 3 (transfer characteristics).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

Matrix = NDArray[np.float64]
D50: Final = (0.9642, 1.0, 0.8249)
"""XYZ of the white that ICC profiles are relative to."""


@dataclass(frozen=True, slots=True)
class Primaries:
    """Chromaticities ``(x, y)`` of a color space.

    Attributes:
        name: Their common name.
        red: Chromaticity of red.
        green: Chromaticity of green.
        blue: Chromaticity of blue.
        white: Chromaticity of white.
    """

    name: str
    red: tuple[float, float]
    green: tuple[float, float]
    blue: tuple[float, float]
    white: tuple[float, float]

    def to_xyz(self) -> Matrix:
        """Return the matrix from linear RGB to XYZ; white has a Y of 1.

        Raises:
            ValueError: If they do not span a color space.
        """
        corners = np.array([_xyz(*xy) for xy in (self.red, self.green, self.blue)]).T
        white = np.array(_xyz(*self.white))
        if not np.isfinite(corners).all() or abs(np.linalg.det(corners)) < 1e-3:
            # On a line, or nearly: the matrix could not be inverted.
            raise ValueError("the primaries lie on a line")
        # Amounts of the primaries that add up to white; negative if white is outside of them.
        shares = np.linalg.solve(corners, white)
        if shares.min() <= 0:
            raise ValueError("white lies outside the primaries")
        return np.asarray(corners * shares)

    def to_d50(self) -> Matrix:
        """Return the matrix from linear RGB to XYZ, adapted to D50 (Bradford)."""
        return np.asarray(adaptation(self.white) @ self.to_xyz())

    def is_like(self, other: Primaries, *, tolerance: float = 0.002) -> bool:
        """Return whether the chromaticities are about the same."""
        ours = (*self.red, *self.green, *self.blue, *self.white)
        theirs = (*other.red, *other.green, *other.blue, *other.white)
        return bool(np.abs(np.subtract(ours, theirs)).max() <= tolerance)


def adaptation(white: tuple[float, float]) -> Matrix:
    """Return the matrix that adapts XYZ from ``white`` to D50.

    Bradford, as ICC.1:2022, annex E.
    """
    cone = np.array(
        [[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]]
    )
    # White becomes white in the responses of the cones, channel by channel.
    gains = (cone @ np.array(D50)) / (cone @ np.array(_xyz(*white)))
    return np.asarray(np.linalg.inv(cone) @ np.diag(gains) @ cone)


@dataclass(frozen=True, slots=True)
class Curve:
    """A transfer curve from pixel values to light, both in ``[0, 1]``.

    ``(a·x + b)^g`` from ``d`` on, ``c·x`` below.
    """

    name: str
    g: float
    a: float = 1.0
    b: float = 0.0
    c: float = 0.0
    d: float = 0.0


def _xyz(x: float, y: float) -> tuple[float, float, float]:
    if y <= 0:
        raise ValueError("a chromaticity has no luminance")
    return x / y, 1.0, (1 - x - y) / y


_D65, _C, _DCI = (0.3127, 0.3290), (0.310, 0.316), (0.314, 0.351)
BT709: Final = Primaries("BT.709", (0.640, 0.330), (0.300, 0.600), (0.150, 0.060), _D65)
DISPLAY_P3: Final = Primaries("P3", (0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _D65)
ADOBE_RGB: Final = Primaries("Adobe RGB", (0.640, 0.330), (0.210, 0.710), (0.150, 0.060), _D65)
BT2020: Final = Primaries("BT.2020", (0.708, 0.292), (0.170, 0.797), (0.131, 0.046), _D65)
PROPHOTO: Final = Primaries(
    "ProPhoto", (0.7347, 0.2653), (0.1596, 0.8404), (0.0366, 0.0001), (0.3457, 0.3585)
)
_NTSC = ((0.630, 0.340), (0.310, 0.595), (0.155, 0.070), _D65)
CICP_PRIMARIES: Final = {
    1: BT709,
    4: Primaries("BT.470 M", (0.67, 0.33), (0.21, 0.71), (0.14, 0.08), _C),
    5: Primaries("BT.470 BG", (0.64, 0.33), (0.29, 0.60), (0.15, 0.06), _D65),
    6: Primaries("SMPTE 170M", *_NTSC),
    7: Primaries("SMPTE 240M", *_NTSC),
    8: Primaries("film", (0.681, 0.319), (0.243, 0.692), (0.145, 0.049), _C),
    9: BT2020,
    11: Primaries("DCI P3", (0.680, 0.320), (0.265, 0.690), (0.150, 0.060), _DCI),
    12: DISPLAY_P3,
    22: Primaries("EBU 3213", (0.630, 0.340), (0.295, 0.605), (0.155, 0.077), _D65),
}
SRGB_CURVE: Final = Curve("sRGB", 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)
_BT709_CURVE = Curve("BT.709", 1 / 0.45, 1 / 1.099, 0.099 / 1.099, 1 / 4.5, 0.081)
CICP_CURVES: Final = {
    1: _BT709_CURVE,
    4: Curve("gamma 2.2", 2.2),
    5: Curve("gamma 2.8", 2.8),
    6: _BT709_CURVE,
    7: Curve("SMPTE 240M", 1 / 0.45, 1 / 1.1115, 0.1115 / 1.1115, 1 / 4.0, 0.0912),
    8: Curve("linear", 1.0),
    11: _BT709_CURVE,
    12: _BT709_CURVE,
    13: SRGB_CURVE,
    14: _BT709_CURVE,
    15: _BT709_CURVE,
    # Its factor 52.37/48 only scales the light of reference white; the curve is plain gamma.
    17: Curve("gamma 2.6", 2.6),
}
PQ, HLG = 16, 18
"""Codes of the two transfer curves of HDR."""
UNSPECIFIED = 2
"""Code of primaries or a curve that the file leaves open."""


@dataclass(frozen=True, slots=True)
class RgbSpace:
    """A color space of the kind a profile with a matrix and a curve describes."""

    primaries: Primaries
    curve: Curve

    @property
    def name(self) -> str:
        """Its common name."""
        if self.curve == SRGB_CURVE:
            return {BT709: "sRGB", DISPLAY_P3: "Display P3"}.get(
                self.primaries, f"{self.primaries.name} with sRGB's curve"
            )
        if self.curve.name == self.primaries.name:
            return self.curve.name
        return f"{self.primaries.name}, {self.curve.name}"


SRGB: Final = RgbSpace(BT709, SRGB_CURVE)
# 2 51/256, the exponent of the Adobe RGB (1998) specification, section 4.3.4.2.
ADOBE_RGB_SPACE: Final = RgbSpace(ADOBE_RGB, Curve("Adobe RGB", 563 / 256))
KNOWN_PRIMARIES: Final = (BT709, DISPLAY_P3, ADOBE_RGB, BT2020, PROPHOTO)
