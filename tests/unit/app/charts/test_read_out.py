from __future__ import annotations

import pytest
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from app.charts.chart_colors import ChartColors
from app.charts.read_out import Row, draw_card
from app.widgets.theming import ThemeService

_INSIDE = QRectF(40, 30, 320, 240)


def _drawn(theming: ThemeService, at: QPointF, rows: list[Row], *, is_below: bool) -> QRectF:
    """Draw a card and return the place it takes."""
    image = QImage(400, 300, QImage.Format.Format_RGB32)
    image.fill(QColor("#ff00ff"))
    painter = QPainter(image)
    draw_card(painter, ChartColors(theming), rows, at, _INSIDE, is_below=is_below)
    painter.end()
    touched = [
        (x, y) for y in range(300) for x in range(400) if image.pixelColor(x, y).name() != "#ff00ff"
    ]
    left, right = min(x for x, _ in touched), max(x for x, _ in touched)
    top, bottom = min(y for _, y in touched), max(y for _, y in touched)
    return QRectF(left, top, right - left, bottom - top)


@pytest.mark.parametrize("is_below", [False, True])
@pytest.mark.parametrize("at", [(50, 40), (350, 40), (50, 260), (350, 260), (200, 150)])
@pytest.mark.parametrize("name", ["run", "a name so long that it cannot be shown in any card " * 3])
def test_a_card_stays_inside_and_beside_the_point(
    qtbot: QtBot, theming: ThemeService, at: tuple[int, int], name: str, *, is_below: bool
) -> None:
    rows = [Row("Step 100"), Row(name, "29.4", QColor("red"))]

    card = _drawn(theming, QPointF(*at), rows, is_below=is_below)

    assert _INSIDE.adjusted(-1, -1, 1, 1).contains(card)
    if name == "run":
        assert not card.contains(QPointF(*at))


def test_many_rows_are_cut_after_a_dozen(qtbot: QtBot, theming: ThemeService) -> None:
    rows = [Row(f"run {number}", "1", QColor("red")) for number in range(40)]

    card = _drawn(theming, QPointF(200, 150), rows, is_below=False)

    assert card.height() < _INSIDE.height()
