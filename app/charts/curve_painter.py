"""Draws curves and marks into a plot."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.charts.axis import Span
from app.charts.chart_colors import ChartColors
from app.charts.column_raster import ColumnRaster
from app.charts.plot_frame import PlotFrame
from app.charts.polygons import polygon
from app.charts.series import Band, Polyline, Series
from app.state.theme import SPACE_S_PX, SPACE_XS_PX

_LINE_PX = 1.6
_FAINT_LINE_PX = 1.0
_DASH_PX, _GAP_PX = 6.0, 4.0
_DOT_PX = 4.5
_DOTS_APART_PX = 16.0
_LONGEST = 8
"""Longest line that Qt strokes, in widths of the plot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """One curve to draw.

    Attributes:
        color: Opaque.
        is_smooth: Whether its smoothed values are drawn.
        is_faint: Whether it is drawn thinly.
    """

    series: Series
    color: QColor
    is_smooth: bool = False
    is_faint: bool = False

    @property
    def width_px(self) -> float:
        """Width of the line in device-independent pixels."""
        return _FAINT_LINE_PX if self.is_faint else _LINE_PX


def draw_strokes(
    painter: QPainter, frame: PlotFrame, strokes: Sequence[Stroke], *, ratio: float
) -> None:
    """Draw curves in order, those of many points below the others.

    ``ratio`` is the number of device pixels on a device-independent one; 0 draws shapes alone,
    without pixels, for files of vector graphics.
    """
    columns = max(round(frame.plot.width() * (ratio or 1.0)), 1)
    short: list[tuple[Stroke, NDArray[np.float64], NDArray[np.float64]]] = []
    long: list[Stroke] = []
    for stroke in strokes:
        line = stroke.series.points(frame.x_span, is_smooth=stroke.is_smooth, most=columns)
        if line is not None:
            x, y = _in_pixels(frame, line)
            if not ratio or _length(x, y) <= frame.plot.width() * _LONGEST:
                short.append((stroke, x, y))
                continue
        long.append(stroke)
    if ratio:
        _draw_bands(painter, frame, long, columns, ratio)
    else:
        for stroke in long:
            band = stroke.series.band(frame.x_span, columns, is_smooth=stroke.is_smooth)
            _draw_line(painter, stroke, *_in_pixels(frame, _zigzag(band, frame.x_span)))
    for stroke, x, y in short:
        _draw_line(painter, stroke, x, y)
        _draw_dots(painter, stroke, x, y, frame.plot.width())


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
            width = metrics.horizontalAdvance(label) + 2 * SPACE_XS_PX
            place = QRectF(x + 1, plot.top(), width, metrics.height())
            ground = QColor(colors.ground)
            ground.setAlphaF(0.8)
            painter.fillRect(place, ground)
            painter.drawText(place, Qt.AlignmentFlag.AlignCenter, label)
            free_from = place.right() + SPACE_S_PX


def draw_cursor_dot(painter: QPainter, at: QPointF, color: QColor, ground: QColor) -> None:
    """Draw the mark of the point that the read-out is about."""
    painter.setPen(QPen(ground, 2))
    painter.setBrush(color)
    painter.drawEllipse(at, 4.0, 4.0)


def _draw_bands(
    painter: QPainter, frame: PlotFrame, strokes: Sequence[Stroke], columns: int, ratio: float
) -> None:
    height = max(round(frame.plot.height() * ratio), 1)
    raster = ColumnRaster(columns, height)
    for stroke in strokes:
        band = stroke.series.band(frame.x_span, columns, is_smooth=stroke.is_smooth)
        scale = height / frame.y_span.width
        top = (frame.y_span.high - band.high) * scale
        bottom = (frame.y_span.high - band.low) * scale
        top, bottom = _thickened(top, bottom, stroke.width_px * ratio)
        if stroke.series.curve.dashed:
            is_gap = np.arange(columns) % ((_DASH_PX + _GAP_PX) * ratio) >= _DASH_PX * ratio
            top[is_gap] = np.nan
        raster.add(top, bottom, stroke.color)
        if raster.is_full:
            _blit(painter, frame, raster, ratio)
            raster = ColumnRaster(columns, height)
    if strokes:
        _blit(painter, frame, raster, ratio)


