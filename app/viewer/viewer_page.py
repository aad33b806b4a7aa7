"""The viewer with its bar of modes, zoom and read-out."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)
from typing_extensions import override

from app.state.theme import SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.state.view_transform import ViewTransform
from app.state.viewer_state import PixelReading, ViewerMode
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.controls import Segments
from app.widgets.theming import ThemeService
from app.widgets.window_actions import tip_text


class _Bar(QFrame):
    """Shrinks with a narrow window; its page hides the buttons that do not fit."""

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(1, super().minimumSizeHint().height())


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
        self._theming = theming
        self._icons: list[tuple[QToolButton, str]] = []
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(viewer, 1)
        layout.addWidget(self._build_bar())
        viewer.view_changed.connect(self._on_view_changed)
        viewer.mode_changed.connect(self._on_mode_changed)
        viewer.pointed.connect(self._on_pointed)
        viewer.loupe_changed.connect(self._loupe.setChecked)
        theming.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self._on_mode_changed(viewer.mode)

    def show_keys(self, actions: Mapping[str, QAction]) -> None:
        """Show the keys of commands in the tooltips of buttons that do the same."""
        for button, name in self._icons:
            text = button.accessibleName()
            # Flipping has a fixed key, which is in no table of shortcuts.
            if name == ViewerMode.FLIP.value and actions[name].shortcut().isEmpty():
                button.setToolTip(f"{text} ({self.tr('Space')})")
            else:
                button.setToolTip(tip_text(text, actions[name]))

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

    def _build_bar(self) -> QFrame:
        self._bar = bar = _Bar()
        bar.setObjectName("viewerBar")
        row = QHBoxLayout(bar)
        row.setContentsMargins(SPACE_M_PX, SPACE_XS_PX, SPACE_M_PX, SPACE_XS_PX)
        row.setSpacing(SPACE_XS_PX)
        self._modes = Segments()
        for mode, name in self._mode_names():
            button = self._modes.add("", name=name)
            self._icons.append((button, mode.value))
        self._modes.chosen.connect(lambda i: self.mode_requested.emit(list(ViewerMode)[i]))
        row.addWidget(self._modes)
        row.addSpacing(SPACE_S_PX)
        self._loupe = self._tool("loupe", self.tr("Loupe"))
        self._loupe.setCheckable(True)
        self._loupe.clicked.connect(self.viewer.set_loupe)
        row.addWidget(self._loupe)
        self._reading = QLabel()
        # It comes and goes with the pointer and must not push the buttons aside.
        self._reading.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._reading.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._reading.setProperty("role", "caption")
        self._reading.setTextFormat(Qt.TextFormat.RichText)
        row.addWidget(self._reading, 1)
        self._add_zoom(row)
        return bar

    def _add_zoom(self, row: QHBoxLayout) -> None:
        zoom_out = self._tool("zoom-out", self.tr("Zoom out"))
        zoom_out.clicked.connect(self.viewer.zoom_out)
        row.addWidget(zoom_out)
        self._zoom = QLabel("100%")
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._zoom.setMinimumWidth(52)
        self._zoom.setAccessibleName(self.tr("Zoom"))
        row.addWidget(self._zoom)
        zoom_in = self._tool("zoom-in", self.tr("Zoom in"))
        zoom_in.clicked.connect(self.viewer.zoom_in)
        row.addWidget(zoom_in)
        row.addSpacing(SPACE_S_PX)
        fit = self._tool("fit", self.tr("Fit to window"))
        fit.clicked.connect(self.viewer.fit)
        row.addWidget(fit)
        actual = self._tool("actual-size", self.tr("One result pixel on one screen pixel"))
        actual.clicked.connect(lambda: self.viewer.zoom_to(1.0))
        row.addWidget(actual)
        # In the order in which they are left out: what the wheel does too goes first.
        self._optional = (zoom_out, zoom_in, self._loupe, self._zoom, fit, actual)

    def _mode_names(self) -> list[tuple[ViewerMode, str]]:
        return [
            (ViewerMode.SPLIT_VERTICAL, self.tr("Split left and right")),
            (ViewerMode.SPLIT_HORIZONTAL, self.tr("Split top and bottom")),
            (ViewerMode.SIDE_BY_SIDE, self.tr("Side by side")),
            (ViewerMode.FLIP, self.tr("Flip in place")),
            (ViewerMode.BLINK, self.tr("Blink")),
            (ViewerMode.DIFFERENCE, self.tr("Difference map")),
        ]

    def _tool(self, icon: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icons.append((button, icon))
        return button

    @Slot()
    def _on_theme_changed(self) -> None:
        for button, name in self._icons:
            button.setIcon(self._theming.icon(name))
            button.setIconSize(self._theming.icon_size)
        theme = self._theming
        self.viewer.set_colors(canvas=theme.color("canvas"), focus=theme.color("accent"))
        self.viewer.overlay.ground = theme.color("overlay")
        self.viewer.overlay.ink = theme.color("overlay_text")
        # Overlays are painted, not styled: the style sheet does not reach them.
        self.viewer.overlay.text_px = theme.theme.type_px(12)

    @Slot(object)
    def _on_view_changed(self, view: ViewTransform) -> None:
        # From 1000 % on, whole hundreds: the label is as narrow as four digits.
        self._zoom.setText(f"{view.zoom:.0%}" if view.zoom < 10 else f"{view.zoom:.0f}00%")

    @Slot(object)
    def _on_mode_changed(self, mode: ViewerMode) -> None:
        self._modes.set_current(list(ViewerMode).index(mode))

    @Slot(object)
    def _on_pointed(self, reading: PixelReading | None) -> None:
        if reading is None:
            self._reading.setText("")
            return
        parts = [f"{reading.x}, {reading.y}"]
        names = ((self.tr("Before"), reading.before), (self.tr("After"), reading.after))
        for name, color in names:
            # The swatch shows the color as it is on screen, beside its three levels.
            swatch = "<span style='color:#{:02x}{:02x}{:02x}'>\u25a0</span>".format(*color)
            parts.append(f"{name} {swatch} {color[0]} {color[1]} {color[2]}")
        self._reading.setText(" &nbsp;\u2003 ".join(parts))
