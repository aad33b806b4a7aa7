from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from app.charts.axis import Axis, Span
from app.charts.curve import Curve
from app.charts.series import Series

_LINEAR = Axis()
_LOG = Axis(is_log=True)


def _curve(x: NDArray[np.float64], y: NDArray[np.float64], *, name: str = "run") -> Curve:
    return Curve(name=name, x=x, y=y)


def _noise(count: int, seed: int = 0) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    rng = np.random.default_rng(seed)
    return np.cumsum(rng.uniform(0.1, 2, count)), rng.lognormal(size=count)


@given(
    count=st.integers(2, 20_000),
    columns=st.integers(1, 60),
    share=st.tuples(st.floats(0, 0.9), st.floats(0.05, 1.0)),
    seed=st.integers(0, 3),
)
def test_a_band_holds_the_line_within_a_quarter_of_a_column(
    count: int, columns: int, share: tuple[float, float], seed: int
) -> None:
    x, y = _noise(count, seed)
    series = Series(_curve(x, y), _LINEAR, _LINEAR)
    low = x[0] + share[0] * (x[-1] - x[0])
    span = Span(low, low + share[1] * (x[-1] - x[0]))

    band = series.band(span, columns)

    width = span.width / columns
    for column in range(columns):
        left, right = span.low + column * width, span.low + (column + 1) * width
        # The line, looked at closely, without the margins of the column.
        inside = np.linspace(left + width / 4, right - width / 4, 9)
        inside = inside[(inside >= x[0]) & (inside <= x[-1])]
        points = y[(x > left + width / 4) & (x < right - width / 4)]
        seen = np.concatenate((np.interp(inside, x, y), points))
        if len(seen):
            assert band.low[column] <= seen.min() + 1e-9
            assert band.high[column] >= seen.max() - 1e-9
    drawn = y[(x >= span.low - width) & (x <= span.high + width)]
    if len(drawn):
        edge = np.interp([span.low - width, span.high + width], x, y)
        assert np.nanmax(band.high, initial=-np.inf) <= max(drawn.max(), edge.max()) + 1e-9


def test_columns_between_far_points_are_filled_by_the_line() -> None:
    series = Series(_curve(np.array([0.0, 10.0]), np.array([0.0, 10.0])), _LINEAR, _LINEAR)

    band = series.band(Span(0, 10), 10)

    np.testing.assert_allclose(band.low[1:-1], np.arange(1, 9))
    np.testing.assert_allclose(band.high[1:-1], np.arange(2, 10))


def test_a_missing_value_is_a_gap() -> None:
    x = np.arange(1000.0)
    y = np.ones(1000)
    y[390:610] = np.nan
    series = Series(_curve(x, y), _LINEAR, _LINEAR)

    band = series.band(Span(0, 1000), 10)

    assert np.isnan(band.low).tolist() == [False] * 4 + [True] * 2 + [False] * 4


def test_points_on_a_log_axis_are_those_it_can_show() -> None:
    x, y = np.array([0.0, 1.0, 10.0, 100.0]), np.array([5.0, -1.0, 10.0, 1000.0])
    series = Series(_curve(x, y), _LOG, _LOG)

    assert series.x.tolist() == [0, 1, 2]
    assert series.bounds() == (0, 2, 1, 3)


def test_points_are_put_in_the_order_of_their_x() -> None:
    x, y = np.array([3.0, 1.0, np.nan, 2.0]), np.array([30.0, 10.0, 99.0, 20.0])
    series = Series(_curve(x, y), _LINEAR, _LINEAR)

    line = series.points(Span(0, 4), most=100)

    assert line is not None
    assert line.x.tolist() == [1, 2, 3]
    assert line.y.tolist() == [10, 20, 30]
    assert np.array_equal(series.given[0], x, equal_nan=True)


def test_a_line_goes_on_beyond_the_view() -> None:
    x = np.arange(100.0)
    series = Series(_curve(x, x), _LINEAR, _LINEAR)

    line = series.points(Span(9.5, 12.5), most=100)

    assert line is not None
    assert line.x.tolist() == [9, 10, 11, 12, 13]
    assert series.points(Span(0, 99), most=50) is None


@pytest.mark.parametrize("y_axis", [_LINEAR, _LOG])
@pytest.mark.parametrize("weight", [0.0, 0.9])
@pytest.mark.parametrize("is_ordered", [True, False])
def test_a_curve_that_grew_equals_one_given_at_once(
    y_axis: Axis, weight: float, *, is_ordered: bool
) -> None:
    x, y = _noise(5000)
    y[::7] = np.nan
    if not is_ordered:
        x[4000:] -= 1000
    grown = Series(_curve(x[:3000], y[:3000]), _LINEAR, y_axis)
    grown.smooth(weight)

    for first in range(3000, 5000, 250):
        grown.append(x[first : first + 250], y[first : first + 250])

    once = Series(_curve(x, y), _LINEAR, y_axis)
    once.smooth(weight)
    span = Span(float(once.x[0]), float(once.x[-1]))
    for is_smooth in (False, True):
        found = grown.band(span, 50, is_smooth=is_smooth)
        wanted = once.band(span, 50, is_smooth=is_smooth)
        np.testing.assert_allclose(found.low, wanted.low)
        np.testing.assert_allclose(found.high, wanted.high)
    assert grown.bounds() == once.bounds()


def test_a_longer_state_of_the_same_curve_is_taken_and_another_curve_is_not() -> None:
    x, y = _noise(1000)
    series = Series(_curve(x[:900], y[:900]), _LINEAR, _LINEAR)

    assert series.take(_curve(x.copy(), y.copy()))
    assert len(series.x) == 1000
    assert not series.take(_curve(x[:500], y[:500]))
    assert not series.take(_curve(x, y + 1))
    assert len(series.x) == 1000


def test_smoothing_of_the_callers_own_is_shown() -> None:
    x, y = _noise(50)
    curve = Curve(name="run", x=x, y=y, smoothed=np.full(50, 0.5))
    series = Series(curve, _LINEAR, _LINEAR)

    series.smooth(0.9)

    assert series.is_smoothed
    assert series.shown_y(30) == 0.5


@pytest.mark.parametrize(("position", "number"), [(-5, 0), (1.4, 1), (1.6, 2), (99, 3)])
def test_the_nearest_point_is_found(position: float, number: int) -> None:
    series = Series(_curve(np.arange(4.0), np.zeros(4)), _LINEAR, _LINEAR)

    assert series.nearest(position) == number


def test_steps_along_the_points_go_both_ways_and_end() -> None:
    series = Series(_curve(np.array([0.0, 1.0, 5.0]), np.zeros(3)), _LINEAR, _LINEAR)

    assert series.next_x(0, 0.5) == 1
    assert series.next_x(0, 2) == 5
    assert series.next_x(5, 0.5) is None
    assert series.next_x(5, -0.5) == 1
    assert series.next_x(0, -0.5) is None


def test_a_curve_without_points_has_no_bounds() -> None:
    series = Series(_curve(np.empty(0), np.empty(0)), _LINEAR, _LINEAR)

    assert np.isnan(series.bounds()).all()
    assert series.nearest(0) is None
    assert np.isnan(series.band(Span(0, 1), 5).low).all()
