"""The axes around a plot: where the plot lies, its grid, tick texts and labels.

 PSNR (dB)                 ← label of the y axis, above it: never turned, never cut
30 ┼───────────────────
25 ┼─────────plot──────
20 ┼───────────────────
   0       50k     100k
                 step      ← label of the x axis
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from PySide6.QtCore import QLineF, QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.charts.axis import Axis, Span
from app.charts.chart_colors import ChartColors
from app.charts.ticks import Tick, ticks
from app.state.theme import SPACE_M_PX, SPACE_S_PX

_MARGIN_STEP_PX = 8
_LINES_IN_Y_STEP = 3.2
_LEAST_LINES_IN_Y_STEP = 1.4
_DIGITS_IN_X_STEP = 11
_RIGHT_PX = 20


@dataclass(frozen=True, slots=True)
class PlacedText:
    """A text and the place it fills; a number or the label of an axis."""

    text: str
    place: QRectF
    is_label: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class PlotFrame:
    """Places everything for one view and size; lengths in device-independent pixels.

    Attributes:
        plot: Where data is drawn.
    """

    plot: QRectF
    x_axis: Axis
    y_axis: Axis
    x_span: Span
    y_span: Span
    x_ticks: list[Tick]
    y_ticks: list[Tick]

    def x_px(self, position: float) -> float:
        """Return where an x in plot coordinates is drawn."""
        return self.plot.left() + self.x_span.share(position) * self.plot.width()

    def y_px(self, position: float) -> float:
        """Return where a y in plot coordinates is drawn."""
        return self.plot.bottom() - self.y_span.share(position) * self.plot.height()

    def x_at(self, px: float) -> float:
        """Return the x in plot coordinates at a place of the widget."""
        return self.x_span.at((px - self.plot.left()) / self.plot.width())

    def y_at(self, px: float) -> float:
        """Return the y in plot coordinates at a place of the widget."""
        return self.y_span.at((self.plot.bottom() - px) / self.plot.height())

    def draw_grid(self, painter: QPainter, colors: ChartColors) -> None:
        """Draw the lines behind the data, one device pixel wide."""
        painter.save()
        # Without antialiasing, a line lies on one row of pixels and is not smeared over two.
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        left, right = self.plot.left(), self.plot.right()
        top, bottom = self.plot.top(), self.plot.bottom()
        # Fine lines first, so that none crosses out a main one.
        for is_fine, color in ((True, colors.fine_grid), (False, colors.grid)):
            painter.setPen(_hairline(color))
            ys = [self.y_px(t.position) for t in self.y_ticks if (not t.text) == is_fine]
            xs = [self.x_px(t.position) for t in self.x_ticks if (not t.text) == is_fine]
            painter.drawLines(
                [QLineF(left, y, right, y) for y in ys] + [QLineF(x, top, x, bottom) for x in xs]
            )
        painter.setPen(_hairline(colors.border))
        painter.drawLine(QLineF(left, bottom, right, bottom))
        painter.restore()

    def draw_texts(self, painter: QPainter, colors: ChartColors) -> None:
        """Draw the numbers and labels around the plot."""
        for text in self.texts(QFontMetricsF(painter.font())):
            painter.setPen(colors.text if text.is_label else colors.label)
            painter.drawText(text.place, Qt.AlignmentFlag.AlignCenter, text.text)

    def texts(self, metrics: QFontMetricsF) -> list[PlacedText]:
        """Return the numbers and labels with their places: none is cut, none covers another."""
        line, plot = metrics.height(), self.plot
        found = [*self._y_numbers(metrics), *self._x_numbers(metrics)]
        for axis in (self.x_axis, self.y_axis):
            room = plot.right() - SPACE_M_PX
            label = metrics.elidedText(axis.label, Qt.TextElideMode.ElideRight, room)
            place = QRectF(0, 0, metrics.horizontalAdvance(label), line)
            if axis is self.x_axis:
                place.moveTopRight(QPointF(plot.right(), plot.bottom() + 1.5 * line + 2))
            else:
                place.moveBottomLeft(QPointF(SPACE_M_PX, plot.top() - SPACE_S_PX))
            if label:
                found.append(PlacedText(label, place, is_label=True))
        return found

    def _y_numbers(self, metrics: QFontMetricsF) -> Iterator[PlacedText]:
        """Yield the numbers of the y axis from the lowest one on; none over the one before."""
        free_to = math.inf
        for tick in self.y_ticks:
            place = QRectF(0, 0, metrics.horizontalAdvance(tick.text), metrics.height())
            place.moveCenter(QPointF(0, self.y_px(tick.position)))
            place.moveRight(self.plot.left() - SPACE_S_PX)
            if tick.text and place.bottom() <= free_to:
                free_to = place.top()
                yield PlacedText(tick.text, place)

    def _x_numbers(self, metrics: QFontMetricsF) -> Iterator[PlacedText]:
        """Yield the numbers of the x axis: inside the widget, none over the one before."""
        free_from = -math.inf
        # Half a line below the plot, where the lowest number of the y axis ends.
        top = self.plot.bottom() + metrics.height() / 2
        for tick in self.x_ticks:
            width = metrics.horizontalAdvance(tick.text) + 2
            left = self.x_px(tick.position) - width / 2
            left = min(max(left, 1.0), self.plot.right() + SPACE_M_PX - width)
            if tick.text and left > free_from:
                free_from = left + width + SPACE_S_PX
                yield PlacedText(tick.text, QRectF(left, top, width, metrics.height()))


def lay_out(
    size: QSizeF,
    metrics: QFontMetricsF,
    axes: tuple[Axis, Axis],
    spans: tuple[Span, Span],
    *,
    head_px: float = 0.0,
) -> PlotFrame:
    """Return the frame that fills ``size``.

    ``axes`` and ``spans`` are those of x and y, the spans in plot coordinates; ``head_px`` is
    left free at the top, for a legend.
    """
    (x_axis, y_axis), (x_span, y_span) = axes, spans
    line = metrics.height()
    top = head_px + SPACE_S_PX + (line + SPACE_S_PX if y_axis.label else line / 2)
    below = 1.5 * line + SPACE_S_PX + (line + 2 if x_axis.label else 0)
    bottom = size.height() - below
    bottom = max(bottom, top + 1)
    lines = (bottom - top) / line
    # Closer together where large text would leave one number or none.
    most = max(int(lines / _LINES_IN_Y_STEP), min(3, int(lines / _LEAST_LINES_IN_Y_STEP)))
    y_ticks = ticks(y_axis, y_span, most=most)
    widest = max((metrics.horizontalAdvance(tick.text) for tick in y_ticks), default=0.0)
    # In coarse steps: while one zooms, the plot does not jump with every digit.
    left = SPACE_M_PX + math.ceil((widest + SPACE_S_PX) / _MARGIN_STEP_PX) * _MARGIN_STEP_PX
    right = max(size.width() - _RIGHT_PX, left + 1)
    step_px = _DIGITS_IN_X_STEP * metrics.averageCharWidth()
    return PlotFrame(
        # On whole pixels, so that a picture of curves lies on those of the screen.
        plot=QRectF(QRectF(left, top, right - left, bottom - top).toRect()),
        x_axis=x_axis,
        y_axis=y_axis,
        x_span=x_span,
        y_span=y_span,
        x_ticks=ticks(x_axis, x_span, most=int((right - left) / step_px)),
        y_ticks=y_ticks,
    )


def _hairline(color: QColor) -> QPen:
    pen = QPen(color)
    # Width 0: one device pixel at every scaling.
    pen.setWidth(0)
    return pen
