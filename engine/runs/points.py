"""The points of one metric, in arrays that grow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

Columns: TypeAlias = tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]
"""Steps, values and times in seconds, of equal length."""

_FIRST_CAPACITY = 64


class Points:
    """Points with rising steps, and those that a later point of the same step replaced.

    What is handed out stays as it is: later points are written behind it or elsewhere.
    """

    def __init__(self) -> None:
        self._kept = _Rows()
        self._abandoned = _Rows()

    @property
    def kept(self) -> Columns:
        """The points that count, by rising step."""
        return self._kept.columns()

    @property
    def abandoned(self) -> Columns:
        """The points that were replaced, in the order in which that happened."""
        return self._abandoned.columns()

    def extend(
        self, steps: Sequence[int], values: Sequence[float], times_s: Sequence[float]
    ) -> None:
        """Add points in the order in which they were written."""
        rows = np.array([steps, values, times_s], dtype=np.float64)
        if not rows.shape[1]:
            return
        is_rising = np.all(np.diff(rows[0]) > 0)
        if not is_rising:
            rows = self._drop_repeated(rows)
        # Below the first new step nothing changes.
        self._abandon_from(rows[0, 0])
        self._kept.append(rows)

    def cut(self, step: int) -> None:
        """Abandon all points after ``step``: the run continues from there."""
        # The next step that could be kept; steps are whole numbers.
        self._abandon_from(step + 1)

    def _abandon_from(self, step: float) -> None:
        if len(self._kept) and self._kept.last_step >= step:
            self._abandoned.append(self._kept.cut(step))

    def _drop_repeated(self, rows: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the points of ``rows`` that no later one replaces; the others are abandoned."""
        steps = rows[0]
        # From the end: a point counts if its step is below all later ones.
        later = np.minimum.accumulate(steps[::-1])[::-1]
        counts = np.append(steps[:-1] < later[1:], True)
        self._abandoned.append(rows[:, ~counts])
        remaining: NDArray[np.float64] = rows[:, counts]
        return remaining


class _Rows:
    """Three rows of numbers with room for more."""

    def __init__(self) -> None:
        self._rows = np.empty((3, _FIRST_CAPACITY))
        self._count = 0
        self._is_shared = False

    def __len__(self) -> int:
        return self._count

    @property
    def last_step(self) -> float:
        return float(self._rows[0, self._count - 1])

    def columns(self) -> Columns:
        self._is_shared = True
        view = self._rows[:, : self._count]
        view.flags.writeable = False
        return view[0], view[1], view[2]

    def append(self, rows: NDArray[np.float64]) -> None:
        end = self._count + rows.shape[1]
        if end > self._rows.shape[1]:
            self._move(max(end, 2 * self._rows.shape[1]))
        self._rows[:, self._count : end] = rows
        self._count = end

    def cut(self, step: float) -> NDArray[np.float64]:
        """Remove and return the columns from ``step`` on."""
        at = int(np.searchsorted(self._rows[0, : self._count], step))
        removed: NDArray[np.float64] = self._rows[:, at : self._count].copy()
        self._count = at
        # What comes next would be written over what was handed out.
        if self._is_shared:
            self._move(self._rows.shape[1])
        return removed

    def _move(self, capacity: int) -> None:
        rows = np.empty((3, capacity))
        rows[:, : self._count] = self._rows[:, : self._count]
        self._rows, self._is_shared = rows, False
