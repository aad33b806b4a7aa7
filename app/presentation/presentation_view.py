"""Full screen for an audience: large labels, and a divider that moves by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import (
    QEasingCurve,
    QElapsedTimer,
    QRectF,
    Qt,
    QTimer,
    QVariantAnimation,
    Signal,
    Slot,
)
from PySide6.QtGui import QCloseEvent, QFont, QKeyEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget
from typing_extensions import override

from app.presentation.story import StoryStep
from app.services.pictures.compared_pictures import ComparedPictures
from app.services.pictures.tile_span import picture_rect
from app.services.pictures.tile_store import TileStore
from app.state.queue_store import QueueItem
from app.state.settings_store import SettingsStore
from app.state.shown_names import shown
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.drag_handle import STEPS
from app.widgets.theming import ThemeService
from engine.api import PhotoInfo

_LABEL_PX = 22
_CAPTION_PX = 20
_PAUSE_MS = 700
_LOOK_MS = 30
# Longer than a photo takes whose tiles were read ahead; after it, progress is better than a still.
_LONGEST_STILL_MS = 3000


@dataclass(frozen=True, slots=True, kw_only=True)
class Slide:
    """A photo to present.

    Attributes:
        path: The photo.
        done: The item of the queue whose result is shown, if there is one.
        step: The step of a story that it is, if it is one.
    """

    path: Path
    done: QueueItem | None = None
    step: StoryStep | None = None


class PresentationView(QWidget):
    """Shows one photo after another; its owner opens them.

    Signals:
        slide_requested: The `Slide` to open.
        slide_ahead: The `Slide` that will be requested next.
        closed: The user left the presentation.
    """

    slide_requested = Signal(object)
    slide_ahead = Signal(object)
    closed = Signal()

    def __init__(
        self, tiles: TileStore, theming: ThemeService, *, sweep_ms: int, loops: bool
    ) -> None:
        super().__init__()
        self.setWindowTitle("MFAGAN Studio")
        self.setStyleSheet("background: black;")
        self._slides: list[Slide] = []
        self._position = 0
        self._is_selection = False
        self._loops = loops
        self.viewer = ImageCompare(tiles, self)
        # The keys lead from slide to slide, also after a click on the photo.
        self.viewer.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.viewer.overlay.text_px = _LABEL_PX
        self.viewer.set_colors(canvas=theming.color("overlay"), focus=theming.color("accent"))
        self._caption = _Caption(self)
        self._caption.setFixedHeight(64)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.viewer, 1)
        layout.addWidget(self._caption)
        self._cover = _Cover(self.viewer)
        self._sweep = QVariantAnimation(self)
        self._sweep.setDuration(sweep_ms)
        self._sweep.setEasingCurve(QEasingCurve.Type.InOutSine)
        # Middle, almost to one edge, almost to the other, middle: both pictures are seen whole,
        # and the divider never vanishes behind an edge.
        self._sweep.setStartValue(STEPS // 2)
        self._sweep.setKeyValueAt(0.25, round(STEPS * 0.94))
        self._sweep.setKeyValueAt(0.75, round(STEPS * 0.06))
        self._sweep.setEndValue(STEPS // 2)
        self._sweep.valueChanged.connect(self._on_swept)
        self._sweep.finished.connect(self._on_sweep_finished)
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(_PAUSE_MS)
        self._rest.timeout.connect(self._sweep.start)

    @property
    def is_sweeping(self) -> bool:
        """Whether the divider moves."""
        return self._sweep.state() is QVariantAnimation.State.Running

    def present(
        self, slides: Sequence[Slide], *, start: int = 0, is_selection: bool = False
    ) -> None:
        """Start with one of ``slides``.

        Args:
            slides: What to show, at least one.
            start: Position of the first slide.
            is_selection: Whether these are a selection of more; the caption says so.
        """
        self._slides = list(slides)
        self._position = start
        self._is_selection = is_selection
        self.slide_requested.emit(self._slides[start])

    def show_pictures(self, pictures: ComparedPictures, width_px: int, height_px: int) -> None:
        """Show a photo; the sweep over a new one starts after a moment."""
        is_new = self.viewer.pictures is None
        self.viewer.show_pictures(pictures, width_px=width_px, height_px=height_px)
        if is_new:
            self._sweep.stop()
            # In a story the divider is where its author has put it; P lets it move.
            if self._slides and self._slides[self._position].step is None:
                self._rest.start()
            # Decoded while this one is looked at: the change of slides then takes no time.
            if len(self._slides) > 1:
                self.slide_ahead.emit(self._slides[(self._position + 1) % len(self._slides)])

    def clear(self) -> None:
        """Clear the viewer for the next photo; the last one stays visible until that is drawn."""
        self._cover.show_still()
        self.viewer.clear()

    def skip(self) -> None:
        """Remove the requested slide: it cannot be opened."""
        # The next slide moves to this position.
        del self._slides[self._position]
        if not self._slides:
            self.close()
            return
        self._position %= len(self._slides)
        self.slide_requested.emit(self._slides[self._position])

    def show_photo(self, info: PhotoInfo, result_size: tuple[int, int]) -> None:
        """Show the name of the photo, its size and the size of the result."""
        step = self._slides[self._position].step if self._slides else None
        title = step.note if step is not None and step.note else info.path.stem
        before = f"{info.width_px} \u00d7 {info.height_px}"
        after = f"{result_size[0]} \u00d7 {result_size[1]}"
        self.show_caption(shown(title), f"{before}  \u2192  {after}")

    def show_caption(self, title: str, facts: str) -> None:
        """Show the caption of a slide."""
        place = f"{self._position + 1} / {max(len(self._slides), 1)}"
        if self._is_selection:
            place = self.tr("{place} selected").format(place=place)
        self._caption.set_texts(title, facts, place)

    @property
    def caption_texts(self) -> tuple[str, str, str]:
        """Name, sizes and place of the slide."""
        return self._caption.texts

    def show_step(self, step: StoryStep) -> None:
        """Show the part of the photo and the place of the divider that a story says."""
        view = self.viewer.view
        self.viewer.set_view(view.fitted() if step.view is None else step.view.on(view))
        self._place_divider(step.divider)

    @Slot(object)
    def _on_swept(self, value: object) -> None:
        if isinstance(value, int):
            self._place_divider(value / STEPS)

    def _place_divider(self, share: float) -> None:
        # The divider stays on the photo, wherever that ends on the screen.
        view = self.viewer.view
        photo = picture_rect(view)
        first, last = max(photo.left(), 0), min(photo.right(), view.view_width_px)
        place = first + (last - first) * share
        self.viewer.handle.setValue(round(place / max(view.view_width_px, 1) * STEPS))

    @Slot()
    def _on_sweep_finished(self) -> None:
        # Without a loop the last slide stays.
        is_last = self._position + 1 >= len(self._slides)
        if (is_last and not self._loops) or self._slides[self._position].step is not None:
            return
        if len(self._slides) > 1:
            self._go(1)
        else:
            self._rest.start()

    def _go(self, step: int) -> None:
        self._sweep.stop()
        self._rest.stop()
        self._position = (self._position + step) % len(self._slides)
        self.slide_requested.emit(self._slides[self._position])

    @override
    def keyPressEvent(self, event: QKeyEvent) -> None:
        match event.key():
            case Qt.Key.Key_Escape | Qt.Key.Key_F5:
                self.close()
            case Qt.Key.Key_Right | Qt.Key.Key_PageDown:
                self._go(1)
            case Qt.Key.Key_Left | Qt.Key.Key_PageUp:
                self._go(-1)
            case Qt.Key.Key_P:
                self._toggle_sweep()
            case Qt.Key.Key_Space:
                self.viewer.keyPressEvent(event)
            case _:
                super().keyPressEvent(event)

    def _toggle_sweep(self) -> None:
        if self._sweep.state() is QVariantAnimation.State.Running:
            self._sweep.pause()
        elif self._sweep.state() is QVariantAnimation.State.Paused:
            self._sweep.resume()
        else:
            self._sweep.start()

    @override
    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Space:
            self.viewer.keyReleaseEvent(event)
        else:
            super().keyReleaseEvent(event)

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._sweep.stop()
        self._rest.stop()
        self.closed.emit()
        super().closeEvent(event)


def build_presentation(
    tiles: TileStore, theming: ThemeService, settings: SettingsStore
) -> PresentationView:
    """Return a presentation with the user's settings; it is deleted when it closes."""
    view = PresentationView(
        tiles,
        theming,
        sweep_ms=settings.number("presentation.sweep_s") * 1000,
        loops=settings.is_on("presentation.loop"),
    )
    # It keeps a frame as large as the screen; the tiles belong to the window's store.
    view.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return view


