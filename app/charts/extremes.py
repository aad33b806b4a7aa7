"""Minimum and maximum of each pixel column, found without reading every point.

A pyramid keeps the extremes of every 16, 64, 256, … points:

    points    ▁▃▂▇▅▂▁▆▄▃▂▅ …
    level 1   [    16     ][    16     ] …
    level 2   [           64            ] …

A column that covers many points reads the coarsest level that still has four entries in it. Its
edges are moved to the nearest entry, which is at most an eighth of a pixel away. So no extreme
value is lost, and each is drawn in its column or at the edge of the next one.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

_FIRST = 16
_FACTOR = 4
_ENTRIES = 4
"""Entries of a level in a column, at least."""


@dataclass(frozen=True, slots=True)
class Columns:
    """Extremes of pixel columns that have points; NaN where none of its points has a value.

    Attributes:
        index: Number of each column, increasing, int64.
        low: Least value of each column, float64.
        high: Largest value of each column, float64.
    """

    index: NDArray[np.int64]
    low: NDArray[np.float64]
    high: NDArray[np.float64]


class Extremes:
    """The pyramid of one curve, whose values can be added to."""

    def __init__(self, values: NDArray[np.float64]) -> None:
        """Build the pyramid over ``values``; NaN stands for a missing value."""
        self._count = 0
        self._sizes = [1]
        self._lows = [values]
        self._highs = [values]
        self.extend(values)

    def extend(self, values: NDArray[np.float64]) -> None:
        """Take longer ``values``, which begin with the values so far."""
        self._lows[0] = self._highs[0] = values
        size, level = _FIRST, 1
        while size * _ENTRIES <= len(values):
            if level == len(self._sizes):
                self._sizes.append(size)
                self._lows.append(np.empty(0))
                self._highs.append(np.empty(0))
            # Entries that had all their points stay as they are.
            kept = min(self._count // size, len(self._lows[level]))
            step = size // self._sizes[level - 1]
            below = self._lows[level - 1][kept * step :], self._highs[level - 1][kept * step :]
            starts = np.arange(0, len(below[0]), step)
            low, high = np.fmin.reduceat(below[0], starts), np.fmax.reduceat(below[1], starts)
            self._lows[level] = np.concatenate((self._lows[level][:kept], low))
            self._highs[level] = np.concatenate((self._highs[level][:kept], high))
            size, level = size * _FACTOR, level + 1
        self._count = len(values)

    def whole(self) -> tuple[float, float]:
        """Return the least and the largest of all values; NaN where there are none."""
        low, high = self._lows[-1], self._highs[-1]
        if not len(low):
            return np.nan, np.nan
        return float(np.fmin.reduce(low)), float(np.fmax.reduce(high))

    def columns(self, edges: NDArray[np.int64]) -> Columns:
        """Return the extremes of columns.

        Args:
            edges: Where columns begin and end, as numbers of points, not decreasing: column i
                has the points from ``edges[i]`` up to, not including, ``edges[i + 1]``.
        """
        levels = self._levels(np.diff(edges))
        sizes = np.array(self._sizes)
        # An edge between two levels is moved to an entry of the coarser one, which is an
        # entry of the finer one, too.
        unit = sizes[np.maximum(np.append(levels, 0), np.insert(levels, 0, 0))]
        moved = (edges + unit // 2) // unit * unit
        # Outward at both ends: nothing beyond them would show what is lost.
        moved[0] = edges[0] // unit[0] * unit[0]
        moved[-1] = -(-edges[-1] // unit[-1]) * unit[-1]
        parts = []
        cuts = [0, *(np.flatnonzero(np.diff(levels)) + 1), len(levels)]
        for first, end in pairwise(cuts):
            if end > first:
                parts.append(self._run(moved[first : end + 1], int(levels[first]), first))
        if not parts:
            return Columns(np.empty(0, np.int64), np.empty(0), np.empty(0))
        index, low, high = (np.concatenate(part) for part in zip(*parts, strict=True))
        return Columns(index, low, high)

    def _levels(self, counts: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the level that each column reads."""
        limits = np.array(self._sizes[1:]) * _ENTRIES
        levels = np.searchsorted(limits, counts, side="right").astype(np.int64)
        # No coarser than its neighbors, or the edge that both share would move too far
        # for the one with fewer points.
        padded = np.pad(levels, 1, mode="edge") if len(levels) else np.zeros(2, np.int64)
        return np.minimum(np.minimum(padded[:-2], padded[2:]), levels)

    def _run(
        self, edges: NDArray[np.int64], level: int, first: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
        """Return the extremes of neighboring columns that read the same level."""
        size = self._sizes[level]
        starts = edges // size
        filled = np.flatnonzero(np.diff(starts) > 0)
        if not len(filled):
            return filled, np.empty(0), np.empty(0)
        # The end of each filled column is the start of the next filled one.
        at = starts[filled]
        end = int(starts[-1])
        low = np.fmin.reduceat(self._lows[level][:end], at)
        high = np.fmax.reduceat(self._highs[level][:end], at)
        return filled + first, low, high
