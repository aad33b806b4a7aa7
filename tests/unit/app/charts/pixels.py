"""Counts what was drawn in a color."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QImage


def _pixels(image: QImage) -> NDArray[np.int64]:
    copy = image.convertToFormat(QImage.Format.Format_RGBA8888)
    rows = np.frombuffer(copy.constBits(), np.uint8).reshape(copy.height(), copy.bytesPerLine())
    return rows[:, : 4 * copy.width()].reshape(copy.height(), copy.width(), 4).astype(np.int64)


def count_of(image: QImage, color: QColor) -> int:
    """Return the number of pixels of exactly this color."""
    wanted = [color.red(), color.green(), color.blue()]
    return int((_pixels(image)[:, :, :3] == wanted).all(axis=2).sum())


def near_colors(
    image: QImage, color: QColor, *, left: int = 0, bottom: int | None = None, within: int = 60
) -> int:
    """Return the number of pixels nearly of this color, from ``left`` on and above ``bottom``."""
    wanted = [color.red(), color.green(), color.blue()]
    distances = np.abs(_pixels(image)[:bottom, left:, :3] - wanted).max(axis=2)
    return int((distances <= within).sum())
