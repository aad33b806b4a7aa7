"""Points from NumPy to Qt."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QByteArray, QDataStream
from PySide6.QtGui import QPolygonF

_FARTHEST_PX = 1e5


def polygon(x: NDArray[np.float64], y: NDArray[np.float64]) -> QPolygonF:
    """Return a polygon through finite points, given in pixels.

    Far outside the window they are moved nearer: Qt's rasterizer has fixed-point numbers.
    """
    points = np.empty((len(x), 2), dtype=">f8")
    points[:, 0] = np.clip(x, -_FARTHEST_PX, _FARTHEST_PX)
    points[:, 1] = np.clip(y, -_FARTHEST_PX, _FARTHEST_PX)
    # Qt's own format of a QPolygonF in a stream: the count, then pairs of big-endian doubles.
    # Ten times as fast as making a QPointF of each point.
    content = len(x).to_bytes(4, "big") + points.tobytes()
    result = QPolygonF()
    QDataStream(QByteArray(content)) >> result
    return result
