"""The grip of a limit in a scatter chart: dragged, moved by keys, read by screen readers."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QSignalBlocker, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSlider, QWidget
from typing_extensions import override

STEPS = 1000
SIDE_PX = 20
_STEP = 10
_PAGE_STEP = 100
_HALF_PX = 5.5
_TIP_PX = 7.5


class LimitHandle(QSlider):
    """A slider that looks like a pointer to a line of the chart.

    As a QSlider it has role and value for screen readers. The value is the place of the limit in
    the view, in thousandths; it is at the end that permits everything where there is no limit.

    Signals:
        dragged: Position of the pointer, in the parent's coordinates.
        stepped: The value that keys moved it to.
    """

    dragged = Signal(QPointF)
    stepped = Signal(int)

    def __init__(self, parent: QWidget, *, is_across: bool) -> None:
        orientation = Qt.Orientation.Horizontal if is_across else Qt.Orientation.Vertical
        super().__init__(orientation, parent)
        self.setRange(0, STEPS)
        self.setFixedSize(QSize(SIDE_PX, SIDE_PX))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
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
            Qt.Key.Key_Left: -_STEP,
            Qt.Key.Key_Down: -_STEP,
            Qt.Key.Key_Right: _STEP,
            Qt.Key.Key_Up: _STEP,
            Qt.Key.Key_PageDown: -_PAGE_STEP,
            Qt.Key.Key_PageUp: _PAGE_STEP,
            Qt.Key.Key_Home: -STEPS,
            Qt.Key.Key_End: STEPS,
        }
        move = moves.get(Qt.Key(event.key()))
        if move is None:
            event.ignore()
            return
        self.stepped.emit(min(max(self.value() + move, 0), STEPS))

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        event.accept()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self.dragged.emit(self.mapToParent(event.position()))

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

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

    @override
    def sizeHint(self) -> QSize:
        return QSize(SIDE_PX, SIDE_PX)
