"""Exponential moving averages of long curves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HEAVIEST = 0.99
_NEGLIGIBLE = 1e-9
_BLOCK = 4096
"""Values that are worked on at once: they stay in the processor's cache."""


class MovingAverage:
    """The exponential moving average of values that come in parts, without bias at their start.

    Each result is the mean of all values up to it, in which the value k places back counts
    ``weight**k``. Missing values (NaN) do not count, and are missing in the result.
    """

    def __init__(self, weight: float) -> None:
        """Use ``weight``, 0 (the values themselves) to 0.99."""
        self._weight = min(max(weight, 0.0), HEAVIEST)
        self._total = 0.0
        self._count = 0.0

    def extend(self, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the averages at ``values``, which come after those of the calls before."""
        if self._weight == 0:
            return values
        averages = np.empty(len(values))
        for first in range(0, len(values), _BLOCK):
            part = values[first : first + _BLOCK]
            is_there = np.isfinite(part)
            totals = weighted_sums(np.where(is_there, part, 0.0), self._weight, self._total)
            counts = weighted_sums(is_there.astype(np.float64), self._weight, self._count)
            self._total, self._count = float(totals[-1]), float(counts[-1])
            totals[~is_there] = np.nan
            # Before the first value there is nothing to divide by, and NaN over 1 is NaN.
            averages[first : first + _BLOCK] = totals / np.maximum(counts, _NEGLIGIBLE)
        return averages


def weighted_sums(values: NDArray[np.float64], weight: float, before: float) -> NDArray[np.float64]:
    """Return ``s[i] = values[i] + weight * s[i - 1]``, where ``s[-1]`` is ``before``.

    By doubling: after a round each sum covers twice as many values, so that a few vector
    operations do what would be a loop over all points:

        s[i] covers i          s[i] += weight**1 * s[i - 1]
        s[i] covers i-1 … i    s[i] += weight**2 * s[i - 2]
        s[i] covers i-3 … i    s[i] += weight**4 * s[i - 4]   and so on

    It ends where what is left counts less than 1e-9.
    """
    sums = values.copy()
    sums[0] += weight * before
    reach, factor = 1, weight
    while factor > _NEGLIGIBLE and reach < len(sums):
        # The right side is computed first: its values are those before this round.
        sums[reach:] += factor * sums[:-reach]
        reach, factor = 2 * reach, factor * factor
    return sums
