"""Draws curves and marks into a plot."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.charts.chart_colors import ChartColors
from app.charts.plot_frame import PlotFrame
from app.charts.polygons import polygon
from app.charts.series import Series, Trace
from app.state.theme import SPACE_S_PX, SPACE_XS_PX

_LINE_PX = 1.6
_DOT_PX = 4.5
_DOTS_APART_PX = 16.0
_LONGEST_WIDE = 8
"""Longest line that is drawn wider than a device pixel, in widths of the plot."""


def draw_series(
    painter: QPainter,
    frame: PlotFrame,
    series: Series,
    color: QColor,
    *,
    ratio: float,
    smoothed: bool = False,
) -> None:
    """Draw one curve in an opaque color.

    ``ratio`` is the number of device pixels on a device-independent one.
    """
    columns = max(round(frame.plot.width() * ratio), 1)
    trace = series.trace(frame.x_span, columns, smoothed=smoothed)
    x = frame.plot.left() + (trace.x - frame.x_span.low) / frame.x_span.width * frame.plot.width()
    share = (trace.y - frame.y_span.low) / frame.y_span.width
    y = frame.plot.bottom() - share * frame.plot.height()
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(_line_pen(color, x, y, frame.plot.width(), is_dashed=series.curve.dashed))
    singles: list[int] = []
    for first, end in _runs(trace.y):
        if end - first == 1:
            singles.append(first)
        else:
            painter.drawPolyline(polygon(x[first:end], y[first:end]))
    places = _dots(trace, x, y, frame.plot.width(), singles)
    if len(places):
        pen = QPen(color, _DOT_PX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(polygon(*places))


def draw_marks(
    painter: QPainter, frame: PlotFrame, colors: ChartColors, marks: Sequence[tuple[float, str]]
) -> None:
    """Draw vertical lines with their texts at the top, given in plot coordinates."""
    metrics = QFontMetricsF(painter.font())
    plot = frame.plot
    free_from = plot.left()
    for position, text in sorted(marks):
        if not frame.x_span.contains(position):
            continue
        x = frame.x_px(position)
        painter.setPen(QPen(colors.warning, 1, Qt.PenStyle.DashLine))
        painter.drawLine(QLineF(x, plot.top(), x, plot.bottom()))
        room = plot.right() - x - SPACE_S_PX
        label = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
        # A label that would cover the one before is left out: its line stays.
        if len(label) > 1 and x >= free_from:
            place = QRectF(x + SPACE_XS_PX, plot.top(), room, metrics.height())
            painter.drawText(place, Qt.AlignmentFlag.AlignLeft, label)
            free_from = x + metrics.horizontalAdvance(label) + SPACE_S_PX


def _line_pen(
    color: QColor, x: NDArray[np.float64], y: NDArray[np.float64], width: float, *, is_dashed: bool
) -> QPen:
    pen = QPen(color, _LINE_PX)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if is_dashed:
        pen.setDashPattern([4.0, 3.0])
    # Qt strokes a wide line as one polygon, whose time grows with the square of what overlaps:
    # seconds for noise. Lines of one device pixel have a fast way of their own.
    length = float(np.nansum(np.abs(np.diff(y)))) + float(np.nansum(np.abs(np.diff(x))))
    if length > width * _LONGEST_WIDE:
        pen.setWidth(1)
        pen.setCosmetic(True)
        pen.setStyle(Qt.PenStyle.SolidLine)
    return pen


def _runs(values: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each stretch without NaN."""
    is_there = np.isfinite(values)
    turns = np.flatnonzero(np.diff(is_there.astype(np.int8), prepend=0, append=0))
    yield from zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)


def _dots(
    trace: Trace,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    width: float,
    singles: list[int],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return where points are marked: all where they are far apart, and those without a line."""
    if trace.are_points and len(x) * _DOTS_APART_PX <= width:
        shown = np.flatnonzero(np.isfinite(y))
    else:
        shown = np.array(singles, dtype=np.int64)
    return x[shown], y[shown]


def dot(painter: QPainter, at: QPointF, color: QColor, ground: QColor) -> None:
    """Draw the mark of the point under the cursor."""
    painter.setPen(QPen(ground, 2))
    painter.setBrush(color)
    painter.drawEllipse(at, 4.0, 4.0)
