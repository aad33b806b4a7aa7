"""An array that values can be added to without copying it every time."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_GROWTH = 1.5


class GrowingArray:
    """Float64 values in a buffer with room for more."""

    def __init__(self, values: NDArray[np.float64]) -> None:
        """Begin with ``values``, which are neither copied nor changed."""
        self._buffer = values
        self._count = len(values)

    @property
    def values(self) -> NDArray[np.float64]:
        """All values so far; a view that stays as it is when more are added."""
        return self._buffer[: self._count]

    def append(self, values: NDArray[np.float64]) -> None:
        """Add ``values`` at the end."""
        count = self._count + len(values)
        # The first buffer belongs to the caller: it has no room, so it is never written to.
        if count > len(self._buffer):
            larger = np.empty(int(count * _GROWTH))
            larger[: self._count] = self.values
            self._buffer = larger
        self._buffer[self._count : count] = values
        self._count = count
