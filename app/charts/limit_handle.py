"""The grip of a limit in a scatter chart: dragged, moved by keys, read by screen readers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.widgets.drag_handle import PAGE_STEP, STEP, STEPS, DragHandle

SIDE_PX = 20
_HALF_PX = 5.5
_TIP_PX = 7.5


class LimitHandle(DragHandle):
    """A handle that looks like a pointer to a line of the chart.

    The value is the place of the limit in the view; it is at the end that permits everything
    where there is no limit.

    Signals:
        stepped: The value that keys moved it to.
    """

    stepped = Signal(int)

    def __init__(self, parent: QWidget, *, is_across: bool) -> None:
        orientation = Qt.Orientation.Horizontal if is_across else Qt.Orientation.Vertical
        super().__init__(parent, orientation=orientation, side_px=SIDE_PX)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._is_across = is_across
        self._color = QColor()
        self._focus_color = QColor()
        shape = Qt.CursorShape.SplitHCursor if is_across else Qt.CursorShape.SplitVCursor
        self.setCursor(shape)

    def set_colors(self, color: QColor, focus_color: QColor) -> None:
        """Draw in other colors."""
        self._color, self._focus_color = color, focus_color
        self.update()

    def show_at(self, share: float, tip: QPointF) -> None:
        """Point at a place in the parent, at a share of the view, without a signal."""
        with QSignalBlocker(self):
            self.setValue(round(min(max(share, 0.0), 1.0) * STEPS))
        middle = QPointF(SIDE_PX / 2, SIDE_PX / 2)
        # The tip is at the lower edge of the grip across, at the left edge of the other.
        offset = QPointF(0, _TIP_PX) if self._is_across else QPointF(-_TIP_PX, 0)
        self.move((tip - offset - middle).toPoint())

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        moves = {
            Qt.Key.Key_Left: -STEP,
            Qt.Key.Key_Down: -STEP,
            Qt.Key.Key_Right: STEP,
            Qt.Key.Key_Up: STEP,
            Qt.Key.Key_PageDown: -PAGE_STEP,
            Qt.Key.Key_PageUp: PAGE_STEP,
            Qt.Key.Key_Home: -STEPS,
            Qt.Key.Key_End: STEPS,
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None:
            event.ignore()
            return
        self.stepped.emit(min(max(self.value() + move, 0), STEPS))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.translate(SIDE_PX / 2, SIDE_PX / 2)
        if not self._is_across:
            painter.rotate(90)
        # A house upside down: its roof points to the line.
        half, eaves = _HALF_PX, 1.0
        corners = ((-half, -half), (half, -half), (half, eaves), (0, _TIP_PX), (-half, eaves))
        shape = QPolygonF([QPointF(*corner) for corner in corners])
        pen = QPen(self._focus_color if self.hasFocus() else self._color, 2.5)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen if self.hasFocus() else Qt.PenStyle.NoPen)
        painter.setBrush(self._color)
        painter.drawPolygon(shape)
        painter.end()
