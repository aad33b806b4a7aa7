"""The targets with their state, the progress of an export, and what came of it."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Signal, Slot
from PySide6.QtWidgets import (
    QHBoxLayout,
    QHeaderView,
    QProgressBar,
    QPushButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.export.pictures_view import PicturesView
from app.export.target_model import NAME_ROLE, TargetModel
from app.state.theme import SPACE_L_PX, SPACE_M_PX, SPACE_S_PX
from app.widgets.controls import text_label
from app.widgets.theming import ThemeService

_NAME_PX, _FIGURE_PX, _LEAST_PX, _INDENT_PX = 250, 84, 66, 16


class ReportView(QWidget):
    """The right side of the page.

    Signals:
        target_shown: Name of the target on which the keyboard or a click is.
        folder_requested: Show the bundle in its folder.
        check_requested: Check the bundle again.
    """

    target_shown = Signal(str)
    folder_requested = Signal()
    check_requested = Signal()

    def __init__(
        self, model: TargetModel, theming: ThemeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._model = model
        self._theming = theming
        self.tree = QTreeView()
        self.tree.setModel(model.items)
        self.tree.setObjectName("targets")
        self.tree.setAccessibleName(self.tr("Targets"))
        self.tree.setAllColumnsShowFocus(True)
        self.tree.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.tree.setUniformRowHeights(True)
        self.tree.setIndentation(_INDENT_PX)
        self._size_columns()
        self.all = QPushButton(self.tr("All"))
        self.none = QPushButton(self.tr("None"))
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setAccessibleName(self.tr("Progress of the export"))
        self.status = text_label(role="secondary", wraps=True)
        self.pictures = PicturesView()
        self.open_folder = QPushButton(self.tr("Open folder"))
        self.check = QPushButton(self.tr("Check bundle"))
        self._buttons = (self.open_folder, self.check)
        self._build()
        self._connect()
        self.show_figures(has_figures=False)
        self.show_idle("")

    def show_figures(self, *, has_figures: bool) -> None:
        """Show the columns of figures, which are empty before an export, or hide them."""
        for column in range(2, self._model.items.columnCount()):
            self.tree.setColumnHidden(column, not has_figures)

    def show_running(self, text: str, *, done: int, total: int) -> None:
        """Show how far the export is; 0 of 0 while that is not known."""
        self.progress.setVisible(True)
        self.progress.setRange(0, total)
        self.progress.setValue(done)
        self.status.setText(text)
        for button in self._buttons:
            button.hide()

    def show_idle(self, text: str, *, has_bundle: bool = False) -> None:
        """Show the outcome, with what can be done with a bundle if there is one."""
        self.progress.setVisible(False)
        self.status.setText(text)
        self.status.setVisible(bool(text))
        for button in self._buttons:
            button.setVisible(has_bundle)
        if not has_bundle:
            self.pictures.hide()

    def set_text(self, text: str) -> None:
        """Show another text beside what is shown."""
        self.status.setText(text)
        self.status.setVisible(bool(text))

    def show_files(self) -> None:
        """Open the files of all targets."""
        self.tree.expandAll()

    def show_target(self, name: str) -> None:
        """Move to a target."""
        for row in range(self._model.items.rowCount()):
            index = self._model.items.index(row, 0)
            if index.data(NAME_ROLE) == name:
                self.tree.setCurrentIndex(index)

    def _size_columns(self) -> None:
        header = self.tree.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        # Figures in large text need more; names are shortened before figures are.
        scale = self._theming.theme.text_scale
        self.tree.setColumnWidth(0, round(_NAME_PX * scale**0.5))
        for column in range(2, self._model.items.columnCount()):
            self.tree.setColumnWidth(column, round(_FIGURE_PX * scale**0.75))
        header.setMinimumSectionSize(round(_LEAST_PX * scale))

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(SPACE_S_PX)
        head.addWidget(text_label(self.tr("Targets"), role="section"))
        head.addStretch(1)
        head.addWidget(self.all)
        head.addWidget(self.none)
        foot = QHBoxLayout()
        foot.setSpacing(SPACE_S_PX)
        foot.addWidget(self.status, 1)
        for button in self._buttons:
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(SPACE_L_PX, SPACE_L_PX, SPACE_L_PX, SPACE_L_PX)
        column.setSpacing(SPACE_M_PX)
        column.addLayout(head)
        column.addWidget(self.tree, 3)
        column.addWidget(self.progress)
        column.addLayout(foot)
        column.addWidget(self.pictures, 2)

    def _connect(self) -> None:
        self.tree.selectionModel().currentChanged.connect(self._on_current)
        self.open_folder.clicked.connect(self.folder_requested)
        self.check.clicked.connect(self.check_requested)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, index: QModelIndex, _before: QModelIndex) -> None:
        name = index.siblingAtColumn(0).data(NAME_ROLE)
        if isinstance(name, str):
            self.target_shown.emit(name)
