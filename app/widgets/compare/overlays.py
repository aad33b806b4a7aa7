"""Drawn over the photo: the labels of the sides, the line, the color scale, the loupe."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontMetricsF,
    QImage,
    QLinearGradient,
    QPainter,
    QPainterPath,
    QPen,
)

from app.state.theme import SPACE_M_PX, SPACE_S_PX
from app.widgets.compare.difference_map import scale_colors
from app.widgets.controls import longest_parts

_PILL_ALPHA = 215


class OverlayPainter:
    """Draws overlays in the colors of the theme; lengths are device-independent pixels."""

    def __init__(self) -> None:
        self.ground = QColor("#101113")
        self.ink = QColor("#f5f6f7")
        self.accent = QColor("#4cc9b0")
        self.text_px = 12

    def pill(
        self, painter: QPainter, text: str, area: QRectF, *, at_right: bool, at_bottom: bool = False
    ) -> QRectF:
        """Draw ``text`` in a corner of ``area``; return its rectangle, empty if it does not fit."""
        font = QFont(painter.font())
        font.setPixelSize(self.text_px)
        font.setWeight(QFont.Weight.DemiBold)
        metrics = QFontMetricsF(font)
        room = area.width() - 2 * SPACE_M_PX - 2 * SPACE_S_PX
        # A label that does not fit loses its last parts, or is not shown at all.
        shown = longest_parts(text, fits=lambda part: metrics.horizontalAdvance(part) <= room)
        if not shown:
            return QRectF()
        size = metrics.size(Qt.TextFlag.TextSingleLine.value, shown)
        box = QRectF(0, 0, size.width() + 2 * SPACE_S_PX, size.height() + SPACE_S_PX)
        left = area.right() - SPACE_M_PX - box.width() if at_right else area.left() + SPACE_M_PX
        top = area.bottom() - SPACE_M_PX - box.height() if at_bottom else area.top() + SPACE_M_PX
        box.moveTo(left, top)
        ground = QColor(self.ground)
        ground.setAlpha(_PILL_ALPHA)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 5, 5)
        painter.setPen(self.ink)
        painter.setFont(font)
        # Its letters decide the order: in a mirrored window the last sign of an English label
        # would come first.
        mirrored = painter.layoutDirection()
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, shown)
        painter.setLayoutDirection(mirrored)
        return box

    def line(self, painter: QPainter, start: QPointF, end: QPointF) -> None:
        """Draw the dividing line, upright or level, visible on any photo."""
        # Rectangles: an antialiased pen takes as long as a quarter of the photo.
        ends = QRectF(start, end)
        # A white line in a dark one: visible on white, black and everything between.
        for width, color in ((3.0, QColor(0, 0, 0, 110)), (1.5, QColor(255, 255, 255))):
            painter.fillRect(ends.adjusted(*_around(ends, width / 2)), color)

    def difference_scale(self, painter: QPainter, area: QRectF, *, highest: str) -> None:
        """Draw the legend of the difference map at the bottom left of ``area``."""
        ground = QColor(self.ground)
        ground.setAlpha(_PILL_ALPHA)
        width, height = 220.0, 12.0 + self.text_px * 2.6
        box = QRectF(area.left() + SPACE_M_PX, area.bottom() - SPACE_M_PX - height, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(box, 5, 5)
        bar = QRectF(box.left() + SPACE_S_PX, box.top() + SPACE_S_PX, width - 2 * SPACE_S_PX, 8)
        gradient = QLinearGradient(bar.topLeft(), bar.topRight())
        # Every 51st of 256 colors: the six anchors of the scale.
        for step, (red, green, blue) in enumerate(scale_colors()[::51]):
            gradient.setColorAt(step / 5, QColor(int(red), int(green), int(blue)))
        painter.setBrush(gradient)
        painter.drawRect(bar)
        font = QFont(painter.font())
        font.setPixelSize(self.text_px - 1)
        painter.setFont(font)
        painter.setPen(self.ink)
        line = QRectF(bar.left(), bar.bottom() + 2, bar.width(), self.text_px * 1.7)
        painter.drawText(line, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, "0")
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(line, right, highest)

    def loupe(
        self, painter: QPainter, center: QPointF, radius: float, before: QImage, after: QImage
    ) -> None:
        """Draw the magnified halves in a circle: before left, after right."""
        circle = QRectF(center.x() - radius, center.y() - radius, 2 * radius, 2 * radius)
        painter.save()
        path = _ellipse(circle)
        painter.setClipPath(path)
        painter.drawImage(circle, before)
        # The right half of the circle is drawn over: clip to it within the circle's own clip.
        painter.setClipRect(
            QRectF(center.x(), circle.top(), radius, 2 * radius), Qt.ClipOperation.IntersectClip
        )
        painter.drawImage(circle, after)
        painter.restore()
        self.line(painter, QPointF(center.x(), circle.top()), QPointF(center.x(), circle.bottom()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(0, 0, 0, 120), 4))
        painter.drawEllipse(circle)
        painter.setPen(QPen(QColor(255, 255, 255), 2))
        painter.drawEllipse(circle)


def _ellipse(rect: QRectF) -> QPainterPath:
    path = QPainterPath()
    path.addEllipse(rect)
    return path


def _around(line: QRectF, half: float) -> tuple[float, float, float, float]:
    """Return what to add to the rectangle of a line without width."""
    return (0, -half, 0, half) if line.width() > line.height() else (-half, 0, half, 0)
