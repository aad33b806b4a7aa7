from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charts.axis import Axis, Span, span_of

_FINITE = st.floats(-1e9, 1e9)


def test_a_log_axis_shows_positive_finite_values_alone() -> None:
    values = np.array([1.0, 100.0, 0.0, -3.0, np.nan, np.inf])

    places = Axis(is_log=True).to_plot(values)

    assert places[:2].tolist() == [0, 2]
    assert np.isnan(places[2:]).all()


def test_a_linear_axis_shows_finite_values_alone() -> None:
    places = Axis().to_plot(np.array([1.0, np.inf, -2.0, np.nan]))

    assert places[[0, 2]].tolist() == [1, -2]
    assert np.isnan(places[[1, 3]]).all()


@given(value=st.floats(1e-6, 1e6), is_log=st.booleans())
def test_a_value_comes_back_from_its_place(value: float, *, is_log: bool) -> None:
    axis = Axis(is_log=is_log)

    place = float(axis.to_plot(np.array([value]))[0])

    assert axis.from_plot(place) == pytest.approx(value)


@given(low=_FINITE, width=st.floats(1e-3, 1e6), share=st.floats(0, 1), factor=st.floats(0.5, 2))
def test_what_is_under_the_pointer_stays_there_when_zoomed(
    low: float, width: float, share: float, factor: float
) -> None:
    span = Span(low, low + width)
    at = span.at(share)

    zoomed = span.zoomed(factor, at=at)

    if zoomed != span:
        assert zoomed.width == pytest.approx(span.width * factor, rel=1e-3)
        assert zoomed.share(at) == pytest.approx(span.share(at), abs=1e-3)


def test_zooming_ends_where_numbers_end() -> None:
    span = Span(1000.0, 1001.0)
    for _ in range(200):
        span = span.zoomed(0.5, at=1000.5)
    assert span.width > 1e-7

    for _ in range(400):
        span = span.zoomed(2.0, at=1000.5)
    assert math.isfinite(span.low)
    assert math.isfinite(span.high)


@given(low=_FINITE)
def test_one_value_alone_has_a_span_around_it(low: float) -> None:
    span = span_of(low, low)

    assert span.low < low < span.high


def test_nothing_to_see_still_has_a_span() -> None:
    assert span_of(math.nan, math.nan).width > 0
