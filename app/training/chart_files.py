"""Writes a chart into a file."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize
from PySide6.QtGui import QImageWriter

from app.charts.line_chart import LineChart
from engine.api import write_bytes_atomic

_SIZE = QSize(1200, 720)
_RATIO = 2.0


def save_chart(chart: LineChart, kind: str, path: Path) -> None:
    """Write ``chart`` as a picture (``png``), a drawing (``svg``) or a table (``csv``).

    Raises:
        OutputError: If the file cannot be written.
        ValueError: If the kind is another one.
    """
    match kind:
        case "png":
            content = _png(chart)
        case "svg":
            content = chart.svg()
        case "csv":
            content = chart.csv().encode()
        case _:
            raise ValueError(f"charts are not written as {kind!r}")
    write_bytes_atomic(path, content)


def _png(chart: LineChart) -> bytes:
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    QImageWriter(buffer, QByteArray(b"png")).write(chart.image(_SIZE, _RATIO))
    return bytes(buffer.data().data())
