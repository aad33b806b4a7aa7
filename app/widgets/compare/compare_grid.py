"""Up to four pictures of one photo beside each other, zoomed and panned together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QFocusEvent,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QWidget
from typing_extensions import override

from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.detail_map import first_look
from app.services.pictures.picture_levels import PictureLevels
from app.services.pictures.tile_store import TileStore
from app.state.view_transform import ViewTransform
from app.state.viewer_state import Side
from app.widgets.compare.compare_frames import CompareFrames
from app.widgets.compare.grid_layout import grid_panes
from app.widgets.compare.held_key import HeldKey
from app.widgets.compare.overlays import OverlayPainter
from app.widgets.compare.zoom_canvas import HOLD_MS, ZOOM_KEYS, ZoomCanvas
from app.widgets.own_keys import OwnKeys

MOST_PANES = 4
_KEYS = (Qt.Key.Key_1, Qt.Key.Key_2, Qt.Key.Key_3, Qt.Key.Key_4)
_OWN_KEYS = frozenset({*_KEYS, *ZOOM_KEYS, Qt.Key.Key_0, Qt.Key.Key_Space})


@dataclass(frozen=True, slots=True, kw_only=True)
class GridPane:
    """One picture of the grid.

    Attributes:
        key: Name in code, different for each pane.
        name: Name that users read.
        pictures: The enlarged picture as ``after``; ``before`` shows through its holes, and in
            its place while the user looks at the original.
        note: What else to say about it, such as that parts are being computed.
    """

    key: str
    name: str
    pictures: ComparedPictures
    note: str = ""


class CompareGrid(ZoomCanvas):
    """Shows panes under one transform: every pane has the same spot at the same size.

    Keys: 1 to 4 show one picture alone and then all again, 0 shows all, the space bar shows the
    original while it is held, plus, minus and F zoom, arrows move.

    Signals:
        shown_alone: Key of the pane that is shown alone, empty for all.
        original_shown: Whether the original is shown in place of the pictures.
    """

    shown_alone = Signal(str)
    original_shown = Signal(bool)

    def __init__(self, tiles: TileStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setMouseTracking(True)
        self.setMinimumSize(240, 160)
        self.setAccessibleName(self.tr("Comparison"))
        self.setAccessibleDescription(
            self.tr(
                "Numbers show one picture alone, 0 shows all. "
                "Space shows the original. Plus and minus zoom, arrow keys move."
            )
        )
        OwnKeys(self, _OWN_KEYS)
        self.overlay = OverlayPainter()
        self._tiles = tiles
        self._panes: tuple[GridPane, ...] = ()
        self._frames: dict[str, CompareFrames] = {}
        self._alone = ""
        self._background = QColor("#141517")
        self._focus_color = QColor("#8be8d6")
        self._is_first_look = False
        self._shows_original = False
        self._before_space = False
        self._space = HeldKey(hold_ms=HOLD_MS, parent=self)
        self._space.pressed.connect(self._on_space)
        self._space.let_go.connect(lambda: self.show_original(self._before_space))
        self.held.connect(self.show_original)
        self.rested.connect(self.update)
        tiles.arrived.connect(self._on_tiles_arrived)

    @property
    def panes(self) -> tuple[GridPane, ...]:
        """The pictures, in the order of their numbers."""
        return self._panes

    @property
    def alone(self) -> str:
        """Key of the pane that is shown alone, empty while all are shown."""
        return self._alone

    @property
    def shows_original(self) -> bool:
        """Whether the original is shown in place of the pictures."""
        return self._shows_original

    @property
    def is_sharp(self) -> bool:
        """Whether everything in view is drawn from its final tiles."""
        frames = [self._frames[pane.key] for pane in self._visible()]
        return bool(frames) and not self.is_moving and all(f.is_complete for f in frames)

    def show_panes(self, panes: Sequence[GridPane], *, width_px: int, height_px: int) -> None:
        """Show 1 to 4 pictures of one photo, stretched to one size; position and zoom are kept.

        Args:
            panes: The pictures; a key that was shown before keeps what is drawn until the new
                picture is loaded.
            width_px: Columns of the enlarged photo.
            height_px: Rows of the enlarged photo.

        Raises:
            ValueError: If there are none or too many.
        """
        if not 1 <= len(panes) <= MOST_PANES:
            raise ValueError(f"{len(panes)} pictures; 1 to {MOST_PANES} can be compared")
        previous = {pane.key: pane for pane in self._panes}
        is_first = not previous
        self._frames = {p.key: self._frames.get(p.key) or self._new_frames() for p in panes}
        self._panes = tuple(self._in_place(p, previous.get(p.key)) for p in panes)
        for frames in self._frames.values():
            frames.expire()
        if self._alone not in self._frames:
            self._alone = ""
        self._fit_view()
        if is_first:
            self._look_first(self._view.on_output(width_px, height_px))
        else:
            self.set_view(self._view.for_output(width_px, height_px))
        self._name_panes()
        self.update()

    def set_after(self, key: str, picture: PictureLevels | None) -> None:
        """Swap one picture in place, or draw it again after its content changed."""
        for number, pane in enumerate(self._panes):
            if pane.key == key:
                pictures = replace(pane.pictures, after=picture)
                new = self._in_place(replace(pane, pictures=pictures), pane)
                self._panes = (*self._panes[:number], new, *self._panes[number + 1 :])
                self._frames[key].expire_side(Side.AFTER)
                self.update()

    def set_note(self, key: str, note: str) -> None:
        """Show another note beside the name of a picture."""
        self._panes = tuple(replace(p, note=note) if p.key == key else p for p in self._panes)
        self.update()

    def clear(self) -> None:
        """Show nothing; the next photo starts at its own first look."""
        self._panes = ()
        self._frames = {}
        self._alone = ""
        self._name_panes()
        self.update()

    def show_alone(self, key: str) -> None:
        """Show one picture alone, on the whole widget and at the same spot; empty shows all."""
        if key == self._alone or (key and key not in self._frames):
            return
        self._alone = key
        for frames in self._frames.values():
            frames.expire()
        self._fit_view()
        self._announce()
        self.shown_alone.emit(key)
        self.update()

    def set_colors(self, *, canvas: QColor, focus: QColor) -> None:
        """Use the colors of the theme."""
        self._background, self._focus_color = canvas, focus
        for frames in self._frames.values():
            frames.set_background(canvas)
        self.update()

    @override
    def set_view(self, view: ViewTransform) -> None:
        """Look at another part of the photo, in all panes."""
        self._is_first_look = False
        super().set_view(view)

    @override
    def to_device(self, position: QPointF) -> tuple[float, float]:
        # A point of any pane means the same pixel: it is measured from the corner of its pane.
        ratio = self.devicePixelRatioF()
        areas = self._areas()
        corners = [area.topLeft() for area in areas if QRectF(area).contains(position)]
        corner = corners[0] if corners else QRect().topLeft()
        return (position.x() - corner.x()) * ratio, (position.y() - corner.y()) * ratio

    def _new_frames(self) -> CompareFrames:
        frames = CompareFrames(self._tiles)
        frames.set_background(self._background)
        return frames

    def _in_place(self, pane: GridPane, old: GridPane | None) -> GridPane:
        """Return ``pane``, with what its pane showed until now shown until it is loaded."""
        if old is None or old.pictures.before is not pane.pictures.before:
            return pane
        frames = self._frames[pane.key]
        pictures = pane.pictures.in_place_of(
            old.pictures, is_here=lambda picture: frames.is_here(self._view, picture)
        )
        return replace(pane, pictures=pictures)

    def _visible(self) -> tuple[GridPane, ...]:
        return tuple(pane for pane in self._panes if self._alone in {"", pane.key})

    def _areas(self) -> tuple[QRect, ...]:
        return grid_panes(len(self._visible()), self.rect())

    def _look_first(self, view: ViewTransform) -> None:
        details = self._panes[0].pictures.details if self._panes else None
        self.set_view(first_look(view, details))
        # The window may still change its size: the spot is chosen again until the view is moved.
        self._is_first_look = True

    def _fit_view(self) -> None:
        """Give the view the size of one pane."""
        areas = self._areas()
        if not areas:
            return
        ratio = self.devicePixelRatioF()
        size = (round(areas[0].width() * ratio), round(areas[0].height() * ratio))
        view = self._view.resized(*size)
        (self._look_first if self._is_first_look else self.set_view)(view)

    def _name_panes(self) -> None:
        names = [f"{number} {pane.name}" for number, pane in enumerate(self._panes, start=1)]
        self.setAccessibleName(", ".join([self.tr("Comparison"), *names]))

    def _announce(self) -> None:
        """Let screen readers say what is shown now."""
        alone = next((pane.name for pane in self._panes if pane.key == self._alone), "")
        text = self.tr("{name} alone").format(name=alone) if alone else self.tr("All pictures")
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))

    @Slot(bool)
    def show_original(self, is_on: bool) -> None:  # noqa: FBT001  # a slot
        """Show the original in every pane, or the pictures again."""
        if is_on != self._shows_original:
            self._shows_original = is_on
            self.original_shown.emit(is_on)
            self.update()

    @Slot()
    def _on_space(self) -> None:
        self._before_space = self._shows_original
        self.show_original(not self._shows_original)

    @Slot()
    def _on_tiles_arrived(self) -> None:
        # Every pane is asked: each notes which of its own tiles have come.
        arrivals = [frames.take_arrivals() for frames in self._frames.values()]
        if any(arrivals):
            self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self._background if not self._panes else "black")
        side = Side.BEFORE if self._shows_original else Side.AFTER
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for pane, area in zip(self._visible(), self._areas(), strict=True):
            frames = self._frames[pane.key]
            painter.drawImage(area, frames.frame(side, self._view, pane.pictures))
            frames.take_painted()
            self._paint_name(painter, pane, QRectF(area))
        if self.hasFocus() and self._panes:
            painter.setPen(QPen(self._focus_color, 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(self.rect().adjusted(1, 1, -1, -1))
        painter.end()

    def _paint_name(self, painter: QPainter, pane: GridPane, area: QRectF) -> None:
        number = 1 + self._panes.index(pane)
        parts = [f"{number}", pane.name, pane.note]
        if self._shows_original:
            parts = [f"{number}", self.tr("Original")]
        text = " \u00b7 ".join(part for part in parts if part)
        self.overlay.pill(painter, text, area, at_right=False)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_view()

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Space:
                self._space.press(event)
            case Qt.Key.Key_0:
                self.show_alone("")
            case key if key in _KEYS:
                self._show_number(_KEYS.index(Qt.Key(key)))
            case _:
                if not self.zoom_by_key(event):
                    super().keyPressEvent(event)

    def _show_number(self, position: int) -> None:
        if position < len(self._panes):
            key = self._panes[position].key
            self.show_alone("" if self._alone == key else key)

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self._space.release(event)
        else:
            super().keyReleaseEvent(event)

    @override
    def focusOutEvent(self, event: QFocusEvent) -> None:
        self._space.give_up()
        self.update()
        super().focusOutEvent(event)
