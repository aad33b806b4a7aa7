from __future__ import annotations

import numpy as np
import pytest

from engine.core.images import ImageUint
from engine.imaging.color.hdr import HdrCurve, hdr_to_srgb
from engine.imaging.color.rgb_spaces import BT709, BT2020, DISPLAY_P3, Primaries
from tests.helpers.pictures import vips_image


def _pq_code(light_cd_m2: np.ndarray) -> np.ndarray:
    """Return the code of SMPTE ST 2084, formula 5.2."""
    y = (light_cd_m2 / 10_000) ** 0.1593017578125
    return np.asarray(((0.8359375 + 18.8515625 * y) / (1 + 18.6875 * y)) ** 78.84375)


def _srgb(linear: np.ndarray) -> np.ndarray:
    return np.where(linear <= 0.0031308, 12.92 * linear, 1.055 * linear ** (1 / 2.4) - 0.055)


def _converted(pixels: ImageUint, curve: HdrCurve, primaries: Primaries = BT2020) -> np.ndarray:
    image = hdr_to_srgb(vips_image(pixels), curve, primaries)
    return np.asarray(image.numpy()).reshape(pixels.shape) / 65535


@pytest.mark.parametrize("channels", [1, 3])
def test_pq_keeps_the_luminance_of_what_is_darker_than_white(channels: int) -> None:
    linear = np.linspace(0, 0.9, 50)
    pixels = np.rint(65535 * _pq_code(203 * linear)).astype(np.uint16)

    got = _converted(pixels[None, :, None].repeat(channels, 2), "PQ")

    assert np.abs(got[0] - _srgb(linear)[:, None]).max() < 0.001


def test_8_bits_of_pq_are_read_too() -> None:
    pixels = np.full((2, 2, 3), round(255 * float(_pq_code(np.array(100.0)))), np.uint8)

    assert _converted(pixels, "PQ").mean() == pytest.approx(_srgb(np.array(100 / 203)), abs=0.02)


def test_what_is_brighter_than_white_is_compressed_in_order_and_never_clipped() -> None:
    light = np.array([150.0, 183, 203, 400, 1000, 4000])
    pixels = np.rint(65535 * _pq_code(light)).astype(np.uint16)

    got = _converted(pixels[None, :, None].repeat(3, 2), "PQ")[0, :, 0]

    assert (np.diff(got) > 0).all()
    assert 0.96 < got[2] < 1
    assert got[-1] < 1


@pytest.mark.parametrize("channels", [1, 3])
def test_hlg_puts_its_reference_white_at_white(channels: int) -> None:
    # BT.2408-7, table 1: 75 % of HLG is 203 cd/m² on a screen of 1000; 38 % is 26 cd/m².
    pixels = np.array([0.75, 0.38, 0.0, 1.0]) * 65535
    got = _converted(np.rint(pixels).astype(np.uint16)[None, :, None].repeat(channels, 2), "HLG")[0]

    # Half of what exceeds the knee of 0.9 is left of white itself.
    assert got[0] == pytest.approx(_srgb(np.array(0.95)).repeat(channels), abs=0.002)
    assert got[1] == pytest.approx(_srgb(np.array(26 / 203)).repeat(channels), abs=0.01)
    assert got[2] == pytest.approx([0] * channels)
    assert 0.99 < got[3].max() <= 1


@pytest.mark.parametrize("curve", ["PQ", "HLG"])
def test_wide_colors_come_into_srgb(curve: HdrCurve) -> None:
    # A gray stays gray in any primaries; a saturated green of BT.2020 leaves sRGB.
    pixels = np.zeros((1, 2, 3), np.uint16)
    pixels[0, 0] = 30_000
    pixels[0, 1] = (20_000, 30_000, 20_000)
    wide, plain = _converted(pixels, curve, BT2020), _converted(pixels, curve, BT709)

    assert np.ptp(wide[0, 0]) < 0.001
    assert wide[0, 1, 0] < plain[0, 1, 0]
    assert wide[0, 1, 1] > plain[0, 1, 1]


def test_p3_is_brought_to_srgb_by_its_own_matrix() -> None:
    # White-adapted matrix from linear P3-D65 to linear sRGB.
    matrix = np.array([[1.2249, -0.2247, 0], [-0.0420, 1.0419, 0], [-0.0197, -0.0786, 1.0979]])
    linear = np.array([0.5, 0.4, 0.3])
    pixels = np.rint(65535 * _pq_code(203 * linear)).astype(np.uint16)[None, None]

    got = _converted(pixels, "PQ", DISPLAY_P3)

    assert got[0, 0] == pytest.approx(_srgb(matrix @ linear), abs=0.002)
