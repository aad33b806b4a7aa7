"""What a line chart is given: the points of one curve."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """One curve of a line chart.

    Attributes:
        name: Shown in the legend. Curves of one name share color and legend entry.
        x: Places of the points, such as steps or seconds, float64; sorted where they are not.
        y: Values of the same length, float64. The line has a gap where one is not finite.
        color: None takes the next color of the theme.
        faded: Drawn faintly behind the others, for values that a resumed run replaced.
        smoothed: Smoothed values of the same length; None lets the chart smooth.
    """

    name: str
    x: NDArray[np.float64]
    y: NDArray[np.float64]
    color: QColor | None = None
    faded: bool = False
    dashed: bool = False
    smoothed: NDArray[np.float64] | None = None
