"""Drawings as files of vector graphics."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QRect, QSize
from PySide6.QtGui import QPainter
from PySide6.QtSvg import QSvgGenerator


def svg_file(size: QSize, title: str, draw: Callable[[QPainter], None]) -> bytes:
    """Return what ``draw`` draws on an area of ``size`` as an SVG file."""
    buffer = QBuffer()
    generator = QSvgGenerator()
    generator.setOutputDevice(buffer)
    generator.setSize(size)
    generator.setViewBox(QRect(0, 0, size.width(), size.height()))
    generator.setTitle(title)
    painter = QPainter(generator)
    draw(painter)
    painter.end()
    return bytes(buffer.data().data())
