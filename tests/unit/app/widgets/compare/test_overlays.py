from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter
from PySide6.QtWidgets import QApplication

from app.widgets.compare.overlays import OverlayPainter

_GRAY = QColor(128, 128, 128)
_AREA = QRectF(0, 0, 400, 300)


@pytest.fixture
def image(qapp: QApplication) -> QImage:
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(_GRAY)
    return image


@pytest.fixture
def painter(image: QImage) -> Iterator[QPainter]:
    painter = QPainter(image)
    yield painter
    painter.end()


@pytest.mark.parametrize("at_right", [False, True])
@pytest.mark.parametrize("at_bottom", [False, True])
def test_a_label_is_in_its_corner(painter: QPainter, *, at_right: bool, at_bottom: bool) -> None:
    box = OverlayPainter().pill(painter, "Before", _AREA, at_right=at_right, at_bottom=at_bottom)

    assert _AREA.contains(box)
    assert (box.center().x() > 200) is at_right
    assert (box.center().y() > 150) is at_bottom


def test_a_label_that_does_not_fit_loses_its_last_parts_and_then_itself(
    painter: QPainter,
) -> None:
    overlay, text = OverlayPainter(), "After \u00b7 a model \u00b7 finished result"
    widths = [
        overlay.pill(painter, text, QRectF(0, 0, width, 300), at_right=False).width()
        for width in (400, 150, 90, 30)
    ]

    assert widths == sorted(widths, reverse=True)
    assert len(set(widths)) == 4
    assert widths[-1] == 0


def test_a_mirrored_window_does_not_move_the_last_sign_of_a_label_to_the_front(
    qapp: QApplication,
) -> None:
    drawn = []
    for direction in (Qt.LayoutDirection.LeftToRight, Qt.LayoutDirection.RightToLeft):
        image = QImage(400, 300, QImage.Format.Format_RGB32)
        image.fill(_GRAY)
        painter = QPainter(image)
        painter.setLayoutDirection(direction)
        OverlayPainter().pill(painter, "After \u00b7 fidelity 15 %", _AREA, at_right=True)
        assert painter.layoutDirection() is direction
        painter.end()
        drawn.append(image)

    assert drawn[0] == drawn[1]


@pytest.mark.parametrize("is_upright", [True, False])
def test_the_line_is_light_with_dark_edges(
    painter: QPainter, image: QImage, *, is_upright: bool
) -> None:
    start = QPointF(200, 0) if is_upright else QPointF(0, 150)
    end = QPointF(200, 300) if is_upright else QPointF(400, 150)
    OverlayPainter().line(painter, start, end)
    painter.end()

    levels = {image.pixelColor(x, 150).lightness() for x in range(195, 205)}
    levels |= {image.pixelColor(200, y).lightness() for y in range(145, 155)}
    assert max(levels) > 200
    assert min(levels) < 110


def test_the_loupe_has_before_on_the_left_and_after_on_the_right(
    painter: QPainter, image: QImage
) -> None:
    halves = []
    for color in ("#202020", "#e0e0e0"):
        half = QImage(100, 100, QImage.Format.Format_RGB32)
        half.fill(QColor(color))
        halves.append(half)

    OverlayPainter().loupe(painter, QPointF(200, 150), 50, *halves)
    painter.end()

    assert image.pixelColor(180, 150) == QColor("#202020")
    assert image.pixelColor(220, 150) == QColor("#e0e0e0")
    assert image.pixelColor(140, 150) == _GRAY
    assert image.pixelColor(152, 105) == _GRAY, "it is round"


def test_the_scale_of_the_difference_map_goes_from_dark_to_bright(
    painter: QPainter, image: QImage
) -> None:
    OverlayPainter().difference_scale(painter, _AREA, highest="64")
    painter.end()

    # The bar is 8 pixels high, above the figures, with 20 pixels to its left.
    lightness = [image.pixelColor(x, 256).lightness() for x in (30, 90, 150, 210)]
    assert lightness == sorted(lightness)
    assert lightness[-1] - lightness[0] > 80
