"""Full screen for an audience: large labels, and a divider that moves by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QEasingCurve, QRectF, Qt, QTimer, QVariantAnimation, Signal, Slot
from PySide6.QtGui import QCloseEvent, QFont, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget
from typing_extensions import override

from app.services.compared_pictures import ComparedPictures
from app.services.tile_span import picture_rect
from app.services.tile_store import TileStore
from app.state.settings_store import SettingsStore
from app.widgets.image_compare import ImageCompare
from app.widgets.split_handle import STEPS
from app.widgets.theming import ThemeService
from engine.api import PhotoInfo

_LABEL_PX = 22
_CAPTION_PX = 20
_PAUSE_MS = 700


class PresentationView(QWidget):
    """Shows photos one after another; whoever owns it opens them.

    Signals:
        photo_requested: Path of the photo to open next.
        closed: People left the presentation.
    """

    photo_requested = Signal(object)
    closed = Signal()

    def __init__(
        self, tiles: TileStore, theming: ThemeService, *, sweep_ms: int, loops: bool
    ) -> None:
        super().__init__()
        self.setWindowTitle("MFAGAN Studio")
        self.setStyleSheet("background: black;")
        self._paths: tuple[Path, ...] = ()
        self._position = 0
        self._loops = loops
        self.viewer = ImageCompare(tiles, self)
        self.viewer.overlay.text_px = _LABEL_PX
        self.viewer.set_colours(canvas=theming.colour("overlay"), focus=theming.colour("accent"))
        self._caption = _Caption(self)
        self._caption.setFixedHeight(64)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.viewer, 1)
        layout.addWidget(self._caption)
        self._sweep = QVariantAnimation(self)
        self._sweep.setDuration(sweep_ms)
        self._sweep.setEasingCurve(QEasingCurve.Type.InOutSine)
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

    def present(self, paths: Sequence[Path]) -> None:
        """Begin with the first of ``paths``."""
        self._paths = tuple(paths)
        self._position = 0
        self.photo_requested.emit(self._paths[0])

    def show_pictures(self, pictures: ComparedPictures, width_px: int, height_px: int) -> None:
        """Show a photo in full view and start the sweep after a moment."""
        self.viewer.clear()
        self.viewer.show_pictures(pictures, width_px=width_px, height_px=height_px)
        self.viewer.fit()
        self._sweep.stop()
        self._rest.start()

    def show_photo(self, info: PhotoInfo, result_size: tuple[int, int]) -> None:
        """Name the photo and say how large it was and will be."""
        before = f"{info.width_px} \u00d7 {info.height_px}"
        after = f"{result_size[0]} \u00d7 {result_size[1]}"
        self.show_caption(info.path.stem, f"{before}  \u2192  {after}")

    def show_caption(self, title: str, facts: str) -> None:
        """Name what is shown."""
        self._caption.set_texts(title, facts, f"{self._position + 1} / {max(len(self._paths), 1)}")

    @Slot(object)
    def _on_swept(self, value: object) -> None:
        if not isinstance(value, int):
            return
        # The divider stays on the photo, wherever that ends on the screen.
        view = self.viewer.view
        photo = picture_rect(view)
        first, last = max(photo.left(), 0), min(photo.right(), view.view_width_px)
        place = first + (last - first) * value / STEPS
        self.viewer.handle.setValue(round(place / max(view.view_width_px, 1) * STEPS))

    @Slot()
    def _on_sweep_finished(self) -> None:
        is_last = self._position + 1 >= len(self._paths)
        if is_last and not self._loops:
            return
        if len(self._paths) > 1:
            self._go(1)
        else:
            self._rest.start()

    def _go(self, step: int) -> None:
        self._sweep.stop()
        self._rest.stop()
        self._position = (self._position + step) % len(self._paths)
        self.photo_requested.emit(self._paths[self._position])

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
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.viewer.fit()

    @override
    def closeEvent(self, event: QCloseEvent) -> None:
        self._sweep.stop()
        self._rest.stop()
        self.closed.emit()
        super().closeEvent(event)


def build_presentation(
    tiles: TileStore, theming: ThemeService, settings: SettingsStore
) -> PresentationView:
    """Return a presentation as the settings ask; it is deleted when it closes."""
    view = PresentationView(
        tiles,
        theming,
        sweep_ms=settings.number("presentation.sweep_s") * 1000,
        loops=settings.is_on("presentation.loop"),
    )
    view.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return view


class _Caption(QWidget):
    """The line below the photo."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._texts = ("", "", "")

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
