"""Up to four pictures of a photo with a bar: their names, and the zoom."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget
from typing_extensions import override

from app.state.theme import SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.state.view_transform import ViewTransform
from app.widgets.compare.compare_grid import CompareGrid
from app.widgets.controls import Segments
from app.widgets.theming import ThemeService

_MOST_LETTERS = 24
_CUT = _MOST_LETTERS - 1


class _Bar(QFrame):
    """Shrinks with a narrow window: everything on it has keys, too."""

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(1, super().minimumSizeHint().height())


class GridPage(QWidget):
    """Frames the grid with buttons: one per picture shows it alone, the first shows all.

    Attributes:
        grid: What is framed.
        names: The buttons of the pictures; the first is for all of them.
        original: Shows the original in place of the pictures.
    """

    def __init__(
        self, grid: CompareGrid, theming: ThemeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.grid = grid
        self._theming = theming
        self._icons: list[tuple[QToolButton, str]] = []
        self._bar = _Bar()
        self._bar.setObjectName("viewerBar")
        self._row = QHBoxLayout(self._bar)
        self._row.setContentsMargins(SPACE_M_PX, SPACE_XS_PX, SPACE_M_PX, SPACE_XS_PX)
        self._row.setSpacing(SPACE_XS_PX)
        self.names = Segments()
        self._row.addWidget(self.names)
        self.original = QToolButton()
        self.original.setText(self.tr("Original"))
        self.original.setProperty("role", "text")
        self.original.setToolTip(self.tr("Show the original in every pane (Space)"))
        self.original.setCheckable(True)
        self.original.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.original.clicked.connect(grid.show_original)
        grid.original_shown.connect(self.original.setChecked)
        self._row.addWidget(self.original)
        self._row.addStretch()
        self._add_zoom(self._row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(grid, 1)
        layout.addWidget(self._bar)
        grid.view_changed.connect(self._on_view_changed)
        grid.shown_alone.connect(self._on_shown_alone)
        theming.changed.connect(self._on_theme_changed)
        self._on_theme_changed()
        self.setFocusProxy(grid)

    def show_names(self) -> None:
        """Name the pictures of the grid on the buttons; for after its panes have changed."""
        old, self.names = self.names, Segments()
        self._row.replaceWidget(old, self.names)
        old.hide()
        old.deleteLater()
        panes = self.grid.panes
        self.names.setAccessibleName(self.tr("Pictures"))
        self.names.add(self.tr("All"), tip=self.tr("All (0)"))
        for number, pane in enumerate(panes, start=1):
            # Whole in the tool tip and for screen readers: four long names must fit the bar.
            short = pane.name if len(pane.name) <= _MOST_LETTERS else f"{pane.name[:_CUT]}\u2026"
            self.names.add(f"{number}  {short}", name=pane.name, tip=f"{pane.name} ({number})")
        keys = ["", *(pane.key for pane in panes)]
        self.names.chosen.connect(lambda position: self.grid.show_alone(keys[position]))
        # With one picture there is nothing to choose.
        self.names.setVisible(len(panes) > 1)
        self._on_shown_alone(self.grid.alone)

    def _add_zoom(self, row: QHBoxLayout) -> None:
        zoom_out = self._tool("zoom-out", self.tr("Zoom out"))
        zoom_out.clicked.connect(self.grid.zoom_out)
        row.addWidget(zoom_out)
        self._zoom = QLabel("100%")
        self._zoom.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._zoom.setMinimumWidth(52)
        self._zoom.setAccessibleName(self.tr("Zoom"))
        row.addWidget(self._zoom)
        zoom_in = self._tool("zoom-in", self.tr("Zoom in"))
        zoom_in.clicked.connect(self.grid.zoom_in)
        row.addWidget(zoom_in)
        row.addSpacing(SPACE_S_PX)
        fit = self._tool("fit", self.tr("Fit to window"))
        fit.clicked.connect(self.grid.fit)
        row.addWidget(fit)
        actual = self._tool("actual-size", self.tr("One result pixel on one screen pixel"))
        actual.clicked.connect(lambda: self.grid.zoom_to(1.0))
        row.addWidget(actual)

    def _tool(self, icon: str, name: str) -> QToolButton:
        button = QToolButton()
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._icons.append((button, icon))
        return button

    @Slot()
    def _on_theme_changed(self) -> None:
        for button, name in self._icons:
            button.setIcon(self._theming.icon(name))
            button.setIconSize(self._theming.icon_size)
        theme = self._theming
        self.grid.set_colors(canvas=theme.color("canvas"), focus=theme.color("focus"))
        self.grid.overlay.ground = theme.color("overlay")
        self.grid.overlay.ink = theme.color("overlay_text")
        # Overlays are painted, not styled: the style sheet does not reach them.
        self.grid.overlay.text_px = theme.theme.type_px(12)

    @Slot(object)
    def _on_view_changed(self, view: ViewTransform) -> None:
        # From 1000 % on, whole hundreds: the label is as narrow as four digits.
        self._zoom.setText(f"{view.zoom:.0%}" if view.zoom < 10 else f"{view.zoom:.0f}00%")

    @Slot(str)
    def _on_shown_alone(self, key: str) -> None:
        keys = ["", *(pane.key for pane in self.grid.panes)]
        if len(self.names.buttons()) == len(keys):
            self.names.set_current(keys.index(key))
