"""Draws bands of curves, column by column, straight into pixels.

Qt strokes a line as a polygon, in a time that grows with its length and its overlaps: a curve of
noise on a dense screen takes seconds. Here each curve takes about a millisecond, whatever it does.

A pixel holds a code: 16 for each curve, plus how much of the pixel the curve covers, 1 to 15.
Codes grow in the order of drawing, so the largest code is what is seen. A column is written as
the four places where its code changes; running sums down the column fill it:

    row      changes        sum
     3                       0
     4      +16 +5          21     curve 1 covers 5/15 of this pixel
     5      +10             31     and all of the next ones
     6                      31
     7      -12             19     3/15
     8      -19              0
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage

LEVELS = 15
_CODES = LEVELS + 1
MOST_COLORS = 256 // _CODES - 1


class ColumnRaster:
    """A picture of bands in at most 15 colors.

    Args:
        width_px: Device pixels.
        height_px: Device pixels.
    """

    def __init__(self, width_px: int, height_px: int) -> None:
        self._codes = np.zeros((height_px, width_px), np.uint8)
        self._colors: list[QColor] = []
        self._used = (height_px, 0)

    @property
    def first_row(self) -> int:
        """The row at which `image` begins."""
        return min(self._used)

    @property
    def is_full(self) -> bool:
        """Whether there is no room for another color."""
        return len(self._colors) == MOST_COLORS

    def add(self, top: NDArray[np.float64], bottom: NDArray[np.float64], color: QColor) -> None:
        """Draw a band over what is there.

        Args:
            top: Upper end in each column, in pixels from the top; NaN for none.
            bottom: Lower end, not above ``top``.
            color: An opaque color.
        """
        height = self._codes.shape[0]
        self._colors.append(color)
        base = _CODES * len(self._colors)
        # Columns that are not above or below the picture altogether.
        columns = np.flatnonzero((bottom > 0) & (top < height))
        if not len(columns):
            return
        top, bottom = np.clip(top[columns], 0, height), np.clip(bottom[columns], 0, height)
        first = np.minimum(top.astype(np.int64), height - 1)
        last = np.minimum(bottom.astype(np.int64), height - 1)
        begin, end = int(first.min()), int(last.max()) + 1
        first, last = first - begin, last - begin
        is_one = first == last
        covered = np.where(is_one, bottom - top, 1.0 - (top - first - begin))
        head = np.clip(np.rint(covered * LEVELS), 1, LEVELS).astype(np.int64)
        tail = np.rint((bottom - last - begin) * LEVELS).astype(np.int64)
        # A band that ends exactly between two pixels has nothing of the second one.
        tail_code = np.where(tail > 0, base + tail, 0)
        # Codes are added modulo 256, so that what falls is added, too.
        changes = np.zeros((end - begin + 1, self._codes.shape[1]), np.uint8)
        _change(changes, first, columns, base + head)
        several = ~is_one
        _change(changes, first + 1, columns, np.where(is_one, -(base + head), LEVELS - head))
        where, at = columns[several], last[several]
        _change(changes, at, where, tail_code[several] - (base + LEVELS))
        _change(changes, at + 1, where, -tail_code[several])
        # Row by row, which is the order in memory: four times as fast as NumPy's own sums.
        for row in range(1, end - begin):
            np.add(changes[row], changes[row - 1], out=changes[row])
        self._used = (min(self._used[0], begin), max(self._used[1], end))
        part = self._codes[begin:end]
        np.maximum(part, changes[:-1], out=part)

    def image(self) -> QImage:
        """Return the rows that are drawn on, transparent where nothing is drawn."""
        codes = self._codes[self.first_row : self._used[1]]
        height, width = codes.shape
        image = QImage(codes.tobytes(), width, height, width, QImage.Format.Format_Indexed8)
        table = [0] * _CODES
        for color in self._colors:
            for level in range(_CODES):
                table.append((255 * level // LEVELS) << 24 | (color.rgb() & 0xFFFFFF))
        image.setColorTable(table)
        return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _change(
    changes: NDArray[np.uint8],
    rows: NDArray[np.int64],
    columns: NDArray[np.int64],
    by: NDArray[np.int64],
) -> None:
    # One place in each column: no place comes twice, which an indexed sum would add once.
    changes[rows, columns] += by.astype(np.uint8)
