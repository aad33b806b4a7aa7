"""Axes and the part of them in view.

A plot works in *plot coordinates*: the value itself, or its base-10 logarithm on a log axis.
Panning and zooming are linear there on both kinds of axis.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

_SMALLEST_SHARE = 1e-9
_LARGEST = 1e15


@dataclass(frozen=True, slots=True, kw_only=True)
class Axis:
    """The scale of one direction.

    Attributes:
        label: Name of the quantity with its unit, such as "PSNR (dB)".
        is_log: Whether equal distances are equal ratios.
        is_time: Whether values are durations in seconds.
    """

    label: str = ""
    is_log: bool = False
    is_time: bool = False

    def to_plot(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return plot coordinates; NaN for what the axis cannot show.

        These are ``values`` themselves, not a copy, where they are.
        """
        if not self.is_log:
            is_finite = np.isfinite(values)
            return values if is_finite.all() else np.where(is_finite, values, np.nan)
        shown = np.isfinite(values) & (values > 0)
        return np.log10(values, where=shown, out=np.full(len(values), np.nan))

    def from_plot(self, position: float) -> float:
        """Return the value at a plot coordinate."""
        return float(10.0**position) if self.is_log else position


@dataclass(frozen=True, slots=True)
class Span:
    """A range of plot coordinates, ``low`` < ``high``."""

    low: float
    high: float

    @property
    def width(self) -> float:
        """The distance between both ends."""
        return self.high - self.low

    def share(self, position: float) -> float:
        """Return where ``position`` lies, 0 at the low end and 1 at the high end."""
        return (position - self.low) / self.width

    def at(self, share: float) -> float:
        """Return the coordinate at a share of the span."""
        return self.low + share * self.width

    def contains(self, position: float) -> bool:
        """Whether ``position`` is in the span."""
        return self.low <= position <= self.high

    def zoomed(self, factor: float, *, at: float) -> Span:
        """Return a span that is ``factor`` times as wide; the coordinate ``at`` keeps its share.

        Beyond the precision of the numbers, the span stays as it is.
        """
        width = self.width * factor
        largest = max(abs(self.low), abs(self.high))
        if not largest * _SMALLEST_SHARE < width < _LARGEST:
            return self
        low = at - (at - self.low) * factor
        return Span(low, low + width)

    def moved(self, by: float) -> Span:
        """Return the span shifted by ``by``."""
        return Span(self.low + by, self.high + by)

    def padded(self, share: float) -> Span:
        """Return a span that is wider by ``share`` at both ends."""
        more = self.width * share
        return Span(self.low - more, self.high + more)


def span_of(low: float, high: float) -> Span:
    """Return the span from ``low`` to ``high``, wider where both are the same.

    Any span is returned where a bound is not finite: there is nothing to see.
    """
    if not (math.isfinite(low) and math.isfinite(high)):
        return Span(0.0, 1.0)
    # Below the precision of the numbers, ticks could not be told apart.
    if high - low > max(abs(low), abs(high)) * _SMALLEST_SHARE:
        return Span(low, high)
    margin = abs(low) * 0.05 or 0.5
    return Span(low - margin, high + margin)