def _blit(painter: QPainter, frame: PlotFrame, raster: ColumnRaster, ratio: float) -> None:
    image = raster.image()
    if not image.isNull():
        image.setDevicePixelRatio(ratio)
        painter.drawImage(frame.plot.topLeft() + QPointF(0, raster.first_row / ratio), image)


def _thickened(
    top: NDArray[np.float64], bottom: NDArray[np.float64], width_px: float
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return a band widened to a line of ``width_px`` device pixels."""
    # Sideways first: steep parts of a line would be one pixel wide otherwise.
    reach = math.floor(width_px / 2)
    for shift in range(1, reach + 1):
        above, below = top.copy(), bottom.copy()
        above[shift:] = np.fmin(above[shift:], top[:-shift])
        above[:-shift] = np.fmin(above[:-shift], top[shift:])
        below[shift:] = np.fmax(below[shift:], bottom[:-shift])
        below[:-shift] = np.fmax(below[:-shift], bottom[shift:])
        if shift == reach:
            top, bottom = above, below
    return top - width_px / 2, bottom + width_px / 2


def _in_pixels(frame: PlotFrame, line: Polyline) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    plot, x_span, y_span = frame.plot, frame.x_span, frame.y_span
    x = plot.left() + (line.x - x_span.low) * (plot.width() / x_span.width)
    return x, plot.bottom() - (line.y - y_span.low) * (plot.height() / y_span.width)


def _zigzag(band: Band, span: Span) -> Polyline:
    """Return a line through both ends of each column."""
    columns = len(band.low)
    x = span.low + (np.arange(columns) + 0.5) * (span.width / columns)
    ends = np.stack((band.low, band.high), axis=1)
    # Up one column and down the next, so that the line follows both edges of the band.
    ends[1::2] = ends[1::2, ::-1]
    return Polyline(np.repeat(x, 2), ends.ravel())


def _length(x: NDArray[np.float64], y: NDArray[np.float64]) -> float:
    return float(np.nansum(np.hypot(np.diff(x), np.diff(y))))


def _draw_line(
    painter: QPainter, stroke: Stroke, x: NDArray[np.float64], y: NDArray[np.float64]
) -> None:
    pen = QPen(stroke.color, stroke.width_px)
    pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    if stroke.series.curve.dashed:
        # In widths of the pen.
        pen.setDashPattern([_DASH_PX / stroke.width_px, _GAP_PX / stroke.width_px])
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for first, end in _runs(y):
        painter.drawPolyline(polygon(x[first:end], y[first:end]))


def _draw_dots(
    painter: QPainter,
    stroke: Stroke,
    x: NDArray[np.float64],
    y: NDArray[np.float64],
    width_px: float,
) -> None:
    """Mark points: all where they are far apart, else those that no line goes to."""
    if stroke.series.curve.dashed:
        return
    if len(x) * _DOTS_APART_PX <= width_px:
        shown = np.flatnonzero(np.isfinite(y))
    else:
        shown = np.array([first for first, end in _runs(y) if end - first == 1], np.int64)
    if len(shown):
        pen = QPen(stroke.color, _DOT_PX)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(polygon(x[shown], y[shown]))


def _runs(values: NDArray[np.float64]) -> Iterator[tuple[int, int]]:
    """Yield begin and end of each stretch without NaN."""
    is_there = np.isfinite(values)
    turns = np.flatnonzero(np.diff(is_there.astype(np.int8), prepend=0, append=0))
    yield from zip(turns[::2].tolist(), turns[1::2].tolist(), strict=True)
