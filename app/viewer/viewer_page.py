"""The viewer with its bar of modes, zoom and read-out."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.state.theme import SPACE_S_PX
from app.state.viewer_state import PixelReading, ViewerMode
from app.viewer.viewer_bar import ViewerBar
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.controls import Segments
from app.widgets.theming import ThemeService
from app.widgets.window_actions import tip_text


class ViewerPage(QWidget):
    """Frames the viewer with buttons, all of which have keys too.

    Signals:
        mode_requested: The chosen `ViewerMode`.
    """

    mode_requested = Signal(object)

    def __init__(
        self, viewer: ImageCompare, theming: ThemeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.viewer = viewer
        self._names = (self.tr("Before"), self.tr("After"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(viewer, 1)
        layout.addWidget(self._build_bar(theming))
        viewer.mode_changed.connect(self._on_mode_changed)
        viewer.pointed.connect(self._on_pointed)
        viewer.loupe_changed.connect(self._loupe.setChecked)
        self._on_mode_changed(viewer.mode)

    def show_keys(self, actions: Mapping[str, QAction]) -> None:
        """Show the keys of commands in the tooltips of buttons that do the same."""
        for button, name in self._bar.icons:
            text = button.accessibleName()
            # Flipping has a fixed key, which is in no table of shortcuts.
            if name == ViewerMode.FLIP.value and actions[name].shortcut().isEmpty():
                button.setToolTip(f"{text} ({self.tr('Space')})")
            else:
                button.setToolTip(tip_text(text, actions[name]))

    def show_names(self, before: str, after: str) -> None:
        """Name the sides in the read-out, where they are not before and after of a photo."""
        self._names = (before, after)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit_bar()

    def _fit_bar(self) -> None:
        """Hide buttons, whose keys still work, where the bar would widen the window."""
        # All are shown first, then hidden one by one until the rest fits.
        for widget in self._optional:
            widget.show()
        for widget in self._optional:
            layout = self._bar.layout()
            if layout is None or layout.sizeHint().width() <= self.width():
                return
            widget.hide()

    def _build_bar(self, theming: ThemeService) -> ViewerBar:
        self._bar = bar = ViewerBar(self.viewer, theming)
        self._modes = Segments()
        for mode, name in self._mode_names():
            button = self._modes.add("", name=name)
            bar.icons.append((button, mode.value))
        self._modes.chosen.connect(lambda i: self.mode_requested.emit(list(ViewerMode)[i]))
        bar.row.addWidget(self._modes)
        bar.row.addSpacing(SPACE_S_PX)
        self._loupe = bar.tool("loupe", self.tr("Loupe"))
        self._loupe.setCheckable(True)
        self._loupe.clicked.connect(self.viewer.set_loupe)
        bar.row.addWidget(self._loupe)
        self._reading = QLabel()
        # It comes and goes with the pointer and must not push the buttons aside.
        self._reading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._reading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._reading.setProperty("role", "caption")
        self._reading.setTextFormat(Qt.TextFormat.RichText)
        bar.row.addWidget(self._reading, 1)
        bar.add_zoom()
        # In the order in which they are left out: what the wheel does too goes first.
        self._optional = (bar.zoom_out, bar.zoom_in, self._loupe, bar.zoom, bar.fit, bar.actual)
        return bar

    def _mode_names(self) -> list[tuple[ViewerMode, str]]:
        return [
            (ViewerMode.SPLIT_VERTICAL, self.tr("Split left and right")),
            (ViewerMode.SPLIT_HORIZONTAL, self.tr("Split top and bottom")),
            (ViewerMode.SIDE_BY_SIDE, self.tr("Side by side")),
            (ViewerMode.FLIP, self.tr("Flip in place")),
            (ViewerMode.BLINK, self.tr("Blink")),
            (ViewerMode.DIFFERENCE, self.tr("Difference map")),
        ]

    @Slot(object)
    def _on_mode_changed(self, mode: ViewerMode) -> None:
        self._modes.set_current(list(ViewerMode).index(mode))

    @Slot(object)
    def _on_pointed(self, reading: PixelReading | None) -> None:
        if reading is None:
            self._reading.setText("")
            return
        parts = [f"{reading.x}, {reading.y}"]
        for name, color in zip(self._names, (reading.before, reading.after), strict=True):
            # The swatch shows the color as it is on screen, beside its three levels.
            swatch = "<span style='color:#{:02x}{:02x}{:02x}'>\u25a0</span>".format(*color)
            # A name may come from a file, and none is markup.
            parts.append(f"{escape(name)} {swatch} {color[0]} {color[1]} {color[2]}")
        self._reading.setText(" &nbsp;\u2003 ".join(parts))
