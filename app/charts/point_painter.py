"""Draws the points of a search: shapes tell measured from estimated, size and color the front.

●  measured        on the front: large, in the accent color, joined by a line of steps
◇  estimated       dominated: small and faint
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPolygonF

from app.charts.chart_colors import ChartColors, mixed
from app.charts.plot_frame import PlotFrame
from app.charts.polygons import polygon
from app.charts.stamps import DIAMOND_GROWTH, Stamps
from app.state.theme import SPACE_XS_PX

FRONT_PX = 9.0
DOMINATED_PX = 5.0
_RING_PX = 7.5
_BADGE_MARGIN_PX = 3.0
_FAINT = 0.38


@dataclass(frozen=True, slots=True, kw_only=True)
class Marks:
    """Points that are drawn alike, at places in the widget."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    color: QColor
    size_px: float
    is_measured: bool


def draw_marks(
    painter: QPainter, frame: PlotFrame, marks: Sequence[Marks], *, ratio: float
) -> None:
    """Draw discs where points are measured, hollow diamonds where they are estimated.

    ``ratio`` is the number of device pixels on a device-independent one; 0 draws shapes alone,
    without pixels, for files of vector graphics.
    """
    if not ratio:
        for group in marks:
            _draw_shapes(painter, group)
        return
    plot = frame.plot
    stamps = Stamps(
        max(round(plot.width() * ratio), 1),
        max(round(plot.height() * ratio), 1),
        reach_px=math.ceil(FRONT_PX * DIAMOND_GROWTH * ratio),
    )
    for group in marks:
        x, y = (group.x - plot.left()) * ratio, (group.y - plot.top()) * ratio
        size_px = group.size_px * ratio
        stamps.add(x, y, group.color, size_px=size_px, is_filled=group.is_measured)
    image = stamps.image()
    image.setDevicePixelRatio(ratio)
    painter.drawImage(plot.topLeft(), image)


def _draw_shapes(painter: QPainter, marks: Marks) -> None:
    half = marks.size_px / 2
    far = half * DIAMOND_GROWTH
    painter.setPen(Qt.PenStyle.NoPen if marks.is_measured else QPen(marks.color, 1.2))
    painter.setBrush(marks.color if marks.is_measured else Qt.BrushStyle.NoBrush)
    for x, y in zip(marks.x.tolist(), marks.y.tolist(), strict=True):
        if marks.is_measured:
            painter.drawEllipse(QPointF(x, y), half, half)
        else:
            corners = ((x, y - far), (x + far, y), (x, y + far), (x - far, y))
            painter.drawPolygon(QPolygonF([QPointF(*corner) for corner in corners]))


def faint(colors: ChartColors) -> QColor:
    """Return the color of dominated points."""
    return mixed(colors.label, colors.ground, _FAINT)


def draw_steps(
    painter: QPainter, x: NDArray[np.float64], y: NDArray[np.float64], colors: ChartColors
) -> None:
    """Join the front, given in pixels and in order of x, by steps.

    Where one metric grows with the other, or falls with it, all along the front, the steps are
    the edge of what is dominated; otherwise there is no such edge and nothing is drawn.
    """
    turns = np.diff(y)
    if len(x) < 2 or not (np.all(turns <= 0) or np.all(turns >= 0)):
        return
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(mixed(colors.accent, colors.ground, 0.55), 1.2))
    # Right at the old height, then up or down to the next point.
    painter.drawPolyline(polygon(np.repeat(x, 2)[1:], np.repeat(y, 2)[:-1]))


def draw_ring(painter: QPainter, at: QPointF, color: QColor) -> None:
    """Mark a point as chosen."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(color, 2))
    painter.drawEllipse(at, _RING_PX, _RING_PX)


def draw_badge(
    painter: QPainter, frame: PlotFrame, at: QPointF, letter: str, colors: ChartColors
) -> None:
    """Draw the letter of a pinned point beside it, inside the plot."""
    font = QFont(painter.font())
    font.setBold(True)
    side = QFontMetricsF(font).height() + _BADGE_MARGIN_PX
    place = QRectF(at.x() + _RING_PX, at.y() - _RING_PX - side, side, side)
    if place.top() < frame.plot.top():
        place.moveTop(at.y() + _RING_PX)
    if place.right() > frame.plot.right():
        place.moveRight(at.x() - _RING_PX)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colors.text)
    painter.drawRoundedRect(place, SPACE_XS_PX, SPACE_XS_PX)
    painter.save()
    painter.setFont(font)
    painter.setPen(colors.ground)
    painter.drawText(place, Qt.AlignmentFlag.AlignCenter, letter)
    painter.restore()
