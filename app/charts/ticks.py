"""Round positions of grid lines, and their texts."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtCore import QLocale

from app.charts.axis import Axis, Span
from app.state.number_texts import local_numbers

_STEPS = (1.0, 2.0, 5.0, 10.0)
_PREFIXES = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))
_MINUTE_S, _HOUR_S, _DAY_S = 60.0, 3600.0, 86400.0
_TIME_STEPS_S = (
    *(1.0, 2.0, 5.0, 10.0, 15.0, 30.0),
    *(factor * _MINUTE_S for factor in (1, 2, 5, 10, 15, 30)),
    *(factor * _HOUR_S for factor in (1, 2, 3, 6, 12)),
)
_LEAST = 2  # numbers on an axis
_ENOUGH = 5  # steps of which 1, 2 and 5 times a power of ten always leave two in view
_MINUS, _TIMES, _NOT_FINITE = "\u2212", "\u00d7", "\u2013"
_SUPERSCRIPTS = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True, slots=True)
class Tick:
    """A grid line at a plot coordinate; without text between the main lines of a log axis."""

    position: float
    text: str


def ticks(axis: Axis, span: Span, *, most: int) -> list[Tick]:
    """Return the ticks of ``axis`` in ``span``, about ``most`` of them with a text."""
    most = max(most, 1)
    if axis.is_log:
        decades = _decades(span, most)
        # With one power of ten in view, the axis would have one number.
        is_enough = sum(bool(tick.text) for tick in decades) > 1
        return decades if is_enough else _steps_on_log(span, most)
    step = _step(axis, span, most)
    values = _multiples(step, span)
    texts = _time_texts(values, step) if axis.is_time else number_texts(values, step)
    return [Tick(value, text) for value, text in zip(values, texts, strict=True)]


def number_texts(values: list[float], step: float) -> list[str]:
    """Return texts with as many decimals as ``step`` needs and one prefix for all of them."""
    largest = max((abs(value) for value in values), default=0.0)
    if largest == 0:
        return ["0" for _ in values]
    if largest < 1e-3:
        exponent = math.floor(math.log10(largest))
        decimals = _decimals(step / 10.0**exponent)
        return [_scientific(v / 10.0**exponent, exponent, decimals) for v in values]
    scale, prefix = 1.0, ""
    if largest >= 1e4:
        scale, prefix = next((s, p) for s, p in _PREFIXES if largest >= s)
    decimals = _decimals(step / scale)
    return [_plain(value / scale, decimals) + (prefix if value else "") for value in values]


def value_text(value: float, axis: Axis) -> str:
    """Return ``value`` for a read-out: five significant digits, or a duration."""
    if not math.isfinite(value):
        return _NOT_FINITE
    if axis.is_time:
        return duration_text(value)
    if value == round(value) and abs(value) < 1e9:
        return QLocale().toString(round(value))
    if value and not 1e-3 <= abs(value) < 1e6:
        exponent = math.floor(math.log10(abs(value)))
        return _scientific(value / 10.0**exponent, exponent, 3)
    return local_numbers(f"{value:.5g}")


def duration_text(seconds: float) -> str:
    """Return a duration such as "45 s", "3:05 min" or "26:10 h"."""
    whole = round(abs(seconds))
    sign = _MINUS if seconds < 0 and whole else ""
    if whole < _MINUTE_S:
        return f"{sign}{whole} s"
    minutes, rest = divmod(whole, 60)
    if whole < _HOUR_S:
        return f"{sign}{minutes}:{rest:02d} min"
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours}:{minutes:02d} h"


def _step(axis: Axis, span: Span, most: int) -> float:
    rounded = _time_step if axis.is_time else _round_step
    # In a low chart a round step may meet the span only once, and one number is no axis.
    for count in range(most, _ENOUGH):
        step = rounded(span.width / count)
        if len(_multiples(step, span)) >= _LEAST:
            break
    else:
        step = rounded(span.width / max(most, _ENOUGH))
    # A finer step may be too fine: of four numbers and more, every second one leaves two.
    while len(_multiples(step, span)) > max(most, _LEAST) + 1:
        step *= 2
    return step


def _round_step(least: float) -> float:
    """Return 1, 2 or 5 times a power of ten, not below ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(step * power for step in _STEPS if step * power >= least * (1 - 1e-9))


def _time_step(least_s: float) -> float:
    """Return a step that is round for clocks."""
    if least_s < _TIME_STEPS_S[0]:
        return _round_step(least_s)
    for step in _TIME_STEPS_S:
        if step >= least_s:
            return step
    return _round_step(least_s / _DAY_S) * _DAY_S if least_s > _DAY_S else _DAY_S


def _multiples(step: float, span: Span) -> list[float]:
    first, last = math.ceil(span.low / step - 1e-9), math.floor(span.high / step + 1e-9)
    # An exact product with a whole number: adding the step up would drift.
    return [number * step for number in range(first, last + 1)]


def _decades(span: Span, most: int) -> list[Tick]:
    """Return powers of ten, and fine lines at 2 to 9 times them where there is room."""
    first, last = math.floor(span.low), math.ceil(span.high)
    every = max(1, math.ceil(span.width / most))
    found = [
        Tick(float(power), _power_text(power))
        for power in range(first, last + 1)
        if power % every == 0 and span.contains(power)
    ]
    if every == 1:
        fine = [power + math.log10(n) for power in range(first, last + 1) for n in range(2, 10)]
        found += [Tick(position, "") for position in fine if span.contains(position)]
    return found


def _steps_on_log(span: Span, most: int) -> list[Tick]:
    """Return round values on a log axis of less than two decades."""
    low, high = 10.0**span.low, 10.0**span.high
    values = [
        factor * 10.0**power
        for power in range(math.floor(span.low), math.ceil(span.high) + 1)
        for factor in (1, 2, 5)
    ]
    values = [value for value in values if low <= value <= high]
    if len(values) >= 3:
        return [Tick(math.log10(value), number_texts([value], value)[0]) for value in values]
    step = _round_step((high - low) / most)
    values = [value for value in _multiples(step, Span(low, high)) if value > 0]
    texts = number_texts(values, step)
    return [Tick(math.log10(value), text) for value, text in zip(values, texts, strict=True)]


def _time_texts(values: list[float], step: float) -> list[str]:
    """Return durations in the unit that ``step`` is round in."""
    if step < 1:
        return [f"{text} s" for text in number_texts(values, step)]
    if step >= _DAY_S:
        return [f"{_plain(value / _DAY_S, 0)} d" for value in values]
    if step >= _HOUR_S:
        return [f"{_plain(value / _HOUR_S, 0)} h" for value in values]
    if step >= _MINUTE_S and max(map(abs, values), default=0) < _HOUR_S:
        return [f"{_plain(value / _MINUTE_S, 0)} min" for value in values]
    return [duration_text(value) for value in values]


def _decimals(step: float) -> int:
    return next((n for n in range(12) if math.isclose(round(step, n), step, rel_tol=1e-6)), 12)


def _plain(value: float, decimals: int) -> str:
    return local_numbers(f"{value:.{decimals}f}".replace("-", _MINUS))


def _scientific(mantissa: float, exponent: int, decimals: int) -> str:
    if mantissa == 0:
        return "0"
    power = f"10{str(exponent).translate(_SUPERSCRIPTS)}"
    return f"{_plain(mantissa, decimals)}{_TIMES}{power}"


def _power_text(power: int) -> str:
    if -3 <= power <= 3:
        return _plain(10.0**power, max(0, -power))
    return f"10{str(power).translate(_SUPERSCRIPTS)}"
