"""The grip between before and after: dragged, moved by keys, read by screen readers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.widgets.drag_handle import PAGE_STEP, STEP, STEPS, DragHandle

GRIP_PX = 36


class SplitHandle(DragHandle):
    """A handle that looks like a grip on the dividing line; its value is the share of "before"."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, orientation=Qt.Orientation.Horizontal, side_px=GRIP_PX)
        self.setValue(STEPS // 2)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._is_across = True
        self._focus_color = QColor("#ffffff")
        self._update_cursor()

    def set_across(self, *, is_across: bool) -> None:
        """Divide left from right (True) or top from bottom."""
        self._is_across = is_across
        self._update_cursor()
        self.update()

    def set_focus_color(self, color: QColor) -> None:
        """Set the color of the ring that marks the keyboard focus."""
        self._focus_color = color
        self.update()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        # Each arrow moves the line in its own direction. Qt's keys go by the orientation of the
        # slider, which is always horizontal: there, Up would move the line to the right.
        moves = {
            Qt.Key.Key_Left: -STEP,
            Qt.Key.Key_Up: -STEP,
            Qt.Key.Key_Right: STEP,
            Qt.Key.Key_Down: STEP,
            Qt.Key.Key_PageUp: -PAGE_STEP,
            Qt.Key.Key_PageDown: PAGE_STEP,
        }
        move = moves.get(Qt.Key(event.key()))
        if move is not None:
            self.setValue(self.value() + move)
        elif event.key() == Qt.Key.Key_Home:
            self.setValue(0)
        elif event.key() == Qt.Key.Key_End:
            self.setValue(STEPS)
        else:
            event.ignore()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        disc = QRectF(self.rect()).adjusted(4, 4, -4, -4)
        if self.hasFocus():
            painter.setPen(QPen(self._focus_color, 2.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(disc.adjusted(-2.5, -2.5, 2.5, 2.5))
        painter.setPen(QPen(QColor(0, 0, 0, 90), 1))
        painter.setBrush(QColor(250, 250, 250))
        painter.drawEllipse(disc)
        painter.setPen(
            QPen(QColor(30, 32, 36), 1.8, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap)
        )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if not self._is_across:
            painter.translate(self.width() / 2, self.height() / 2)
            painter.rotate(90)
            painter.translate(-self.width() / 2, -self.height() / 2)
        # Two arrows, away from the line: < >
        for side in (-1, 1):
            middle = QPointF(self.width() / 2, self.height() / 2)
            points = [QPointF(3.2 * side, -4), QPointF(7.2 * side, 0), QPointF(3.2 * side, 4)]
            painter.drawPolyline(QPolygonF([middle + point for point in points]))
        painter.end()

    def _update_cursor(self) -> None:
        across = Qt.CursorShape.SplitHCursor
        self.setCursor(across if self._is_across else Qt.CursorShape.SplitVCursor)
