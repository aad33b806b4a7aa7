"""Converts HDR pictures to sRGB, which the networks and most screens expect.

Curves: ITU-R BT.2100-3, tables 4 (PQ) and 5 (HLG), HLG for a screen of 1000 cd/m². White
of an SDR picture is 203 cd/m²: ITU-R BT.2408-7, table 1.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from engine.imaging.color.rgb_spaces import BT709, Matrix, Primaries
from engine.imaging.vips import pyvips

HdrCurve = Literal["PQ", "HLG"]

WHITE_CD_M2 = 203.0
"""Luminance that becomes white."""
_KNEE = 0.9
"""Fraction of white up to which light is unchanged; brighter light is compressed above it."""
_SCREEN_CD_M2 = 1000.0
_HLG_GAMMA = 1.2


def hdr_to_srgb(image: pyvips.Image, curve: HdrCurve, primaries: Primaries) -> pyvips.Image:
    """Return an HDR picture as 16-bit sRGB, or gray in sRGB's curve.

    Light up to nine tenths of white (203 cd/m²) keeps its luminance; brighter light approaches
    white. Colors outside sRGB are clipped.

    Args:
        image: Gray or RGB pixel values, 8 or 16 bits, without alpha.
        curve: Transfer curve of the pixel values.
        primaries: Primaries of RGB.
    """
    table = _table(curve, 256 if image.format == "uchar" else 65536)
    light = image.maplut(pyvips.Image.new_from_array(table.reshape(1, -1)))
    light = light.copy(interpretation="multiband")
    if curve == "HLG":
        light = _on_screen(light, primaries)
    if light.bands == 3:
        matrix = np.linalg.solve(BT709.to_xyz(), primaries.to_xyz())
        light = light.recomb(pyvips.Image.new_from_array(matrix.tolist()))
    # Colors outside sRGB are negative here, and a power of a negative number is not a number.
    light = (light > 0).ifthenelse(light, 0)
    #   1.0 |          . - - -      x / (x + 1): slope 1 at the knee, white at infinity
    #   0.9 |      . '
    #       |   /
    #       | /                     below the knee as it is
    #       +------+----------
    #             0.9
    over = (light - _KNEE) / (1 - _KNEE)
    rolled = _KNEE + (1 - _KNEE) * over / (over + 1)
    light = (light > _KNEE).ifthenelse(rolled, light)
    encoded = (light > 0.0031308).ifthenelse(1.055 * light ** (1 / 2.4) - 0.055, 12.92 * light)
    pixels = (encoded * 65535).rint().cast("ushort")
    return pixels.copy(interpretation="rgb16" if pixels.bands == 3 else "grey16")


def _table(curve: HdrCurve, size: int) -> Matrix:
    """Return light per pixel value: of the screen relative to white (PQ), of the scene (HLG)."""
    code = np.linspace(0, 1, size)
    if curve == "PQ":
        m1, m2, c1, c2, c3 = 1305 / 8192, 2523 / 32, 107 / 128, 2413 / 128, 2392 / 128
        power = code ** (1 / m2)
        light = (np.maximum(power - c1, 0) / (c2 - c3 * power)) ** (1 / m1)
        return np.asarray(light * 10_000 / WHITE_CD_M2)
    a, b, c = 0.17883277, 0.28466892, 0.55991073
    return np.where(code <= 0.5, code**2 / 3, (np.exp((code - c) / a) + b) / 12)


def _on_screen(scene: pyvips.Image, primaries: Primaries) -> pyvips.Image:
    """Return the light of a screen for HLG's light of the scene, relative to white."""
    luminance = scene
    if scene.bands == 3:
        luminance = scene.recomb(pyvips.Image.new_from_array([primaries.to_xyz()[1].tolist()]))
    # HLG's system gamma acts on luminance and scales the channels alike, so that hues stay.
    gain = (luminance > 0).ifthenelse(luminance ** (_HLG_GAMMA - 1), 0)
    return scene * gain * (_SCREEN_CD_M2 / WHITE_CD_M2)
