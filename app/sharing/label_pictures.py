"""Names of the sides as small pictures, drawn with the fonts of the system."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter
from PySide6.QtWidgets import QApplication

_PADDING_PX = 8
_RADIUS_PX = 5
_GROUND = QColor(16, 17, 19, 215)
_INK = QColor("#f5f6f7")


def label_picture(text: str, *, text_px: int) -> NDArray[np.uint8]:
    """Return a label as ``(h, w, 4)`` pixels with straight alpha, as the viewer draws them.

    Args:
        text: Plain text of any script.
        text_px: Height of its letters.
    """
    font = QFont(QApplication.font())
    font.setPixelSize(text_px)
    font.setWeight(QFont.Weight.DemiBold)
    size = QFontMetricsF(font).size(Qt.TextFlag.TextSingleLine.value, text)
    padding = _PADDING_PX * text_px / 12
    box = QRectF(0, 0, size.width() + 2 * padding, size.height() + padding)
    image = QImage(
        max(round(box.width()), 1), max(round(box.height()), 1), QImage.Format.Format_RGBA8888
    )
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_GROUND)
    painter.drawRoundedRect(box, _RADIUS_PX, _RADIUS_PX)
    painter.setPen(_INK)
    painter.setFont(font)
    painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    rows = np.frombuffer(image.constBits(), np.uint8)
    return rows.reshape(image.height(), image.width(), 4).copy()
