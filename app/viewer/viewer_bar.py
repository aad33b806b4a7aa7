"""The bar below a viewer: what is special to the viewer, then its zoom."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton
from typing_extensions import override

from app.state.theme import SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.state.view_transform import ViewTransform
from app.widgets.compare.compare_grid import CompareGrid
from app.widgets.compare.image_compare import ImageCompare
from app.widgets.theming import ThemeService


class ViewerBar(QFrame):
    """Zooms a viewer, and draws bar and viewer in the colors of the theme.

    It shrinks with a narrow window: everything on it has keys, too.

    Attributes:
        row: What else is on the bar goes here, before `add_zoom`.
        icons: Each button that shows an icon, with the name of that.
    """

    def __init__(self, viewer: ImageCompare | CompareGrid, theming: ThemeService) -> None:
        super().__init__()
        self.setObjectName("viewerBar")
        self._viewer = viewer
        self._theming = theming
        self.icons: list[tuple[QToolButton, str]] = []
        self.row = QHBoxLayout(self)
        self.row.setContentsMargins(SPACE_M_PX, SPACE_XS_PX, SPACE_M_PX, SPACE_XS_PX)
        self.row.setSpacing(SPACE_XS_PX)
        self.zoom_out = self.tool("zoom-out", self.tr("Zoom out"))
        self.zoom_out.clicked.connect(viewer.zoom_out)
        self.zoom = QLabel("100%")
        self.zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.zoom.setMinimumWidth(52)
        self.zoom.setAccessibleName(self.tr("Zoom"))
        self.zoom_in = self.tool("zoom-in", self.tr("Zoom in"))
        self.zoom_in.clicked.connect(viewer.zoom_in)
        self.fit = self.tool("fit", self.tr("Fit to window"))
        self.fit.clicked.connect(viewer.fit)
        self.actual = self.tool("actual-size", self.tr("One result pixel on one screen pixel"))
        self.actual.clicked.connect(lambda: viewer.zoom_to(1.0))
        viewer.view_changed.connect(self._on_view_changed)
        theming.changed.connect(self._on_theme_changed)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(1, super().minimumSizeHint().height())

    def tool(self, icon: str, name: str) -> QToolButton:
        """Return a new button; the caller adds it to the row."""
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.icons.append((button, icon))
        return button

    def add_zoom(self) -> None:
        """Add the buttons that zoom, at the end: the bar is complete."""
        for widget in (self.zoom_out, self.zoom, self.zoom_in):
            self.row.addWidget(widget)
        self.row.addSpacing(SPACE_S_PX)
        self.row.addWidget(self.fit)
        self.row.addWidget(self.actual)
        self._on_theme_changed()

    @Slot()
    def _on_theme_changed(self) -> None:
        for button, name in self.icons:
            button.setIcon(self._theming.icon(name))
            button.setIconSize(self._theming.icon_size)
        theme, viewer = self._theming, self._viewer
        viewer.set_colors(canvas=theme.color("canvas"), focus=theme.color("focus"))
        viewer.overlay.ground = theme.color("overlay")
        viewer.overlay.ink = theme.color("overlay_text")
        # Overlays are painted, not styled: the style sheet does not reach them.
        viewer.overlay.text_px = theme.theme.type_px(12)

    @Slot(object)
    def _on_view_changed(self, view: ViewTransform) -> None:
        # From 1000 % on, whole hundreds: the label is as narrow as four digits.
        self.zoom.setText(f"{view.zoom:.0%}" if view.zoom < 10 else f"{view.zoom:.0f}00%")
