"""The points of one curve on given axes, with what drawing a million of them needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.charts.axis import Axis, Span
from app.charts.curve import Curve
from app.charts.extremes import Extremes
from app.charts.smoothing import moving_average

_POINTS_IN_COLUMN = 2


@dataclass(frozen=True, slots=True)
class Trace:
    """What is drawn of a curve: a line in plot coordinates, NaN at its gaps.

    Attributes:
        are_points: Whether each place is a point of the curve, not the extreme of a column.
    """

    x: NDArray[np.float64]
    y: NDArray[np.float64]
    are_points: bool


class Series:
    """A curve on two axes: its points in order of x, their smoothing, and pyramids of both.

    Attributes:
        x: Plot coordinates of the points with an x that the axis can show, increasing.
        y: Their plot coordinates, NaN where a value cannot be shown.
        values: What the curve was given at these points.
    """

    def __init__(self, curve: Curve, x_axis: Axis, y_axis: Axis) -> None:
        self.curve = curve
        self._x_axis = x_axis
        self._y_axis = y_axis
        self._weight = 0.0
        x = x_axis.to_plot(np.asarray(curve.x, np.float64))
        is_shown = np.isfinite(x)
        order = np.flatnonzero(is_shown)
        if np.any(np.diff(x[order]) < 0):
            order = order[np.argsort(x[order], kind="stable")]
        # Almost always all points in their order: no copy then.
        chosen = slice(None) if len(order) == len(x) and _is_sorted(order) else order
        self.x = x[chosen]
        self.values = np.asarray(curve.y, np.float64)[chosen]
        self.y = y_axis.to_plot(self.values)
        self._extremes = Extremes(self.y)
        self._given = None if curve.smoothed is None else np.asarray(curve.smoothed)[chosen]
        self._smooth: NDArray[np.float64] | None = None
        self._smooth_y: NDArray[np.float64] | None = None
        self._smooth_extremes: Extremes | None = None
        if self._given is not None:
            self._set_smooth(self._given)

    @property
    def smoothed_values(self) -> NDArray[np.float64] | None:
        """Smoothed values of all points, None while the curve is not smoothed."""
        return self._smooth

    def smooth(self, weight: float) -> None:
        """Smooth with ``weight``; 0 shows the values alone."""
        if weight == self._weight or self._given is not None:
            return
        self._weight = weight
        if weight <= 0:
            self._smooth = self._smooth_y = self._smooth_extremes = None
        else:
            self._set_smooth(moving_average(self.values, weight))

    def appended(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> Series:
        """Return the series with more points; those at its end cost only their own time."""
        curve = Curve(
            name=self.curve.name,
            x=np.concatenate((self.curve.x, x)),
            y=np.concatenate((self.curve.y, y)),
            color=self.curve.color,
            faded=self.curve.faded,
            dashed=self.curve.dashed,
        )
        series = Series(curve, self._x_axis, self._y_axis)
        series.smooth(self._weight)
        return series

    def trace(self, span: Span, columns: int, *, smoothed: bool = False) -> Trace:
        """Return what to draw of ``span`` on ``columns`` pixel columns."""
        y, extremes = self.y, self._extremes
        if smoothed and self._smooth_y is not None and self._smooth_extremes is not None:
            y, extremes = self._smooth_y, self._smooth_extremes
        first, end = np.searchsorted(self.x, (span.low, span.high), side="left")
        # One point more on either side: the line goes on beyond the edges.
        first, end = max(int(first) - 1, 0), min(int(end) + 1, len(self.x))
        if end - first <= columns * _POINTS_IN_COLUMN:
            return Trace(self.x[first:end], y[first:end], are_points=True)
        # Columns beyond the view hold those points.
        places = span.low + np.arange(-1, columns + 2) * (span.width / columns)
        found = extremes.columns(np.searchsorted(self.x, places, side="left"))
        x = span.low + (found.index - 0.5) * (span.width / columns)
        ends = np.stack((found.low, found.high), axis=1)
        # Up one column and down the next, so that the line follows both edges of the band.
        ends[1::2] = ends[1::2, ::-1]
        return Trace(np.repeat(x, 2), ends.ravel(), are_points=False)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return least and largest x and y in plot coordinates; NaN where there are none."""
        low, high = self._extremes.whole()
        if not len(self.x):
            return np.nan, np.nan, low, high
        return float(self.x[0]), float(self.x[-1]), low, high

    def nearest(self, position: float) -> int | None:
        """Return the number of the point with a value that is nearest to an x."""
        if not len(self.x):
            return None
        after = int(np.searchsorted(self.x, position))
        near = [i for i in (after - 1, after) if 0 <= i < len(self.x)]
        return min(near, key=lambda i: abs(float(self.x[i]) - position))

    def shown_y(self, number: int) -> float:
        """Return the plot coordinate at which a point is drawn: smoothed, where that is shown."""
        y = self.y if self._smooth_y is None else self._smooth_y
        return float(y[number])

    def next_x(self, start: float, distance: float) -> float | None:
        """Return the x of the first point at least ``distance`` after ``start``, or before it."""
        target = start + distance
        if distance > 0:
            number = int(np.searchsorted(self.x, target, side="left"))
            return float(self.x[number]) if number < len(self.x) else None
        number = int(np.searchsorted(self.x, target, side="right")) - 1
        return float(self.x[number]) if number >= 0 else None

    def _set_smooth(self, values: NDArray[np.float64]) -> None:
        self._smooth = values
        self._smooth_y = self._y_axis.to_plot(values)
        self._smooth_extremes = Extremes(self._smooth_y)


def _is_sorted(order: NDArray[np.int64]) -> bool:
    return bool(np.all(np.diff(order) > 0))
