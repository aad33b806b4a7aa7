"""Models side by side on one photo: the grid, which photo it is, and the way back."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from app.services.pictures.tile_store import TileStore
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX, SPACE_XS_PX
from app.viewer.grid_page import GridPage
from app.widgets.compare.compare_grid import CompareGrid
from app.widgets.controls import ElidedLabel, text_label
from app.widgets.flow_layout import FlowLayout
from app.widgets.theming import ThemeService


class ComparisonView(QWidget):
    """Shows the grid, or what is missing for it.

    Attributes:
        grid: The pictures.
        back: Leads back to the list of models.
        use: Upscales photos with the model that is shown alone, or the only one.

    Signals:
        back_requested: Leave the comparison.
        photo_requested: Choose another photo.
        sample_requested: Take a photo that comes with the app.
        use_requested: Key of the model to upscale photos with.
        judge_requested: Compare models without knowing which is which.
        message_changed: The grid is shown, or a message in place of it.
    """

    back_requested = Signal()
    photo_requested = Signal()
    sample_requested = Signal()
    use_requested = Signal(str)
    judge_requested = Signal()
    message_changed = Signal()

    def __init__(
        self, tiles: TileStore, theming: ThemeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.grid = CompareGrid(tiles)
        self.grid_page = GridPage(self.grid, theming)
        self._message = text_label(role="secondary", wraps=True, is_centered=True)
        self._title = text_label(role="headline", wraps=True, is_centered=True)
        self._ways = self._build_ways()
        self._stack = QStackedWidget()
        self._stack.addWidget(self._build_message())
        self._stack.addWidget(self.grid_page)
        self._stack.currentChanged.connect(self.message_changed)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self._build_bar())
        layout.addWidget(self._stack, 1)
        self.grid.shown_alone.connect(self._show_use)

    @property
    def message(self) -> str:
        """What is missing, empty while the grid is shown."""
        if self._stack.currentIndex() == 1:
            return ""
        return f"{self._title.text()}\n{self._message.text()}".strip()

    def show_photo_name(self, name: str) -> None:
        """Name the photo, as plain text; empty for none."""
        self._photo.setText(name)

    def show_message(self, title: str, text: str = "", *, has_ways: bool = False) -> None:
        """Show a message in place of the grid.

        Args:
            title: What is the matter.
            text: More about it.
            has_ways: Whether photos can be chosen below it.
        """
        self._title.setText(title)
        self._message.setText(text)
        self._message.setVisible(bool(text))
        self._ways.setVisible(has_ways)
        self._stack.setCurrentIndex(0)
        self.use.setEnabled(False)

    def show_grid(self) -> None:
        """Show the grid, whose panes have just changed."""
        self.grid_page.show_names()
        self._stack.setCurrentIndex(1)
        self._show_use()

    def _build_bar(self) -> QFrame:
        bar = QFrame()
        bar.setObjectName("toolbar")
        self.back = QPushButton(self.tr("All models"))
        self.back.setShortcut(Qt.Key.Key_Escape)
        self.back.setToolTip(self.tr("Back to the list of models (Esc)"))
        self.back.clicked.connect(self.back_requested)
        self._photo = ElidedLabel(role="secondary")
        self._photo.setAlignment(Qt.AlignmentFlag.AlignCenter)
        choose = QPushButton(self.tr("Another photo\u2026"))
        choose.clicked.connect(self.photo_requested)
        self.use = QPushButton(self.tr("Use for photos"))
        self.use.setProperty("role", "primary")
        self.use.clicked.connect(lambda: self.use_requested.emit(self._usable()))
        self.judge = QPushButton(self.tr("Blind test\u2026"))
        self.judge.setToolTip(self.tr("Compare models without knowing which is which"))
        self.judge.clicked.connect(self.judge_requested)
        row = QHBoxLayout(bar)
        row.setContentsMargins(SPACE_M_PX, SPACE_XS_PX, SPACE_M_PX, SPACE_XS_PX)
        row.setSpacing(SPACE_S_PX)
        row.addWidget(self.back)
        row.addWidget(self._photo, 1)
        row.addWidget(choose)
        row.addWidget(self.judge)
        row.addWidget(self.use)
        return bar

    def _build_message(self) -> QWidget:
        page = QWidget()
        page.setObjectName("canvas")
        page.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        column = QVBoxLayout(page)
        column.setContentsMargins(SPACE_L_PX, SPACE_L_PX, SPACE_L_PX, SPACE_L_PX)
        column.setSpacing(SPACE_M_PX)
        column.addStretch(3)
        column.addWidget(self._title)
        column.addWidget(self._message)
        column.addWidget(self._ways, alignment=Qt.AlignmentFlag.AlignCenter)
        column.addStretch(4)
        return page

    def _build_ways(self) -> QWidget:
        ways = QWidget()
        row = FlowLayout(ways)
        choose = QPushButton(self.tr("Choose a photo\u2026"))
        choose.setProperty("role", "primary")
        choose.clicked.connect(self.photo_requested)
        sample = QPushButton(self.tr("Take a sample"))
        sample.clicked.connect(self.sample_requested)
        row.addWidget(choose)
        row.addWidget(sample)
        return ways

    def _usable(self) -> str:
        panes = self.grid.panes
        return panes[0].key if len(panes) == 1 else self.grid.alone

    def _show_use(self) -> None:
        # Of several, only the one that is looked at alone is meant.
        self.use.setEnabled(bool(self._usable()))
        self.use.setToolTip(
            "" if self._usable() else self.tr("Show one picture alone to choose its model")
        )
