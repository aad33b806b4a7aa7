from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QImage, QPalette
from pytestqt.qtbot import QtBot

from app.widgets.marked_slider import MarkedSlider

_WIDTH_PX = 216
_MARK = QColor(255, 0, 0)


@pytest.fixture
def slider(qtbot: QtBot) -> MarkedSlider:
    slider = MarkedSlider()
    qtbot.addWidget(slider)
    palette = slider.palette()
    palette.setColor(QPalette.ColorRole.Text, _MARK)
    slider.setPalette(palette)
    slider.resize(_WIDTH_PX, 24)
    slider.show()
    return slider


def _marked_columns(slider: MarkedSlider) -> list[int]:
    """Return the columns of the lowest line of pixels that have the color of the mark."""
    image: QImage = slider.grab().toImage()
    row = image.height() - 1
    return [x for x in range(image.width()) if image.pixelColor(x, row) == _MARK]


def test_without_a_mark_nothing_is_drawn(slider: MarkedSlider) -> None:
    assert _marked_columns(slider) == []


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
@pytest.mark.parametrize("value", [0, 25, 100])
def test_the_mark_is_where_the_handle_would_be(
    slider: MarkedSlider, value: int, direction: Qt.LayoutDirection
) -> None:
    slider.setLayoutDirection(direction)
    slider.set_mark(value)
    columns = _marked_columns(slider)
    middle = sum(columns) / len(columns)

    share = (100 - value if direction is Qt.LayoutDirection.RightToLeft else value) / 100
    assert middle == pytest.approx(_WIDTH_PX * share, abs=12)
    assert slider.mark == value
