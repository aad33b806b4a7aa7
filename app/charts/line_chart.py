"""Curves of one or several runs, for millions of points."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRect, QSizeF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.charts.announcing import announce
from app.charts.axis import Span, span_of
from app.charts.chart_colors import mixed
from app.charts.curve import Curve
from app.charts.curve_painter import Stroke, draw_cursor_dot, draw_marks, draw_strokes
from app.charts.legend import Legend
from app.charts.plot_frame import PlotFrame
from app.charts.plot_view import PlotView
from app.charts.read_out import Row, draw_card
from app.charts.series import Series
from app.charts.ticks import value_text
from app.state.shown_names import shown
from app.state.theme import SPACE_S_PX
from app.widgets.theming import ThemeService

_FAINT = 0.28
_MARGIN = 0.05
_KEY_STEPS = 100


class LineChart(PlotView):
    """Draws curves over a common x axis, with legend, marks and a read-out.

    Signals:
        hovered: The x under the pointer or the keyboard's cursor; NaN when it leaves.
    """

    hovered = Signal(float)

    def __init__(self, theming: ThemeService, parent: QWidget | None = None) -> None:
        super().__init__(theming, parent)
        self._series: list[Series] = []
        self._looks: list[tuple[str, QColor | None, bool, bool]] = []
        self._hidden: set[str] = set()
        self._marks: list[tuple[float, str]] = []
        self._weight = 0.0
        self._cursor: float | None = None
        self._has_legend = True
        self._legend = Legend(self)
        self._legend.toggled.connect(self._on_toggled)

    @property
    def legend(self) -> Legend:
        """The buttons that show and hide curves."""
        return self._legend

    @property
    def cursor_x(self) -> float | None:
        """The x that the read-out is about, None without a read-out."""
        return None if self._cursor is None else self.axes[0].from_plot(self._cursor)

    def set_curves(self, curves: Sequence[Curve]) -> None:
        """Show other curves; those hidden by name stay hidden.

        A curve that begins with the points it had costs no more than those that are new.
        """
        before = {(s.curve.name, s.curve.faded): s for s in self._series}
        looks = [(c.name, c.color, c.faded, c.dashed) for c in curves]
        is_same = looks == self._looks
        self._looks, self._series = looks, []
        for curve in curves:
            series = before.pop((curve.name, curve.faded), None)
            count = -1 if series is None else len(series.given[0])
            if series is None or not series.take(curve):
                series, count = self._made(curve), -1
            is_same = is_same and count == len(curve.x)
            self._series.append(series)
        # Pages show what they read again and again; mostly nothing of it is new.
        if not is_same:
            self._update_legend()
            self._refit()

    def append(self, name: str, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        """Add points at the end of the curve ``name``, the first one that is not faded.

        Raises:
            KeyError: If there is no such curve.
        """
        for series in self._series:
            if series.curve.name == name and not series.curve.faded:
                series.append(np.asarray(x, np.float64), np.asarray(y, np.float64))
                self._refit()
                return
        raise KeyError(name)

    def set_smoothing(self, weight: float) -> None:
        """Smooth all curves: the weight of the past, 0 (not at all) to 0.99."""
        if weight == self._weight:
            return
        self._weight = weight
        for series in self._series:
            series.smooth(weight)
        self._redraw()

    def set_marks(self, marks: Sequence[tuple[float, str]]) -> None:
        """Mark values of x by vertical lines with a text, such as where a run was resumed."""
        if list(marks) != self._marks:
            self._marks = list(marks)
            self._redraw()

    def set_has_legend(self, *, has_legend: bool) -> None:
        """Show the legend, or leave it to a chart beside this one that has the same curves."""
        if has_legend != self._has_legend:
            self._has_legend = has_legend
            self._update_legend()
            self._refit()

    def csv(self) -> str:
        """Return all points as comma-separated values, a line each, with a heading."""
        target = io.StringIO()
        writer = csv.writer(target, lineterminator="\n")
        x_axis, y_axis = self.axes
        writer.writerow(["curve", x_axis.label or "x", y_axis.label or "y"])
        for series in self._series:
            x, y = (values.tolist() for values in series.given)
            writer.writerows(zip([series.curve.name] * len(x), x, y, strict=True))
        return target.getvalue()

    def color_of(self, name: str) -> QColor:
        """Return the color of a curve, by its name."""
        names = list(dict.fromkeys(s.curve.name for s in self._series))
        for series in self._series:
            if series.curve.name == name and series.curve.color is not None:
                return series.curve.color
        return self._colors.curves[names.index(name) % len(self._colors.curves)]

    def _made(self, curve: Curve) -> Series:
        series = Series(curve, *self.axes)
        series.smooth(self._weight)
        return series

    def _shown(self) -> list[Series]:
        return [series for series in self._series if series.curve.name not in self._hidden]

    def _update_legend(self) -> None:
        names = dict.fromkeys(series.curve.name for series in self._series)
        entries = [(name, self.color_of(name)) for name in names]
        # The name of a single curve is that of the chart.
        is_needed = len(entries) > 1 and self._has_legend
        self._legend.set_entries(entries if is_needed else [], self._colors, self.caption_font)
        self._hidden &= set(names)
        self._place_legend()

    def _place_legend(self) -> None:
        width = max(self.width() - 2 * SPACE_S_PX, 0)
        height = self._legend.heightForWidth(width)
        self._legend.resize_to(QRect(SPACE_S_PX, SPACE_S_PX, width, height))

    def _on_toggled(self, name: str, is_shown: bool) -> None:  # noqa: FBT001  # a signal
        if is_shown:
            self._hidden.discard(name)
        else:
            self._hidden.add(name)
        self._refit()

    @override
    def _on_theme(self) -> None:
        super()._on_theme()
        self._update_legend()

    @override
    def _head_px(self, width_px: float) -> float:
        height = self._legend.heightForWidth(int(width_px - 2 * SPACE_S_PX))
        return height + SPACE_S_PX if height else 0.0

    @override
    def _rescale(self) -> None:
        for series in self._series:
            series.set_axes(*self.axes)
        self._cursor = None

    @override
    def _data_spans(self) -> tuple[Span, Span]:
        bounds = np.array([series.bounds() for series in self._shown()]).reshape(-1, 4)
        if not np.isfinite(bounds).any():
            return Span(0.0, 1.0), Span(0.0, 1.0)
        low, high = np.fmin.reduce(bounds), np.fmax.reduce(bounds)
        x_span = span_of(float(low[0]), float(high[1]))
        return x_span, span_of(float(low[2]), float(high[3])).padded(_MARGIN)

    @override
    def _draw_data(self, painter: QPainter, frame: PlotFrame, ratio: float) -> None:
        behind, before = [], []
        for series in self._shown():
            color = self.color_of(series.curve.name)
            if series.curve.faded or series.is_smoothed:
                faint = mixed(color, self._colors.ground, _FAINT)
                behind.append(Stroke(series=series, color=faint, is_faint=True))
            if not series.curve.faded:
                before.append(Stroke(series=series, color=color, is_smooth=series.is_smoothed))
        draw_strokes(painter, frame, behind, ratio=ratio)
        draw_strokes(painter, frame, before, ratio=ratio)

    @override
    def _draw_above(self, painter: QPainter, frame: PlotFrame) -> None:
        axis = self.axes[0]
        marks = zip(
            axis.to_plot(np.array([x for x, _ in self._marks])).tolist(),
            [text for _, text in self._marks],
            strict=True,
        )
        draw_marks(painter, frame, self._colors, [m for m in marks if math.isfinite(m[0])])

    @override
    def _draw_pointed(self, painter: QPainter, frame: PlotFrame) -> None:
        if self._cursor is None or not frame.x_span.contains(self._cursor):
            return
        x = frame.x_px(self._cursor)
        pen = QPen(self._colors.label)
        pen.setWidth(0)
        painter.setPen(pen)
        painter.drawLine(QPointF(x, frame.plot.top()), QPointF(x, frame.plot.bottom()))
        found = list(self._values_at(self._cursor))
        if not found:
            return
        for series, number, y in found:
            at = QPointF(frame.x_px(float(series.x[number])), frame.y_px(y))
            if frame.plot.adjusted(-1, -1, 1, 1).contains(at):
                draw_cursor_dot(painter, at, self.color_of(series.curve.name), self._colors.ground)
        rows = [Row(self._x_text(found[0][0], found[0][1]))]
        rows += [
            Row(shown(s.curve.name), self._value_text(y), self.color_of(s.curve.name))
            for s, _, y in found
        ]
        top = QPointF(x, frame.plot.center().y())
        draw_card(painter, self._colors, rows, top, frame.plot)

    def _values_at(self, position: float) -> Iterator[tuple[Series, int, float]]:
        """Yield for each curve in view its nearest point and what is drawn there."""
        for series in self._shown():
            number = series.nearest(position)
            if number is None or series.curve.faded:
                continue
            y = series.shown_y(number)
            if math.isfinite(y):
                yield series, number, y

    def _x_text(self, series: Series, number: int) -> str:
        axis = self.axes[0]
        text = value_text(axis.from_plot(float(series.x[number])), axis)
        return text if axis.is_time else f"{axis.label} {text}".strip()

    def _value_text(self, y: float) -> str:
        axis = self.axes[1]
        return value_text(axis.from_plot(y), axis)

    def set_cursor(self, x: float | None) -> None:
        """Show the read-out at an x, such as the one hovered in another chart; None hides it."""
        position = math.nan if x is None else float(self.axes[0].to_plot(np.array([x]))[0])
        self._cursor = position if math.isfinite(position) else None
        self.update()

    @override
    def _point_at(self, position: QPointF | None) -> None:
        frame = self.frame
        is_inside = position is not None and frame.plot.contains(position)
        self._cursor = frame.x_at(position.x()) if position is not None and is_inside else None
        self.hovered.emit(math.nan if self.cursor_x is None else self.cursor_x)
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, modifiers = Qt.Key(event.key()), event.modifiers()
        sides = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
        x_span = self.view[0]
        if key in sides and not modifiers & Qt.KeyboardModifier.ShiftModifier:
            # With Ctrl to the next point, however near it is.
            is_fine = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
            share = 1e-9 if is_fine else 1 / _KEY_STEPS
            start = x_span.low if self._cursor is None else self._cursor
            self._walk(start, sides[key] * share * x_span.width)
        elif key is Qt.Key.Key_Home:
            self._walk(-math.inf, 1.0)
        elif key is Qt.Key.Key_End:
            self._walk(math.inf, -1.0)
        else:
            super().keyPressEvent(event)

    def _walk(self, start: float, distance: float) -> None:
        """Move the cursor to a point at least ``distance`` from ``start``, and say it."""
        walked = [series for series in self._shown() if not series.curve.faded]
        steps = [x for series in walked if (x := series.next_x(start, distance)) is not None]
        if not steps:
            return
        self._cursor = min(steps) if distance > 0 else max(steps)
        x_span, y_span = self.view
        if not x_span.contains(self._cursor):
            self.set_view(x_span.moved(self._cursor - x_span.at(0.5)), y_span)
        self.hovered.emit(self.axes[0].from_plot(self._cursor))
        self.update()
        found = list(self._values_at(self._cursor))
        texts = [f"{shown(s.curve.name)}: {self._value_text(y)}" for s, _, y in found]
        announce(self, ", ".join([self._x_text(*found[0][:2]), *texts]) if found else "")

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_legend()

    @override
    def _draw_head(self, painter: QPainter, size: QSizeF) -> None:
        at = QPointF(SPACE_S_PX, SPACE_S_PX)
        self._legend.draw(painter, at, size.width() - 2 * SPACE_S_PX)
