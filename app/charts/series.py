"""The points of one curve on given axes, with what drawing a million of them needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from app.charts.axis import Axis, Span
from app.charts.curve import Curve
from app.charts.extremes import Extremes
from app.charts.growing_array import GrowingArray
from app.charts.smoothing import MovingAverage


@dataclass(frozen=True, slots=True)
class Polyline:
    """Points to join by a line, in plot coordinates; gaps where y is NaN."""

    x: NDArray[np.float64]
    y: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Band:
    """What a line covers of each pixel column, in plot coordinates; NaN where nothing."""

    low: NDArray[np.float64]
    high: NDArray[np.float64]


class _Line:
    """The y of a curve in plot coordinates, with their pyramid."""

    def __init__(self, y: GrowingArray) -> None:
        self.y = y
        self.extremes = Extremes(y.values)

    def extended(self) -> None:
        self.extremes.extend(self.y.values)


class Series:
    """A curve on two axes: its points in order of x, their smoothing, and pyramids of both.

    Attributes:
        curve: What it was made of; later points are not in it.
    """

    def __init__(self, curve: Curve, x_axis: Axis, y_axis: Axis) -> None:
        self.curve = curve
        self._weight = 0.0
        self._average = MovingAverage(0.0)
        self._smooth: _Line | None = None
        self._given = GrowingArray(curve.x), GrowingArray(curve.y)
        self._build(x_axis, y_axis)

    @property
    def x(self) -> NDArray[np.float64]:
        """Plot coordinates of the points with an x that the axis can show, increasing."""
        return self._x.values

    @property
    def given(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """The x and y of all points as they were given."""
        return self._given[0].values, self._given[1].values

    @property
    def is_smoothed(self) -> bool:
        """Whether smoothed values are shown in place of those that were given."""
        return self._smooth is not None

    def set_axes(self, x_axis: Axis, y_axis: Axis) -> None:
        """Take other scales."""
        weight = self._weight
        self._build(x_axis, y_axis)
        self.smooth(weight)

    def smooth(self, weight: float) -> None:
        """Smooth with ``weight``; 0 shows the values alone."""
        if weight == self._weight or self.curve.smoothed is not None:
            return
        self._weight = weight
        self._average = MovingAverage(weight)
        self._smooth = None
        if weight > 0:
            smoothed = self._average.extend(self._y_values.values)
            self._smooth = _Line(GrowingArray(self._y_axis.to_plot(smoothed)))

    def take(self, curve: Curve) -> bool:
        """Take a later state of the same curve; False where its first points are others."""
        given_x, given_y = self.given
        count = len(given_x)
        if curve.smoothed is not None or self.curve.smoothed is not None or len(curve.x) < count:
            return False
        is_longer = np.array_equal(curve.x[:count], given_x)
        if not is_longer or not np.array_equal(curve.y[:count], given_y, equal_nan=True):
            return False
        self.curve = curve
        if len(curve.x) > count:
            self.append(curve.x[count:], curve.y[count:])
        return True

    def append(self, x: NDArray[np.float64], y: NDArray[np.float64]) -> None:
        """Add points; those beyond the last one cost only their own time."""
        self._given[0].append(x)
        self._given[1].append(y)
        more = self._x_axis.to_plot(x)
        is_next = bool(np.isfinite(more).all()) and bool(np.all(np.diff(more) >= 0))
        if not is_next or (len(self.x) and len(more) and more[0] < self.x[-1]):
            self.set_axes(self._x_axis, self._y_axis)
            return
        # Arrays that are those given have grown with them.
        if self._x is not self._given[0]:
            self._x.append(more)
        if self._y_values is not self._given[1]:
            self._y_values.append(y)
        if self._line.y is not self._y_values:
            self._line.y.append(self._y_axis.to_plot(y))
        self._line.extended()
        if self._smooth is not None:
            is_own = self.curve.smoothed is None
            added = self._average.extend(y) if is_own else np.full(len(y), np.nan)
            self._smooth.y.append(self._y_axis.to_plot(added))
            self._smooth.extended()

    def points(self, span: Span, *, is_smooth: bool = False, most: int) -> Polyline | None:
        """Return the points in ``span`` and one on either side, None if more than ``most``."""
        first, end = np.searchsorted(self.x, (span.low, span.high), side="left")
        # The line goes on beyond the edges of the view.
        first, end = max(int(first) - 1, 0), min(int(end) + 1, len(self.x))
        if end - first > most:
            return None
        return Polyline(self.x[first:end], self._drawn(is_smooth).y.values[first:end])

    def band(self, span: Span, columns: int, *, is_smooth: bool = False) -> Band:
        r"""Return what the line covers of each of ``columns`` pixel columns of ``span``.

        That is from the least to the largest of the points in the column and of the line's
        crossings of both its edges:

            |    /\   |/
            |\  /  \  +        the crossings join the bars of neighboring columns,
            + \/    \/|        and fill columns without points
        """
        line = self._drawn(is_smooth)
        places = np.linspace(span.low, span.high, columns + 1)
        edges = np.searchsorted(self.x, places, side="left")
        crossings = self._crossings(line.y.values, places, edges)
        low, high = np.full((2, columns), np.nan)
        found = line.extremes.columns(edges)
        low[found.index], high[found.index] = found.low, found.high
        low = np.fmin(low, np.fmin(crossings[:-1], crossings[1:]))
        high = np.fmax(high, np.fmax(crossings[:-1], crossings[1:]))
        return Band(low, high)

    def bounds(self) -> tuple[float, float, float, float]:
        """Return least and largest x and y in plot coordinates; NaN where there are none."""
        low, high = self._line.extremes.whole()
        if not len(self.x):
            return np.nan, np.nan, low, high
        return float(self.x[0]), float(self.x[-1]), low, high

    def nearest(self, position: float) -> int | None:
        """Return the number of the point that is nearest to an x, None without points."""
        if not len(self.x):
            return None
        after = int(np.searchsorted(self.x, position))
        near = [i for i in (after - 1, after) if 0 <= i < len(self.x)]
        return min(near, key=lambda i: abs(float(self.x[i]) - position))

    def shown_y(self, number: int) -> float:
        """Return the plot coordinate at which a point is drawn: smoothed, where that is shown."""
        return float(self._drawn(self.is_smoothed).y.values[number])

    def next_x(self, start: float, distance: float) -> float | None:
        """Return the x of the first point at least ``distance`` after ``start``, or before it."""
        target = start + distance
        if distance > 0:
            number = int(np.searchsorted(self.x, target, side="left"))
            return float(self.x[number]) if number < len(self.x) else None
        number = int(np.searchsorted(self.x, target, side="right")) - 1
        return float(self.x[number]) if number >= 0 else None

    def _build(self, x_axis: Axis, y_axis: Axis) -> None:
        self._x_axis, self._y_axis = x_axis, y_axis
        self._weight, self._smooth = 0.0, None
        given_x, given_y = self.given
        x = x_axis.to_plot(given_x)
        self._x: GrowingArray
        self._y_values: GrowingArray
        order = _order(x)
        # Almost always all points in their order. The arrays are shared then, not copied.
        if order is None:
            self._x = self._given[0] if x is given_x else GrowingArray(x)
            self._y_values = self._given[1]
        else:
            self._x, self._y_values = GrowingArray(x[order]), GrowingArray(given_y[order])
        y = y_axis.to_plot(self._y_values.values)
        is_shared = np.shares_memory(y, self._y_values.values)
        self._line = _Line(self._y_values if is_shared else GrowingArray(y))
        if self.curve.smoothed is not None:
            more = np.full(len(given_x) - len(self.curve.smoothed), np.nan)
            smoothed = np.concatenate((self.curve.smoothed, more))
            shown = smoothed if order is None else smoothed[order]
            self._smooth = _Line(GrowingArray(y_axis.to_plot(shown)))

    def _drawn(self, is_smooth: bool) -> _Line:  # noqa: FBT001
        return self._smooth if is_smooth and self._smooth is not None else self._line

    def _crossings(
        self, y: NDArray[np.float64], places: NDArray[np.float64], edges: NDArray[np.int64]
    ) -> NDArray[np.float64]:
        """Return where the line is at ``places``, NaN where it is not."""
        found = np.full(len(places), np.nan)
        inside = np.flatnonzero((edges > 0) & (edges < len(y)))
        after, before = edges[inside], edges[inside] - 1
        share = (places[inside] - self.x[before]) / (self.x[after] - self.x[before])
        found[inside] = y[before] + share * (y[after] - y[before])
        return found


def _order(x: NDArray[np.float64]) -> NDArray[np.int64] | None:
    """Return the numbers of the points with a place, by their place; None if that changes nothing.

    Of equal places, the earlier point stays first.
    """
    # A comparison with NaN is false.
    if np.all(x[1:] >= x[:-1]) and np.isfinite(x[:1]).all():
        return None
    shown = np.flatnonzero(np.isfinite(x))
    return shown[np.argsort(x[shown], kind="stable")]
