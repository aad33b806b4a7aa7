"""The small card beside the pointer that says what is under it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.charts.chart_colors import ChartColors
from app.state.theme import RADIUS_PX, SPACE_M_PX, SPACE_S_PX

_SWATCH_PX = 8.0
_GAP_PX = 14.0
_MOST_ROWS = 12


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the card: a name with a value at its end.

    Attributes:
        color: Of the swatch before the name; None for none.
    """

    name: str
    value: str = ""
    color: QColor | None = None


def draw_card(
    painter: QPainter,
    colors: ChartColors,
    rows: list[Row],
    at: QPointF,
    inside: QRectF,
    *,
    is_below: bool = False,
) -> None:
    """Draw a card with ``rows`` beside ``at``, or beside and below, where it has space."""
    metrics = QFontMetricsF(painter.font())
    if len(rows) > _MOST_ROWS:
        rows = [*rows[: _MOST_ROWS - 1], Row("…")]
    swatch_px = _SWATCH_PX + SPACE_S_PX if any(row.color for row in rows) else 0.0
    names_px = max(metrics.horizontalAdvance(row.name) for row in rows)
    values_px = max(metrics.horizontalAdvance(row.value) for row in rows)
    gap_px = SPACE_M_PX if values_px else 0.0
    # A long name is shortened, the value never.
    names_px = min(names_px, inside.width() - swatch_px - gap_px - values_px - 3 * SPACE_M_PX)
    width = swatch_px + names_px + gap_px + values_px + 2 * SPACE_M_PX
    line = metrics.height() + 2
    card = QRectF(0, 0, width, line * len(rows) + 2 * SPACE_S_PX)
    left = at.x() + _GAP_PX
    if left + width > inside.right():
        left = at.x() - _GAP_PX - width
    left = max(left, inside.left())
    top = at.y() + _GAP_PX if is_below else at.y() - card.height() / 2
    top = min(top, inside.bottom() - card.height())
    card.moveTo(left, max(top, inside.top()))
    painter.setPen(QPen(colors.border, 1))
    painter.setBrush(colors.card)
    painter.drawRoundedRect(card, RADIUS_PX, RADIUS_PX)
    flags = Qt.AlignmentFlag
    for number, row in enumerate(rows):
        place = QRectF(card.left() + SPACE_M_PX, card.top() + SPACE_S_PX + number * line, 0, line)
        place.setRight(card.right() - SPACE_M_PX)
        if row.color:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(row.color)
            middle = QPointF(place.left() + _SWATCH_PX / 2, place.center().y())
            painter.drawEllipse(middle, _SWATCH_PX / 2, _SWATCH_PX / 2)
        place.setLeft(place.left() + swatch_px)
        painter.setPen(colors.label if row.value else colors.text)
        name = metrics.elidedText(row.name, Qt.TextElideMode.ElideMiddle, names_px + 1)
        painter.drawText(place, flags.AlignLeft | flags.AlignVCenter, name)
        painter.setPen(colors.text)
        painter.drawText(place, flags.AlignRight | flags.AlignVCenter, row.value)
