from __future__ import annotations

import numpy as np
import pytest

from engine.imaging.color.rgb_spaces import (
    ADOBE_RGB,
    ADOBE_RGB_SPACE,
    BT709,
    BT2020,
    CICP_CURVES,
    DISPLAY_P3,
    SRGB,
    SRGB_CURVE,
    Primaries,
    RgbSpace,
)


@pytest.mark.parametrize(
    ("primaries", "published"),
    [
        # IEC 61966-2-1, the inverse of its formula 7; D65 of (0.3127, 0.3290).
        (BT709, [[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]),
        # Adobe RGB (1998) Color Image Encoding, section 4.3.5.3.
        (ADOBE_RGB, [[0.5767, 0.1856, 0.1882], [0.2973, 0.6274, 0.0753], [0.0270, 0.0707, 0.9913]]),
        # BT.2020-2, table 4: the coefficients of luminance.
        (BT2020, [[0.6370, 0.1446, 0.1689], [0.2627, 0.6780, 0.0593], [0.0000, 0.0281, 1.0610]]),
    ],
)  # fmt: skip
def test_matrices_are_those_that_were_published(
    primaries: Primaries, published: list[list[float]]
) -> None:
    assert np.abs(primaries.to_xyz() - published).max() < 2e-4


def test_white_is_adapted_to_d50() -> None:
    for primaries in (BT709, DISPLAY_P3, ADOBE_RGB, BT2020):
        assert primaries.to_d50() @ [1, 1, 1] == pytest.approx([0.9642, 1, 0.8249], abs=1e-4)


@pytest.mark.parametrize(
    ("red", "green", "blue"),
    [
        ((0.3, 0.3), (0.3, 0.3), (0.3, 0.3)),
        ((0.1, 0.1), (0.2, 0.2), (0.3, 0.3)),
        ((0.6, 0.0), (0.3, 0.6), (0.1, 0.1)),
        ((0.7, 0.3), (0.65, 0.3), (0.7, 0.25)),
    ],
)
def test_primaries_that_span_nothing_are_refused(
    red: tuple[float, float], green: tuple[float, float], blue: tuple[float, float]
) -> None:
    with pytest.raises(ValueError, match=r"line|outside|luminance"):
        Primaries("none", red, green, blue, (0.3127, 0.329)).to_d50()


def test_curves_are_continuous_and_end_at_white() -> None:
    for curve in CICP_CURVES.values():
        low, high = curve.c * curve.d, (curve.a * curve.d + curve.b) ** curve.g
        assert low == pytest.approx(high, abs=1e-3)
        assert (curve.a + curve.b) ** curve.g == pytest.approx(1)


def test_spaces_have_the_names_people_know() -> None:
    assert SRGB.name == "sRGB"
    assert RgbSpace(DISPLAY_P3, SRGB_CURVE).name == "Display P3"
    assert ADOBE_RGB_SPACE.name == "Adobe RGB"
    assert RgbSpace(BT2020, CICP_CURVES[1]).name == "BT.2020, BT.709"
