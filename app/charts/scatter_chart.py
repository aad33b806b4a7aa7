"""The candidates of a search between two metrics, with the front among them."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import numpy as np
from PySide6.QtCore import QPointF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.charts.announcing import announce
from app.charts.axis import Span, span_of
from app.charts.limit_handle import LimitHandle
from app.charts.limit_lines import LimitLines
from app.charts.plot_frame import PlotFrame
from app.charts.plot_view import PlotView
from app.charts.point import Point
from app.charts.point_painter import (
    DOMINATED_PX,
    FRONT_PX,
    Marks,
    draw_badge,
    draw_marks,
    draw_ring,
    draw_steps,
    faint,
)
from app.charts.read_out import Row, draw_card
from app.state.shown_names import shown_lines
from app.widgets.theming import ThemeService

_REACH_PX = 12.0
_FRONT_LEAD_PX = 4.0
_MARGIN = 0.06
_LETTERS = "ABCDEFGHIJ"
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1, Qt.Key.Key_Down: -1}


class ScatterChart(PlotView):
    """Draws points between two metrics; one is current, some are pinned.

    Signals:
        hovered: Id of the point under the pointer, "" when it leaves.
        activated: Id of the point that was clicked or entered.
        pinned: Id of the point to pin or to let go: a click with Ctrl or Shift, or Space.
        limits_changed: The largest x and the least y, each None without a limit.
    """

    hovered = Signal(str)
    activated = Signal(str)
    pinned = Signal(str)
    limits_changed = Signal(object, object)

    def __init__(self, theming: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(theming, parent)
        self._points: list[Point] = []
        self._numbers: dict[str, int] = {}
        self._places = np.empty((0, 2))
        self._is_front = np.empty(0, bool)
        self._is_measured = np.empty(0, bool)
        self._walk: list[int] = []
        self._current: str | None = None
        self._hovered: str | None = None
        self._pins: list[str] = []
        self._has_read_out = True
        self._dragged_limit: int | None = None
        self._lines = LimitLines(self)
        self._lines.changed.connect(self.limits_changed)

    @property
    def current(self) -> str | None:
        """Id of the point that is chosen."""
        return self._current

    @property
    def limits(self) -> tuple[float | None, float | None]:
        """The largest x and the least y, each None without a limit."""
        return self._lines.limits

    @property
    def limit_handles(self) -> tuple[LimitHandle, LimitHandle]:
        """The grips of the limits of x and y."""
        return self._lines.handles

    @override
    def set_axes(
        self,
        x_label: str,
        y_label: str,
        *,
        x_log: bool = False,
        y_log: bool = False,
        x_is_time: bool = False,
    ) -> None:
        super().set_axes(x_label, y_label, x_log=x_log, y_log=y_log, x_is_time=x_is_time)
        self._lines.refresh()

    def set_points(self, points: Sequence[Point]) -> None:
        """Show other points; the chosen and the pinned ones stay, by their ids."""
        self._points = list(points)
        self._rescale()
        self._numbers = {point.id: number for number, point in enumerate(self._points)}
        self._current = self._current if self._current in self._numbers else None
        self._hovered = self._hovered if self._hovered in self._numbers else None
        self._refit()

    def select(self, point_id: str | None) -> None:
        """Choose a point without a signal, or none."""
        self._current = point_id
        self.update()

    def pin(self, ids: Sequence[str]) -> None:
        """Mark points by the letters A, B, C, … in this order."""
        self._pins = list(ids)
        self.update()

    def set_limits(self, x_max: float | None, y_min: float | None) -> None:
        """Draw limits, without a signal; None takes one away."""
        self._lines.set_limits((x_max, y_min))

    def set_better(self, *, x_is_higher: bool = False, y_is_higher: bool = True) -> None:
        """Say which values are better; a limit is the largest x where less is better.

        ``y_min`` is the largest y then, where less of it is better.
        """
        self._lines.set_better(x_is_higher=x_is_higher, y_is_higher=y_is_higher)

    def set_read_out(self, *, is_shown: bool) -> None:
        """Show labels beside points, or leave that to whoever listens to `hovered`."""
        self._has_read_out = is_shown
        self.update()

    def csv(self) -> str:
        """Return all points as comma-separated values, a line each, with a heading."""
        target = io.StringIO()
        writer = csv.writer(target, lineterminator="\n")
        x_axis, y_axis = self.axes
        writer.writerow(["id", x_axis.label or "x", y_axis.label or "y", "front", "measured"])
        for p in self._points:
            writer.writerow([p.id, p.x, p.y, int(p.is_front), int(p.is_measured)])
        return target.getvalue()

    def place_of(self, point_id: str) -> QPointF | None:
        """Return where a point is drawn in the widget, None if it is not."""
        return self._place_in(self.frame, point_id)

    def _place_in(self, frame: PlotFrame, point_id: str | None) -> QPointF | None:
        number = self._number_of(point_id)
        if number is None or not np.isfinite(self._places[number]).all():
            return None
        x, y = self._places[number].tolist()
        return QPointF(frame.x_px(x), frame.y_px(y))

    def point_at(self, position: QPointF) -> str | None:
        """Return the id of the point within reach of ``position``; the front goes first."""
        if not len(self._places):
            return None
        frame = self.frame
        x, y = self._pixels(frame)
        distances = np.hypot(x - position.x(), y - position.y())
        # Few points of the front lie among many others: they are easier to hit.
        distances = np.where(self._is_front, distances - _FRONT_LEAD_PX, distances)
        distances[np.isnan(distances)] = np.inf
        nearest = int(np.argmin(distances))
        return self._points[nearest].id if distances[nearest] <= _REACH_PX else None

    def _pixels(self, frame: PlotFrame) -> tuple[np.ndarray, np.ndarray]:
        plot = frame.plot
        x = plot.left() + (self._places[:, 0] - frame.x_span.low) * (
            plot.width() / frame.x_span.width
        )
        y = plot.bottom() - (self._places[:, 1] - frame.y_span.low) * (
            plot.height() / frame.y_span.width
        )
        return x, y

    def _number_of(self, point_id: str | None) -> int | None:
        return None if point_id is None else self._numbers.get(point_id)

    @override
    def _rescale(self) -> None:
        x_axis, y_axis = self.axes
        x = x_axis.to_plot(np.array([p.x for p in self._points], np.float64))
        y = y_axis.to_plot(np.array([p.y for p in self._points], np.float64))
        self._places = np.stack((x, y), axis=1)
        # A point without one of its coordinates has no place at all.
        self._places[np.isnan(self._places).any(axis=1)] = np.nan
        self._is_front = np.array([p.is_front for p in self._points], bool)
        self._is_measured = np.array([p.is_measured for p in self._points], bool)
        is_there = np.isfinite(self._places[:, 0])
        walked = np.flatnonzero(is_there & self._is_front)
        if not len(walked):
            walked = np.flatnonzero(is_there)
        order = np.lexsort((self._places[walked, 1], self._places[walked, 0]))
        self._walk = walked[order].tolist()

    @override
    def _data_spans(self) -> tuple[Span, Span]:
        if not len(self._places) or np.isnan(self._places).all():
            return Span(0.0, 1.0), Span(0.0, 1.0)
        low, high = np.nanmin(self._places, axis=0), np.nanmax(self._places, axis=0)
        x_span, y_span = (span_of(*pair) for pair in zip(low.tolist(), high.tolist(), strict=True))
        return x_span.padded(_MARGIN), y_span.padded(_MARGIN)

    @override
    def _draw_data(self, painter: QPainter, frame: PlotFrame, ratio: float) -> None:
        x, y = self._pixels(frame)
        plot = frame.plot.adjusted(-FRONT_PX, -FRONT_PX, FRONT_PX, FRONT_PX)
        is_seen = (x >= plot.left()) & (x <= plot.right()) & (y >= plot.top())
        is_seen &= y <= plot.bottom()
        colors = self._colors
        front = [i for i in self._walk if self._is_front[i]]
        draw_steps(painter, x[front], y[front], colors)
        groups = []
        for is_front in (False, True):
            for is_measured in (True, False):
                chosen = is_seen & (self._is_front == is_front)
                chosen &= self._is_measured == is_measured
                group = Marks(
                    x=x[chosen],
                    y=y[chosen],
                    color=colors.accent if is_front else faint(colors),
                    size_px=FRONT_PX if is_front else DOMINATED_PX,
                    is_measured=is_measured,
                )
                groups.append(group)
        draw_marks(painter, frame, groups, ratio=ratio)

    @override
    def _draw_chosen(self, painter: QPainter, frame: PlotFrame) -> None:
        painter.save()
        painter.setClipRect(frame.plot)
        self._lines.draw(painter, frame, self._colors)
        for point_id, letter in zip(self._pins, _LETTERS, strict=False):
            place = self._place_in(frame, point_id)
            if place is not None:
                draw_ring(painter, place, self._colors.text)
                draw_badge(painter, frame, place, letter, self._colors)
        place = self._place_in(frame, self._current)
        if place is not None:
            draw_ring(painter, place, self._colors.focus)
        painter.restore()

    @override
    def _draw_pointed(self, painter: QPainter, frame: PlotFrame) -> None:
        point_id = self._hovered or (self._current if self.hasFocus() else None)
        number = self._number_of(point_id)
        place = self._place_in(frame, point_id)
        if number is None or place is None or not self._has_read_out:
            return
        if frame.plot.contains(place):
            rows = [Row(line) for line in shown_lines(self._points[number].label).split("\n")]
            draw_card(painter, self._colors, rows, place, frame.plot, is_below=True)

    @override
    def _redraw(self) -> None:
        super()._redraw()
        self._lines.place_handles()

    @override
    def _point_at(self, position: QPointF | None) -> None:
        found = None if position is None else self.point_at(position)
        if found != self._hovered:
            self._hovered = found
            self.hovered.emit(found or "")
            self.update()

    @override
    def _click(self, position: QPointF, modifiers: Qt.KeyboardModifier) -> None:
        found = self.point_at(position)
        if found is None:
            return
        is_pin = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        if modifiers & is_pin:
            self.pinned.emit(found)
            return
        self.select(found)
        self.activated.emit(found)

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._dragged_limit = self._lines.grabbed(event.position())
        if self._dragged_limit is None:
            super().mousePressEvent(event)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._dragged_limit is not None:
            self._lines.drag(self._dragged_limit, event.position())
            return
        if not event.buttons():
            shapes = {0: Qt.CursorShape.SplitHCursor, 1: Qt.CursorShape.SplitVCursor}
            grabbed = self._lines.grabbed(event.position())
            self.setCursor(shapes[grabbed]) if grabbed is not None else self.unsetCursor()
        super().mouseMoveEvent(event)

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._dragged_limit is None:
            super().mouseReleaseEvent(event)
        self._dragged_limit = None

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, is_shifted = Qt.Key(event.key()), event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if key in _STEPS and not is_shifted:
            self._go(_STEPS[key])
        elif key in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and self._current is not None:
            self.activated.emit(self._current)
        elif key is Qt.Key.Key_Space and self._current is not None:
            self.pinned.emit(self._current)
        else:
            super().keyPressEvent(event)

    def _go(self, step: int) -> None:
        """Choose the next point of the front, and say it."""
        if not self._walk:
            return
        number = self._number_of(self._current)
        last = len(self._walk) - 1
        if number in self._walk:
            place = min(max(self._walk.index(number) + step, 0), last)
        else:
            place = 0 if step > 0 else last
        point = self._points[self._walk[place]]
        self.select(point.id)
        self._bring_into_view(self._walk[place])
        self.hovered.emit(point.id)
        announce(self, f"{shown_lines(point.label)} ({place + 1} / {len(self._walk)})")

    def _bring_into_view(self, number: int) -> None:
        x, y = self._places[number].tolist()
        spans = [
            span if span.contains(place) else span.moved(place - span.at(0.5))
            for span, place in zip(self.view, (x, y), strict=True)
        ]
        self.set_view(spans[0], spans[1])
