"""The list of runs with the button for a new one."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Signal, Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QListView, QPushButton, QVBoxLayout, QWidget
from typing_extensions import override

from app.state.theme import SPACE_M_PX, SPACE_S_PX
from app.training.run_delegate import RunDelegate
from app.training.run_list_model import SUMMARY_ROLE, RunListModel
from app.widgets.controls import flowing_label, text_label
from app.widgets.theming import ThemeService
from engine.api import RunSummary


class RunListPanel(QFrame):
    """Chooses the run that is shown and those that are drawn beside it.

    Attributes:
        list: The runs.
        new: Begins a new training.

    Signals:
        chosen: `Path` of the run that is current now.
        new_requested: A new training is wanted.
    """

    chosen = Signal(object)
    new_requested = Signal()

    def __init__(
        self, model: RunListModel, theming: ThemeService, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("inspector")
        self._model = model
        self.new = QPushButton(self.tr("New training"))
        self.new.clicked.connect(self.new_requested)
        head = QHBoxLayout()
        head.addWidget(text_label(self.tr("Trainings"), role="title"), 1)
        head.addWidget(self.new)
        self.list = QListView()
        self.list.setModel(model)
        self.list.setItemDelegate(RunDelegate(theming, self))
        self.list.setMouseTracking(True)
        self.list.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.list.setAccessibleName(self.tr("Trainings"))
        self.list.setAccessibleDescription(
            self.tr("The space bar draws a training into the charts of the current one.")
        )
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self._hint = flowing_label(role="caption")
        self._hint.setText(self.tr("Marked trainings are drawn into the same charts."))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(SPACE_M_PX, SPACE_S_PX, SPACE_M_PX, SPACE_S_PX)
        layout.setSpacing(SPACE_S_PX)
        layout.addLayout(head)
        layout.addWidget(self.list, 1)
        layout.addWidget(self._hint)
        for signal in (model.rowsInserted, model.rowsRemoved):
            signal.connect(self._show_hint)
        self._show_hint()

    @property
    def current(self) -> Path | None:
        """The run that is shown."""
        run = self.list.currentIndex().data(SUMMARY_ROLE)
        return Path(run.path) if isinstance(run, RunSummary) else None

    def choose(self, run: Path) -> None:
        """Make ``run`` current, if it is listed."""
        row = self._model.row_of(run)
        if row >= 0:
            index = self._model.index(row)
            self.list.selectionModel().setCurrentIndex(
                index, QItemSelectionModel.SelectionFlag.ClearAndSelect
            )
            self.list.scrollTo(index)

    @override
    def minimumSizeHint(self) -> QSize:
        return QSize(self.new.sizeHint().width() * 2, 1)

    @Slot()
    def _show_hint(self) -> None:
        self._hint.setVisible(self._model.rowCount() > 1)

    @Slot(QModelIndex, QModelIndex)
    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        run = current.data(SUMMARY_ROLE)
        if isinstance(run, RunSummary):
            self.chosen.emit(Path(run.path))
