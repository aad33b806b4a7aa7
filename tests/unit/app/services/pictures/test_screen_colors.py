"""Pictures of every profile as an sRGB screen shows them."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor, QColorSpace, QImage

from app.services.pictures.screen_colors import show_in_srgb

_D65 = QPointF(0.3127, 0.3290)


def _icc(space: QColorSpace) -> bytes:
    return bytes(space.iccProfile().data())


def _filled(color: QColor, layout: QImage.Format = QImage.Format.Format_RGB888) -> QImage:
    image = QImage(4, 4, layout)
    image.fill(color)
    return image


@pytest.mark.parametrize("layout", [QImage.Format.Format_RGB888, QImage.Format.Format_RGBA8888])
def test_the_codes_of_srgb_red_in_display_p3_are_shown_as_red(layout: QImage.Format) -> None:
    icc = _icc(QColorSpace(QColorSpace.NamedColorSpace.DisplayP3))

    shown = show_in_srgb(_filled(QColor(234, 51, 35), layout), icc)

    assert shown.pixelColor(1, 1) == QColor(255, 0, 0)


def test_gray_codes_follow_the_tone_curve_of_their_profile() -> None:
    linear = QColorSpace(_D65, QColorSpace.TransferFunction.Linear)

    shown = show_in_srgb(_filled(QColor(55, 55, 55)), _icc(linear))

    assert shown.pixelColor(1, 1).red() == pytest.approx(128, abs=2)


@pytest.mark.qt_log_ignore("fromIccProfile")
@pytest.mark.parametrize(
    "icc", [None, b"no profile", _icc(QColorSpace(QColorSpace.NamedColorSpace.SRgb))]
)
def test_srgb_and_unreadable_profiles_change_nothing(icc: bytes | None) -> None:
    image = _filled(QColor(200, 100, 50))

    assert show_in_srgb(image, icc) == image
