"""Draws thousands of equal marks, straight into pixels.

Qt draws marks one by one, ten microseconds each. Here a mark is stamped for all points at once,
pixel by pixel of the mark.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF

_CODES = 64
_OUTLINE_SHARE = 0.2
DIAMOND_GROWTH = 1.25


class Stamps:
    """A picture of marks in up to four colors; the marks of a later color cover earlier ones.

    A pixel holds a code: 64 for each color, plus how much of the pixel is covered, 1 to 63.

    Args:
        width_px: Device pixels.
        height_px: Device pixels.
        reach_px: How far the largest mark reaches from its point, rounded up.
    """

    def __init__(self, width_px: int, height_px: int, *, reach_px: int) -> None:
        # Marks may be cut off by an edge: a frame around the picture takes what is outside.
        self._frame_px = reach_px + 2
        size = height_px + 2 * self._frame_px, width_px + 2 * self._frame_px
        self._codes = np.zeros(size, np.uint8)
        self._colors: list[QColor] = []

    def add(
        self,
        x: NDArray[np.float64],
        y: NDArray[np.float64],
        color: QColor,
        *,
        size_px: float,
        is_filled: bool,
    ) -> None:
        """Stamp discs, or hollow diamonds, around points in the picture, in device pixels."""
        mark = _mark(round(size_px * 4) / 4, is_filled=is_filled)
        reach = len(mark) // 2
        rows, columns = self._codes.shape
        # Whole pixels: one picture of the mark serves all points.
        at_x = np.floor(x).astype(np.int64) + self._frame_px
        at_y = np.floor(y).astype(np.int64) + self._frame_px
        is_in = (at_x >= reach) & (at_x < columns - reach) & (at_y >= reach)
        is_in &= at_y < rows - reach
        places = at_y[is_in] * columns + at_x[is_in]
        codes = self._codes.reshape(-1)
        base = _CODES * len(self._colors)
        for row, column in np.argwhere(mark):
            # Points that share a pixel write the same value there: their order does not matter.
            at = places + ((row - reach) * columns + column - reach)
            codes[at] = np.maximum(codes[at], base + mark[row, column])
        self._colors.append(color)

    def image(self) -> QImage:
        """Return the picture, transparent where there is no mark."""
        inner = self._frame_px
        codes = self._codes[inner:-inner, inner:-inner]
        height, width = codes.shape
        image = QImage(codes.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
        image.setColorTable(
            [
                (255 * level // (_CODES - 1)) << 24 | (color.rgb() & 0xFFFFFF)
                for color in self._colors
                for level in range(_CODES)
            ]
        )
        return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


@lru_cache(maxsize=64)
def _mark(size_px: float, *, is_filled: bool) -> NDArray[np.uint8]:
    """Return how much a mark covers of each pixel, 0 to 63, in a square of odd size."""
    outer_px = size_px if is_filled else size_px * DIAMOND_GROWTH
    side = 2 * int(np.ceil(outer_px / 2 + 1)) + 1
    image = QImage(side, side, QImage.Format.Format_Grayscale8)
    image.fill(0)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.translate(side / 2, side / 2)
    half = outer_px / 2
    if is_filled:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawEllipse(QRectF(-half, -half, outer_px, outer_px))
    else:
        pen = QPen(QColor(Qt.GlobalColor.white), max(size_px * _OUTLINE_SHARE, 1.2))
        pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        painter.setPen(pen)
        painter.rotate(45)
        edge = half / 2**0.5
        painter.drawPolygon(QPolygonF(QRectF(-edge, -edge, 2 * edge, 2 * edge)))
    painter.end()
    # Rows of a QImage begin at multiples of four bytes.
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(side, image.bytesPerLine())
    return pixels[:, :side] // np.uint8(256 // _CODES)
