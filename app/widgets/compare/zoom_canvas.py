"""A widget with one view transform, panned and zoomed by mouse, wheel and keys."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QWidget
from typing_extensions import override

from app.state.view_transform import ViewTransform

WHEEL_STEP = 1.25
HOLD_MS = 300
ZOOM_KEYS = frozenset({Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus, Qt.Key.Key_F})
"""Keys that zoom widgets which claim them; elsewhere the window has commands for them."""
_ARROW_SHARE = 8
_SETTLE_MS = 120


class ZoomCanvas(QWidget):
    """Owns the view; subclasses draw what it shows.

    Signals:
        view_changed: The new `ViewTransform`.
        rested: The view has not changed for 120 ms.
        pointer_moved: Position of the pointer, None outside.
        held: Whether a button is held on one spot.
    """

    view_changed = Signal(object)
    rested = Signal()
    pointer_moved = Signal(object)
    held = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # Left stays left in every language: a photo has no reading direction, and is compared
        # and judged by sides.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self._view = ViewTransform(
            output_width_px=1, output_height_px=1, view_width_px=1, view_height_px=1
        )
        self._pressed_at: QPointF | None = None
        self._drag_from: QPointF | None = None
        self._is_held = False
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self.rested)
        self._hold = QTimer(self)
        self._hold.setSingleShot(True)
        self._hold.setInterval(HOLD_MS)
        self._hold.timeout.connect(self._on_held)

    @property
    def view(self) -> ViewTransform:
        """Which part of the result the widget shows."""
        return self._view

    @property
    def is_moving(self) -> bool:
        """Whether the view changed a moment ago."""
        return self._settle.isActive()

    def to_device(self, position: QPointF) -> tuple[float, float]:
        """Return a point of the widget in device pixels of the view."""
        ratio = self.devicePixelRatioF()
        return position.x() * ratio, position.y() * ratio

    def set_view(self, view: ViewTransform) -> None:
        """Look at another part of the photo."""
        if view == self._view:
            return
        self._view = view
        self._settle.start()
        self.view_changed.emit(view)
        self.update()

    @Slot()
    def fit(self) -> None:
        """Show the whole photo."""
        self.set_view(self._view.fitted())

    def zoom_to(self, zoom: float, *, at: QPointF | None = None) -> None:
        """Show one result pixel on ``zoom`` device pixels; the point ``at`` stays where it is."""
        if at is None:
            x, y = self._view.view_width_px / 2, self._view.view_height_px / 2
        else:
            x, y = self.to_device(at)
        self.set_view(self._view.zoomed(zoom, x=x, y=y))

    @Slot()
    def zoom_in(self) -> None:
        """Zoom in by one step."""
        self.zoom_to(self._view.zoom * WHEEL_STEP)

    @Slot()
    def zoom_out(self) -> None:
        """Zoom out by one step."""
        self.zoom_to(self._view.zoom / WHEEL_STEP)

    def pan(self, dx: float, dy: float) -> None:
        """Move the photo by device-independent pixels."""
        ratio = self.devicePixelRatioF()
        # Whole device pixels: only then can the drawn image be shifted instead of drawn again.
        self.set_view(self._view.panned(round(dx * ratio), round(dy * ratio)))

    @Slot()
    def _on_held(self) -> None:
        self._is_held = True
        self.unsetCursor()
        self.held.emit(True)  # noqa: FBT003  # a signal

    def _let_go(self) -> None:
        self._pressed_at = self._drag_from = None
        self._hold.stop()
        self.unsetCursor()
        if self._is_held:
            self._is_held = False
            self.held.emit(False)  # noqa: FBT003  # a signal

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        # A notch of a usual wheel is 120; touchpads send fractions of it.
        steps = event.angleDelta().y() / 120
        self.zoom_to(self._view.zoom * WHEEL_STEP**steps, at=event.position())
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            self._pressed_at = self._drag_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        if event.button() is Qt.MouseButton.LeftButton:
            self._hold.start()

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._drag_from is not None and self._pressed_at is not None:
            way = (event.position() - self._pressed_at).manhattanLength()
            # A hand is never quite still: a press becomes a drag only beyond Qt's usual distance.
            if self._is_held or (self._hold.isActive() and way < QApplication.startDragDistance()):
                return
            self._hold.stop()
            moved = event.position() - self._drag_from
            self._drag_from = event.position()
            self.pan(moved.x(), moved.y())
        self.pointer_moved.emit(event.position())

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._let_go()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        # A double click alternates between the whole photo and its pixels at this spot.
        if self._view.is_fitted:
            self.zoom_to(1.0, at=event.position())
        else:
            self.fit()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self.pointer_moved.emit(None)

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        across, down = self.width() / _ARROW_SHARE, self.height() / _ARROW_SHARE
        moves = {
            Qt.Key.Key_Left: (across, 0.0),
            Qt.Key.Key_Right: (-across, 0.0),
            Qt.Key.Key_Up: (0.0, down),
            Qt.Key.Key_Down: (0.0, -down),
        }
        move = moves.get(Qt.Key(event.key()))
        if move is not None:
            self.pan(*move)
        else:
            super().keyPressEvent(event)

    def zoom_by_key(self, event: QKeyEvent) -> bool:
        """Zoom if one of `ZOOM_KEYS` is pressed; return whether it was one."""
        match event.key():
            case Qt.Key.Key_Plus | Qt.Key.Key_Equal:
                self.zoom_in()
            case Qt.Key.Key_Minus:
                self.zoom_out()
            case Qt.Key.Key_F:
                self.fit()
            case _:
                return False
        return True
