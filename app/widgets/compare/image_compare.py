"""The viewer: two versions of a photo under one transform, drawn from tiles."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.detail_map import first_look
from app.services.pictures.picture_levels import PictureLevels
from app.services.pictures.tile_store import TileStore
from app.state.view_transform import ViewTransform
from app.state.viewer_state import PixelReading, Side, ViewerMode
from app.widgets.compare.compare_frames import CompareFrames
from app.widgets.compare.compare_painter import ComparePainter, Scene
from app.widgets.compare.held_key import HeldKey
from app.widgets.compare.overlays import OverlayPainter
from app.widgets.compare.split_handle import GRIP_PX, SplitHandle
from app.widgets.compare.zoom_canvas import HOLD_MS, ZoomCanvas
from app.widgets.drag_handle import STEPS

_GUTTER_PX = 4


class ImageCompare(ZoomCanvas):
    """Compares before and after of one photo, at any zoom and in several modes.

    Signals:
        mode_changed: The new `ViewerMode`.
        pointed: The `PixelReading` under the pointer, or None.
        loupe_changed: Whether the loupe is on.
    """

    mode_changed = Signal(object)
    pointed = Signal(object)
    loupe_changed = Signal(bool)

    def __init__(self, tiles: TileStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setMinimumSize(120, 48)
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
        self._mode = ViewerMode.SPLIT_VERTICAL
        self._mode_before = ViewerMode.SPLIT_VERTICAL
        self._shown = Side.AFTER
        self._labels = {Side.BEFORE: "", Side.AFTER: ""}
        self._has_loupe = False
        self._has_labels = True
        self._gain = 4
        self._pointer: QPointF | None = None
        self._is_peeking = False
        self._is_first_look = False
        self._space = HeldKey(hold_ms=HOLD_MS, parent=self)
        self._space.pressed.connect(self._on_space)
        self._space.let_go.connect(self._end_space)
        self._before_space = (self._mode, self._shown)
        self._background = QColor("#141517")
        self._blink = QTimer(self)
        self._blink.setInterval(400)
        self._blink.timeout.connect(self._on_blink)
        self.rested.connect(self._on_rested)
        self.pointer_moved.connect(self._on_pointer_moved)
        self.held.connect(self._set_peeking)
        tiles.arrived.connect(self._on_tiles_arrived)
        self._place_handle()

    @property
    def mode(self) -> ViewerMode:
        """How the sides share the window."""
        return self._mode

    @property
    def shown_side(self) -> Side:
        """The visible side while flipping or blinking."""
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
        """Whether everything in view, and behind the divider, is drawn from its final tiles."""
        is_resting = not self.is_moving
        return self._pictures is not None and is_resting and self._frames.is_complete

    def show_pictures(self, pictures: ComparedPictures, *, width_px: int, height_px: int) -> None:
        """Compare ``pictures`` at a result size; position and size on screen are kept.

        A new photo begins as `first_look` says.
        """
        previous = self._pictures
        is_first = previous is None
        self._pictures = pictures if previous is None else self._in_place(pictures, previous)
        self._frames.expire()
        if is_first:
            self._look_first(self._view.on_output(width_px, height_px))
        else:
            self.set_view(self._view.for_output(width_px, height_px))
        self._place_handle()
        self.update()

    def set_after(self, picture: PictureLevels | None) -> None:
        """Swap the enlarged picture in place."""
        if self._pictures is not None:
            if picture is not self._pictures.after:
                new = replace(self._pictures, after=picture)
                self._pictures = self._in_place(new, self._pictures)
            self._frames.expire_side(Side.AFTER)
            self._emit_reading()
            self.update()

    @override
    def set_view(self, view: ViewTransform) -> None:
        """Look at another part of the photo."""
        self._is_first_look = False
        super().set_view(view)

    def _look_first(self, view: ViewTransform) -> None:
        """Show a new photo at its most detailed spot, until the view is moved."""
        details = self._pictures.details if self._pictures is not None else None
        self.set_view(first_look(view, details))
        # The window may still change its size: the spot is chosen again until the view is moved.
        self._is_first_look = True

    def _in_place(self, new: ComparedPictures, old: ComparedPictures) -> ComparedPictures:
        """Return ``new``, with ``old`` shown until it is loaded."""
        return new.in_place_of(old, is_here=lambda p: self._frames.is_here(self._view, p))

    def clear(self) -> None:
        """Show nothing; the next photo starts at its own first look."""
        self._pictures = None
        self._frames.expire()
        self._place_handle()
        self._emit_reading()
        self.update()

    @property
    def label_texts(self) -> tuple[str, str]:
        """The labels of the sides, before and after."""
        return self._labels[Side.BEFORE], self._labels[Side.AFTER]

    def set_label(self, side: Side, text: str) -> None:
        """Label a side."""
        if self._labels[side] != text:
            self._labels[side] = text
            self.update()

    def set_has_labels(self, has_labels: bool) -> None:  # noqa: FBT001  # a slot
        """Show or hide the labels of the sides."""
        self._has_labels = has_labels
        self.update()

    def set_mode(self, mode: ViewerMode) -> None:
        """Change how the sides share the window."""
        if mode is self._mode:
            return
        if mode.is_split or mode is ViewerMode.SIDE_BY_SIDE:
            self._mode_before = mode
        self._mode = mode
        # Every mode but blinking shows a fixed side.
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
        """Enter ``mode``, or return from it to the previous split."""
        self.set_mode(self._mode_before if self._mode is mode else mode)

    def flip(self) -> None:
        """Show the other side in the same place."""
        # The first flip enters the mode and shows before; later ones change the side.
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
        """Put the loupe and the read-out at a point of the window."""
        self._pointer = position
        self._emit_reading()
        self.update()

    def set_blink_ms(self, interval_ms: int) -> None:
        """Set how long each side is shown while blinking."""
        self._blink.setInterval(interval_ms)

    def set_gain(self, gain: int) -> None:
        """Set the amplification of the difference map."""
        self._gain = gain
        self._frames.expire_side(Side.AFTER)
        self.update()

    def set_colors(self, *, canvas: QColor, focus: QColor) -> None:
        """Use the colors of the theme."""
        self._background = canvas
        self._frames.set_background(canvas)
        self.handle.set_focus_color(focus)
        self.update()

    @Slot()
    def _on_tiles_arrived(self) -> None:
        has_arrivals = self._frames.take_arrivals()
        if has_arrivals:
            self._emit_reading()
        if has_arrivals or self._has_loupe:
            self.update()

    @Slot()
    def _on_rested(self) -> None:
        # The hidden halves are drawn while nothing moves: the divider then uncovers them at once.
        if self._pictures is not None:
            for side in Side:
                self._frames.frame(side, self._view, self._pictures)
            self._emit_reading()

    @Slot(object)
    def _on_pointer_moved(self, position: QPointF | None) -> None:
        self._pointer = position
        if position is None or not self.is_moving:
            self._emit_reading()
        if position is None or self._has_loupe:
            self.update()

    @Slot(bool)
    def _set_peeking(self, is_peeking: bool) -> None:  # noqa: FBT001  # a slot
        """Show the original alone while a button is held."""
        self._is_peeking = is_peeking and self._pictures is not None
        self._place_handle()
        self.update()

    @Slot()
    def _on_space(self) -> None:
        self._before_space = (self._mode, self._shown)
        self.flip()

    @Slot()
    def _end_space(self) -> None:
        """Return to the mode before the key was held; after a short press the flip stays."""
        mode, shown = self._before_space
        self.set_mode(mode)
        self._shown = shown
        self.update()

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
        view = self._view.resized(round(pane.width() * ratio), round(pane.height() * ratio))
        (self._look_first if self._is_first_look else self.set_view)(view)

    @override
    def to_device(self, position: QPointF) -> tuple[float, float]:
        ratio = self.devicePixelRatioF()
        pane = self._pane(Side.AFTER)
        # Side by side, both panes show the same part: a point of either maps to the same pixel.
        x = position.x() - (pane.left() if position.x() >= pane.left() else 0)
        return x * ratio, position.y() * ratio

    def _place_handle(self) -> None:
        has_line = self._mode.is_split and not self._is_peeking
        self.handle.setVisible(has_line and self._pictures is not None)
        self.handle.set_across(is_across=self._mode is not ViewerMode.SPLIT_HORIZONTAL)
        # The grip is centered on the line.
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
        return self._frames.reading(self._view, self._pictures, *self.to_device(self._pointer))

    def _scene(self, pictures: ComparedPictures) -> Scene:
        return Scene(
            pictures=pictures,
            view=self._view,
            mode=ViewerMode.FLIP if self._is_peeking else self._mode,
            shown=Side.BEFORE if self._is_peeking else self._shown,
            split=self._split_position(),
            panes={side: self._pane(side) for side in Side},
            ratio=self.devicePixelRatioF(),
            labels=self._labels,
            gain=self._gain,
            background=self._background,
        )

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
            self._frames.take_painted()
        painter.end()

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_to_window()
        self._place_handle()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            self._space.press(event)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() != Qt.Key.Key_Space:
            super().keyReleaseEvent(event)
        else:
            self._space.release(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space.give_up()
        super().focusOutEvent(event)
