"""Exponential moving averages of long curves."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

HEAVIEST = 0.99
_NEGLIGIBLE = 1e-9


def moving_average(values: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """Return the exponential moving average of ``values``, without bias at its start.

    Each result is the mean of all values up to it, in which the value k places back counts
    ``weight**k``. Missing values (NaN) do not count, and are missing in the result.

    Args:
        values: Float64 of any length.
        weight: 0 to 0.99; 0 returns the values.
    """
    if weight <= 0:
        return values
    weight = min(weight, HEAVIEST)
    is_there = np.isfinite(values)
    total = _weighted_sums(np.where(is_there, values, 0.0), weight)
    total /= _weighted_sums(is_there.astype(np.float64), weight)
    total[~is_there] = np.nan
    return total


def _weighted_sums(values: NDArray[np.float64], weight: float) -> NDArray[np.float64]:
    """Return ``s[i] = values[i] + weight * s[i - 1]``.

    By doubling: after a round each sum covers twice as many values, so that a few vector
    operations do what would be a loop over all points:

        s[i] covers i          s[i] += weight**1 * s[i - 1]
        s[i] covers i-1 … i    s[i] += weight**2 * s[i - 2]
        s[i] covers i-3 … i    s[i] += weight**4 * s[i - 4]   and so on

    It ends where what is left counts less than 1e-9.
    """
    sums = values.copy()
    reach, factor = 1, weight
    while factor > _NEGLIGIBLE and reach < len(sums):
        # The right side is computed first: its values are those before this round.
        sums[reach:] += factor * sums[:-reach]
        reach, factor = 2 * reach, factor * factor
    return sums
