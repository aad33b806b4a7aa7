"""The limits of a scatter chart: a line for each axis, dragged by itself or by its grip."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QLineF, QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen

from app.charts.announcing import announce
from app.charts.axis import Axis
from app.charts.chart_colors import ChartColors
from app.charts.limit_handle import LimitHandle
from app.charts.plot_frame import PlotFrame
from app.charts.plot_view import PlotView
from app.charts.ticks import value_text
from app.state.theme import SPACE_XS_PX
from app.widgets.drag_handle import STEPS

_REACH_PX = 5.0
_SHADE = 0.62
_DIGITS = 3
_AT_MOST, _AT_LEAST = "\u2264", "\u2265"

Limits = tuple[float | None, float | None]


class LimitLines(QObject):
    """Holds a limit for x and for y of a plot, each None where there is none.

    Attributes:
        handles: The grips of both lines, x first.

    Signals:
        changed: The limits that the user set, x first.
    """

    changed = Signal(object, object)

    def __init__(self, plot: PlotView) -> None:
        super().__init__(plot)
        self._plot = plot
        self._limits: Limits = (None, None)
        # A limit is the largest value where less is better, the least one where more is.
        self._are_upper = (True, False)
        self.handles = (LimitHandle(plot, is_across=True), LimitHandle(plot, is_across=False))
        for direction, handle in enumerate(self.handles):
            handle.dragged.connect(lambda at, d=direction: self.drag(d, at))
            handle.stepped.connect(lambda value, d=direction: self._step(d, value))
        self.refresh()

    @property
    def limits(self) -> Limits:
        """The limits of x and y."""
        return self._limits

    def set_limits(self, limits: Limits) -> None:
        """Set both limits without a signal."""
        self._limits = limits
        self.refresh()

    def set_better(self, *, x_is_higher: bool, y_is_higher: bool) -> None:
        """Say which values are better; a limit cuts off the worse ones."""
        self._are_upper = (not x_is_higher, not y_is_higher)
        self.refresh()

    def grabbed(self, position: QPointF) -> int | None:
        """Return which line is under the pointer: 0 that of x, 1 that of y, None for none."""
        frame = self._plot.frame
        if not frame.plot.contains(position):
            return None
        x, y = (self._place(direction) for direction in (0, 1))
        if x is not None and abs(frame.x_px(x) - position.x()) <= _REACH_PX:
            return 0
        if y is not None and abs(frame.y_px(y) - position.y()) <= _REACH_PX:
            return 1
        return None

    def drag(self, direction: int, position: QPointF) -> None:
        """Move a limit to a place in the widget; at the end of the better side it is let go."""
        frame = self._plot.frame
        if direction == 0:
            share = frame.x_span.share(frame.x_at(position.x()))
        else:
            share = frame.y_span.share(frame.y_at(position.y()))
        self._set_share(direction, share)

    def refresh(self) -> None:
        """Name the grips after the axes and the limits, and put them in their places."""
        for direction, handle in enumerate(self.handles):
            label = self._axis(direction).label
            is_upper = self._are_upper[direction]
            name = self.tr("At most: {quantity}") if is_upper else self.tr("At least: {quantity}")
            handle.setAccessibleName(name.format(quantity=label))
            handle.setAccessibleDescription(self._text(direction) or self.tr("no limit"))
            handle.setToolTip(self.tr("Drag to set a limit: {quantity}").format(quantity=label))
        self.place_handles()
        self._plot.update()

    def place_handles(self) -> None:
        """Put the grips at their lines, or at the ends that permit everything."""
        frame, colors = self._plot.frame, self._plot.colors
        plot = frame.plot
        for direction, (handle, span) in enumerate(
            zip(self.handles, (frame.x_span, frame.y_span), strict=True)
        ):
            place = self._place(direction)
            share = float(self._are_upper[direction]) if place is None else span.share(place)
            share = min(max(share, 0.0), 1.0)
            if direction == 0:
                tip = QPointF(plot.left() + share * plot.width(), plot.top())
            else:
                tip = QPointF(plot.right(), plot.bottom() - share * plot.height())
            handle.set_colors(colors.label if place is None else colors.warning, colors.focus)
            handle.show_at(share, tip)

    def draw(self, painter: QPainter, frame: PlotFrame, colors: ChartColors) -> None:
        """Shade what is beyond the limits, and draw their lines and values."""
        lines: list[QLineF] = []
        shades: list[QRectF] = []
        texts: list[tuple[int, QPointF]] = []
        plot = frame.plot
        for direction in (0, 1):
            place = self._place(direction)
            if place is None:
                continue
            if direction == 0:
                x = min(max(frame.x_px(place), plot.left()), plot.right())
                lines.append(QLineF(x, plot.top(), x, plot.bottom()))
                edge = plot.right() if self._are_upper[0] else plot.left()
                shades.append(QRectF(QPointF(x, plot.top()), QPointF(edge, plot.bottom())))
                texts.append((direction, QPointF(x, plot.top())))
            else:
                y = min(max(frame.y_px(place), plot.top()), plot.bottom())
                lines.append(QLineF(plot.left(), y, plot.right(), y))
                edge = plot.top() if self._are_upper[1] else plot.bottom()
                shades.append(QRectF(QPointF(plot.left(), y), QPointF(plot.right(), edge)))
                texts.append((direction, QPointF(plot.right(), y)))
        shade = QColor(colors.ground)
        shade.setAlphaF(_SHADE)
        for beyond in shades:
            painter.fillRect(beyond.normalized(), shade)
        painter.setPen(QPen(colors.warning, 1.5))
        painter.drawLines(lines)
        for direction, at in texts:
            self._draw_text(painter, frame, colors, direction, at)

    def _draw_text(
        self,
        painter: QPainter,
        frame: PlotFrame,
        colors: ChartColors,
        direction: int,
        at: QPointF,
    ) -> None:
        """Draw the value of a limit beside the end of its line, inside the plot."""
        text = self._text(direction)
        metrics = QFontMetricsF(painter.font())
        place = QRectF(0, 0, metrics.horizontalAdvance(text) + 2 * SPACE_XS_PX, metrics.height())
        if direction == 0:
            place.moveTopLeft(at + QPointF(SPACE_XS_PX, SPACE_XS_PX))
            if place.right() > frame.plot.right():
                place.moveRight(at.x() - SPACE_XS_PX)
        else:
            place.moveBottomRight(at - QPointF(SPACE_XS_PX, SPACE_XS_PX))
            if place.top() < frame.plot.top():
                place.moveTop(at.y() + SPACE_XS_PX)
        painter.setPen(colors.warning)
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, text)

    def _text(self, direction: int) -> str:
        limit = self._limits[direction]
        if limit is None:
            return ""
        sign = _AT_MOST if self._are_upper[direction] else _AT_LEAST
        return f"{sign} {value_text(limit, self._axis(direction))}"

    def _axis(self, direction: int) -> Axis:
        return self._plot.axes[direction]

    def _place(self, direction: int) -> float | None:
        """Return the plot coordinate of a limit, None where there is none."""
        limit = self._limits[direction]
        if limit is None:
            return None
        place = float(self._axis(direction).to_plot(np.array([limit]))[0])
        return place if math.isfinite(place) else None

    def _step(self, direction: int, value: int) -> None:
        self._set_share(direction, value / STEPS)
        announce(self.handles[direction], self._text(direction) or self.tr("no limit"))

    def _set_share(self, direction: int, share: float) -> None:
        frame = self._plot.frame
        span = (frame.x_span, frame.y_span)[direction]
        is_free = share >= 1 if self._are_upper[direction] else share <= 0
        limit = None
        if not is_free:
            # As exact as the eye can be: a thousandth of what is in view.
            value = self._axis(direction).from_plot(span.at(min(max(share, 0.0), 1.0)))
            step = self._axis(direction).from_plot(span.at(share + 1 / STEPS)) - value
            limit = round(value, max(0, _DIGITS - 3 - math.floor(math.log10(abs(step)))))
        limits = list(self._limits)
        limits[direction] = limit
        self.set_limits((limits[0], limits[1]))
        self.changed.emit(*self._limits)