class _Cover(QLabel):
    """A still of the last slide, shown until the next one is drawn, so that no screen is black."""

    def __init__(self, viewer: ImageCompare) -> None:
        super().__init__(viewer)
        self._viewer = viewer
        self._shown_since = QElapsedTimer()
        self._look = QTimer(self)
        self._look.setInterval(_LOOK_MS)
        self._look.timeout.connect(self._on_look)
        self.hide()

    def show_still(self) -> None:
        """Show a still of the viewer until it is sharp again."""
        if self._viewer.pictures is None:
            return
        # A copy of the pixels: the pictures behind them are closed right after this.
        self.setPixmap(self._viewer.grab())
        self.setGeometry(self._viewer.rect())
        self.show()
        self.raise_()
        self._shown_since.start()
        self._look.start()

    @Slot()
    def _on_look(self) -> None:
        if self._viewer.is_sharp or self._shown_since.hasExpired(_LONGEST_STILL_MS):
            self._look.stop()
            self.hide()


class _Caption(QWidget):
    """The line below the photo."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._texts = ("", "", "")

    @property
    def texts(self) -> tuple[str, str, str]:
        return self._texts

    def set_texts(self, title: str, facts: str, place: str) -> None:
        self._texts = (title, facts, place)
        self.setAccessibleName(", ".join(self._texts))
        self.update()

    @override
    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), Qt.GlobalColor.black)
        area = QRectF(self.rect()).adjusted(28, 0, -28, 0)
        font = QFont(painter.font())
        font.setPixelSize(_CAPTION_PX)
        font.setWeight(QFont.Weight.DemiBold)
        painter.setFont(font)
        painter.setPen(Qt.GlobalColor.white)
        vertical = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(area, vertical | Qt.AlignmentFlag.AlignLeading, self._texts[0])
        font.setWeight(QFont.Weight.Normal)
        painter.setFont(font)
        painter.drawText(area, vertical | Qt.AlignmentFlag.AlignHCenter, self._texts[1])
        painter.drawText(area, vertical | Qt.AlignmentFlag.AlignTrailing, self._texts[2])
        painter.end()
