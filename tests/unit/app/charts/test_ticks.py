from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QLocale

from app.charts.axis import Axis, Span
from app.charts.ticks import duration_text, number_texts, ticks, value_text


@given(
    low=st.floats(-1e6, 1e6),
    width=st.floats(1e-4, 1e6),
    most=st.integers(2, 12),
    is_time=st.booleans(),
)
def test_ticks_are_in_view_evenly_apart_and_told_apart(
    low: float, width: float, most: int, *, is_time: bool
) -> None:
    span = Span(low, low + width)

    found = ticks(Axis(is_time=is_time), span, most=most)

    assert len(found) <= most + 1
    slack = span.width * 1e-6
    assert all(span.low - slack <= tick.position <= span.high + slack for tick in found)
    steps = [b.position - a.position for a, b in pairwise(found)]
    assert all(step == pytest.approx(steps[0], rel=1e-3) for step in steps)
    if width > 1e-3 * abs(low):
        assert len({tick.text for tick in found}) == len(found)


@given(low=st.floats(-1e3, 1e3), width=st.floats(1e-2, 1e6), most=st.integers(1, 3))
def test_the_lowest_chart_has_two_numbers(low: float, width: float, most: int) -> None:
    assert len(ticks(Axis(), Span(low, low + width), most=most)) >= 2


@given(low=st.floats(-6, 6), width=st.floats(0.01, 12), most=st.integers(2, 10))
def test_ticks_of_a_log_axis_are_in_view_and_increase(low: float, width: float, most: int) -> None:
    span = Span(low, low + width)

    found = ticks(Axis(is_log=True), span, most=most)

    assert all(span.low - 1e-9 <= tick.position <= span.high + 1e-9 for tick in found)
    named = [tick.position for tick in found if tick.text]
    assert named == sorted(named)


@pytest.mark.parametrize(
    ("low", "high", "texts"),
    [
        (0, 100, ["0", "20", "40", "60", "80", "100"]),
        (26.1, 30.2, ["27", "28", "29", "30"]),
        (0, 250_000, ["0", "50k", "100k", "150k", "200k", "250k"]),
        (0, 2e-4, ["0", "0.5\u00d710⁻⁴", "1.0\u00d710⁻⁴", "1.5\u00d710⁻⁴", "2.0\u00d710⁻⁴"]),
        (-0.2, 0.2, ["\u22120.2", "\u22120.1", "0.0", "0.1", "0.2"]),
    ],
)
def test_numbers_are_round_and_short(low: float, high: float, texts: list[str]) -> None:
    assert [tick.text for tick in ticks(Axis(), Span(low, high), most=5)] == texts


@pytest.mark.parametrize(
    ("high_s", "texts"),
    [
        (50, ["0 s", "10 s", "20 s", "30 s", "40 s", "50 s"]),
        (3000, ["0 min", "10 min", "20 min", "30 min", "40 min", "50 min"]),
        (20_000, ["0 h", "1 h", "2 h", "3 h", "4 h", "5 h"]),
        (5 * 86400, ["0 d", "1 d", "2 d", "3 d", "4 d", "5 d"]),
    ],
)
def test_durations_have_steps_of_clocks(high_s: float, texts: list[str]) -> None:
    assert [tick.text for tick in ticks(Axis(is_time=True), Span(0, high_s), most=6)] == texts


def test_a_log_axis_of_many_decades_names_powers_of_ten() -> None:
    found = ticks(Axis(is_log=True), Span(-5, 2), most=8)

    named = {tick.position: tick.text for tick in found if tick.text}
    assert named[-5] == "10⁻⁵"
    assert named[-2] == "0.01"
    assert named[0] == "1"
    # Fine lines at 2 to 9 times each power.
    assert any(tick.position == pytest.approx(math.log10(0.03)) for tick in found)


def test_a_log_axis_of_less_than_a_decade_has_numbers_all_the_same() -> None:
    found = ticks(Axis(is_log=True), Span(math.log10(24), math.log10(31)), most=5)

    assert [tick.text for tick in found] == ["24", "26", "28", "30"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (120_000, "120,000"),
        (29.41276, "29.413"),
        (0.000123456, "1.235\u00d710⁻⁴"),
        (math.nan, "\u2013"),
        (0.0, "0"),
    ],
)
def test_read_outs_have_five_significant_digits(value: float, text: str) -> None:
    before = QLocale()
    QLocale.setDefault(QLocale("en_US"))
    try:
        assert value_text(value, Axis()) == text
    finally:
        QLocale.setDefault(before)


@pytest.mark.parametrize(
    ("seconds", "text"), [(45, "45 s"), (185, "3:05 min"), (94200, "26:10 h"), (59.6, "1:00 min")]
)
def test_durations_are_read_as_on_a_clock(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_numbers_have_the_decimal_mark_of_the_language() -> None:
    before = QLocale()
    QLocale.setDefault(QLocale("de_DE"))
    try:
        assert number_texts([0.5, 1.0], 0.5) == ["0,5", "1,0"]
    finally:
        QLocale.setDefault(before)
