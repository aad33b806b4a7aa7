"""Up to four pictures of a photo with a bar: their names, and the zoom."""

from __future__ import annotations

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from app.viewer.viewer_bar import ViewerBar
from app.widgets.compare.compare_grid import CompareGrid
from app.widgets.controls import Segments
from app.widgets.theming import ThemeService

_MOST_LETTERS = 24
_CUT = _MOST_LETTERS - 1


class GridPage(QWidget):
    """Frames the grid with buttons: one per picture shows it alone, the first shows all.

    Attributes:
        grid: What is framed.
        bar: The buttons.
        names: The buttons of the pictures; the first is for all of them.
        original: Shows the original in place of the pictures.
    """

    def __init__(
        self, grid: CompareGrid, theming: ThemeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.grid = grid
        self.bar = ViewerBar(grid, theming)
        self.names = Segments()
        self.bar.row.addWidget(self.names)
        self.original = QToolButton()
        self.original.setText(self.tr("Original"))
        self.original.setProperty("role", "text")
        self.original.setToolTip(self.tr("Show the original in every pane (Space)"))
        self.original.setCheckable(True)
        self.original.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.original.clicked.connect(grid.show_original)
        grid.original_shown.connect(self.original.setChecked)
        self.bar.row.addWidget(self.original)
        self.bar.row.addStretch()
        self.bar.add_zoom()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(grid, 1)
        layout.addWidget(self.bar)
        grid.shown_alone.connect(self._on_shown_alone)
        self.setFocusProxy(grid)

    def show_names(self) -> None:
        """Name the pictures of the grid on the buttons; for after its panes have changed."""
        old, self.names = self.names, Segments()
        self.bar.row.replaceWidget(old, self.names)
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

    @Slot(str)
    def _on_shown_alone(self, key: str) -> None:
        keys = ["", *(pane.key for pane in self.grid.panes)]
        if len(self.names.buttons()) == len(keys):
            self.names.set_current(keys.index(key))
