"""The viewer: two versions of a photo under one transform, drawn from tiles."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import (
    QColor,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.services.compared_pictures import ComparedPictures
from app.services.picture_levels import PictureLevels
from app.services.tile_store import TileStore
from app.state.view_transform import ViewTransform
from app.state.viewer_state import PixelReading, Side, ViewerMode
from app.widgets.compare_frames import CompareFrames
from app.widgets.compare_painter import ComparePainter, Scene
from app.widgets.overlays import OverlayPainter
from app.widgets.split_handle import GRIP_PX, STEPS, SplitHandle

WHEEL_STEP = 1.25
_GUTTER_PX = 4
_ARROW_SHARE = 8
_SETTLE_MS = 120


class ImageCompare(QWidget):
    """Shows before and after of one photo and lets people look closely.

    Signals:
        view_changed: The new `ViewTransform`.
        mode_changed: The new `ViewerMode`.
        pointed: The `PixelReading` under the pointer, or None.
        loupe_changed: Whether the loupe is on.
    """

    view_changed = Signal(object)
    mode_changed = Signal(object)
    pointed = Signal(object)
    loupe_changed = Signal(bool)

    def __init__(self, tiles: TileStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("canvas")
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        # Before stays left in every language: a photo has no reading direction.
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setMinimumSize(320, 240)
        self.setAccessibleName(self.tr("Photo viewer"))
        self.overlay = OverlayPainter()
        self.handle = SplitHandle(self)
        self.handle.setAccessibleName(self.tr("Divider between before and after"))
        self.handle.setAccessibleDescription(self.tr("Arrow keys move it."))
        self.handle.valueChanged.connect(self._on_split_moved)
        self.handle.dragged.connect(self._on_handle_dragged)
        self._frames = CompareFrames(tiles)
        self._painter = ComparePainter(self._frames, self.overlay)
        self._pictures: ComparedPictures | None = None
        self._view = ViewTransform(
            output_width_px=1, output_height_px=1, view_width_px=1, view_height_px=1
        )
        self._mode = ViewerMode.SPLIT_VERTICAL
        self._mode_before = ViewerMode.SPLIT_VERTICAL
        self._shown = Side.AFTER
        self._labels = {Side.BEFORE: "", Side.AFTER: ""}
        self._has_loupe = False
        self._has_labels = True
        self._gain = 4
        self._pointer: QPointF | None = None
        self._drag_from: QPointF | None = None
        self._background = QColor("#141517")
        self._blink = QTimer(self)
        self._blink.setInterval(400)
        self._blink.timeout.connect(self._on_blink)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        tiles.arrived.connect(self._on_tiles_arrived)
        self._place_handle()

    @property
    def view(self) -> ViewTransform:
        """How the window lies on the result."""
        return self._view

    @property
    def mode(self) -> ViewerMode:
        """How the sides share the window."""
        return self._mode

    @property
    def shown_side(self) -> Side:
        """The side that is seen while flipping or blinking."""
        return self._shown

    @property
    def has_loupe(self) -> bool:
        """Whether the loupe follows the pointer."""
        return self._has_loupe

    @property
    def pictures(self) -> ComparedPictures | None:
        """What is compared."""
        return self._pictures

    @property
    def is_sharp(self) -> bool:
        """Whether everything in view, and what the divider hides, is drawn in full sharpness."""
        is_resting = not self._settle.isActive()
        return self._pictures is not None and is_resting and self._frames.is_complete

    def show_pictures(self, pictures: ComparedPictures, *, width_px: int, height_px: int) -> None:
        """Compare ``pictures`` at a result size; the place and size on screen are kept."""
        is_first = self._pictures is None
        self._pictures = pictures
        self._frames.expire()
        if is_first:
            view = replace(self._view, output_width_px=width_px, output_height_px=height_px)
            self.set_view(view.fitted())
        else:
            self.set_view(self._view.for_output(width_px, height_px))
        self._place_handle()
        self.update()

    def set_after(self, picture: PictureLevels | None) -> None:
        """Swap the enlarged picture in place."""
        if self._pictures is not None:
            self._pictures = replace(self._pictures, after=picture)
            self._frames.expire_side(Side.AFTER)
            self.update()

    def clear(self) -> None:
        """Show nothing; the next photo starts in full view."""
        self._pictures = None
        self._frames.expire()
        self._place_handle()
        self._emit_reading()
        self.update()

    def set_label(self, side: Side, text: str) -> None:
        """Name a side."""
        if self._labels[side] != text:
            self._labels[side] = text
            self.update()

    def set_has_labels(self, has_labels: bool) -> None:  # noqa: FBT001  # a slot
        """Show or hide the names of the sides."""
        self._has_labels = has_labels
        self.update()

    def set_mode(self, mode: ViewerMode) -> None:
        """Change how the sides share the window."""
        if mode is self._mode:
            return
        if mode.is_split or mode is ViewerMode.SIDE_BY_SIDE:
            self._mode_before = mode
        self._mode = mode
        self._blink.stop()
        if mode is ViewerMode.BLINK:
            self._blink.start()
        if mode is ViewerMode.FLIP:
            self._shown = Side.BEFORE
        self._fit_to_window()
        self._frames.expire()
        self._place_handle()
        self.mode_changed.emit(mode)
        self.update()

    def toggle_mode(self, mode: ViewerMode) -> None:
        """Enter ``mode``, or go back to the split from it."""
        self.set_mode(self._mode_before if self._mode is mode else mode)

    def flip(self) -> None:
        """Show the other side in the same place."""
        if self._mode is ViewerMode.FLIP:
            self._shown = self._shown.other
        self.set_mode(ViewerMode.FLIP)
        self.update()

    def set_loupe(self, is_on: bool) -> None:  # noqa: FBT001  # a slot
        """Show or hide the loupe."""
        if is_on != self._has_loupe:
            self._has_loupe = is_on
            self.loupe_changed.emit(is_on)
            self.update()

    def point_at(self, position: QPointF) -> None:
        """Put the loupe and the read-out on a place of the window."""
        self._pointer = position
        self._emit_reading()
        self.update()

    def set_blink_ms(self, interval_ms: int) -> None:
        """Change how long each side stays while blinking."""
        self._blink.setInterval(interval_ms)

    def set_gain(self, gain: int) -> None:
        """Change how much the difference map amplifies."""
        self._gain = gain
        self._frames.expire_side(Side.AFTER)
        self.update()

    def set_colours(self, *, canvas: QColor, focus: QColor) -> None:
        """Take the colours of the theme."""
        self._background = canvas
        self._frames.set_background(canvas)
        self.handle.set_focus_colour(focus)
        self.update()

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
        """Show one result pixel on ``zoom`` device pixels, holding a point of the window."""
        if at is None:
            x, y = self._view.view_width_px / 2, self._view.view_height_px / 2
        else:
            x, y = self._to_device(at)
        self.set_view(self._view.zoomed(zoom, x=x, y=y))

    @Slot()
    def zoom_in(self) -> None:
        """Go one step closer."""
        self.zoom_to(self._view.zoom * WHEEL_STEP)

    @Slot()
    def zoom_out(self) -> None:
        """Go one step back."""
        self.zoom_to(self._view.zoom / WHEEL_STEP)

    @Slot()
    def _on_tiles_arrived(self) -> None:
        if self._frames.take_arrivals() or self._has_loupe:
            self.update()

    @Slot()
    def _on_settled(self) -> None:
        # The hidden halves are drawn when nothing moves: the divider then finds them ready.
        if self._pictures is not None:
            for side in Side:
                self._frames.frame(side, self._view, self._pictures)
            self._emit_reading()

    @Slot()
    def _on_blink(self) -> None:
        self._shown = self._shown.other
        self.update()

    @Slot(int)
    def _on_split_moved(self, _value: int) -> None:
        self._place_handle()
        self.update()

    @Slot(QPointF)
    def _on_handle_dragged(self, position: QPointF) -> None:
        area = self._pane(Side.AFTER)
        if self._mode is ViewerMode.SPLIT_HORIZONTAL:
            share = (position.y() - area.top()) / max(area.height(), 1)
        else:
            share = (position.x() - area.left()) / max(area.width(), 1)
        self.handle.setValue(round(share * STEPS))

    def _pane(self, side: Side) -> QRectF:
        """Return where a side is drawn, in widget coordinates."""
        whole = QRectF(self.rect())
        if self._mode is not ViewerMode.SIDE_BY_SIDE:
            return whole
        half = (whole.width() - _GUTTER_PX) / 2
        left = 0.0 if side is Side.BEFORE else half + _GUTTER_PX
        return QRectF(left, 0, half, whole.height())

    def _fit_to_window(self) -> None:
        ratio = self.devicePixelRatioF()
        pane = self._pane(Side.AFTER)
        self.set_view(self._view.resized(round(pane.width() * ratio), round(pane.height() * ratio)))

    def _to_device(self, position: QPointF) -> tuple[float, float]:
        """Return a widget position as device pixels of the pane it lies in."""
        ratio = self.devicePixelRatioF()
        pane = self._pane(Side.AFTER)
        x = position.x() - (pane.left() if position.x() >= pane.left() else 0)
        return x * ratio, position.y() * ratio

    def _place_handle(self) -> None:
        self.handle.setVisible(self._mode.is_split and self._pictures is not None)
        self.handle.set_across(is_across=self._mode is not ViewerMode.SPLIT_HORIZONTAL)
        line = self._split_position()
        if self._mode is ViewerMode.SPLIT_HORIZONTAL:
            self.handle.move((self.width() - GRIP_PX) // 2, round(line) - GRIP_PX // 2)
        else:
            self.handle.move(round(line) - GRIP_PX // 2, (self.height() - GRIP_PX) // 2)

    def _split_position(self) -> float:
        length = self.height() if self._mode is ViewerMode.SPLIT_HORIZONTAL else self.width()
        return length * self.handle.value() / STEPS

    def _emit_reading(self) -> None:
        self.pointed.emit(self._reading())

    def _reading(self) -> PixelReading | None:
        if self._pointer is None or self._pictures is None:
            return None
        device_x, device_y = self._to_device(self._pointer)
        x, y = self._view.to_output(device_x, device_y)
        if not (0 <= x < self._view.output_width_px and 0 <= y < self._view.output_height_px):
            return None
        colours = {}
        spot = QRect(int(device_x), int(device_y), 1, 1)
        for side in Side:
            frame = self._frames.frame(side, self._view, self._pictures, area=spot)
            column = min(max(int(device_x), 0), frame.width() - 1)
            row = min(max(int(device_y), 0), frame.height() - 1)
            colour = frame.pixelColor(column, row)
            colours[side] = (colour.red(), colour.green(), colour.blue())
        return PixelReading(
            x=int(x), y=int(y), before=colours[Side.BEFORE], after=colours[Side.AFTER]
        )

    def _scene(self, pictures: ComparedPictures) -> Scene:
        return Scene(
            pictures=pictures,
            view=self._view,
            mode=self._mode,
            shown=self._shown,
            split=self._split_position(),
            panes={side: self._pane(side) for side in Side},
            ratio=self.devicePixelRatioF(),
            labels=self._labels,
            gain=self._gain,
            background=self._background,
        )

    def _pan(self, dx: float, dy: float) -> None:
        ratio = self.devicePixelRatioF()
        self.set_view(self._view.panned(round(dx * ratio), round(dy * ratio)))

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._pictures is None:
            painter.fillRect(self.rect(), self._background)
        else:
            scene = self._scene(self._pictures)
            self._painter.paint(painter, scene)
            if self._has_labels:
                self._painter.paint_labels(painter, scene)
            if self._has_loupe and self._pointer is not None:
                self._painter.paint_loupe(painter, scene, self._pointer)
        painter.end()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_to_window()
        self._place_handle()

    @override
    def wheelEvent(self, event: QWheelEvent) -> None:
        steps = event.angleDelta().y() / 120
        self.zoom_to(self._view.zoom * WHEEL_STEP**steps, at=event.position())
        event.accept()

    @override
    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() in {Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton}:
            self._drag_from = event.position()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    @override
    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._pointer = event.position()
        if self._drag_from is not None:
            moved = event.position() - self._drag_from
            self._drag_from = event.position()
            self._pan(moved.x(), moved.y())
        elif not self._settle.isActive():
            self._emit_reading()
        if self._has_loupe:
            self.update()

    @override
    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._drag_from = None
        self.unsetCursor()

    @override
    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self._view.is_fitted:
            self.zoom_to(1.0, at=event.position())
        else:
            self.fit()

    @override
    def leaveEvent(self, event: QEvent) -> None:
        self._pointer = None
        self._emit_reading()
        self.update()

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
            self._pan(*move)
        elif event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self.flip()
        else:
            super().keyPressEvent(event)
