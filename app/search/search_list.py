"""The list of searches, and what can be done with the one that is shown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from app.search.search_texts import state_text
from app.services.run_requests import ACTIVE, offered_requests
from app.state.shown_names import shown
from app.state.theme import SPACE_M_PX, SPACE_S_PX
from app.state.tooltips import tip_html
from app.widgets.controls import flowing_label, text_label
from engine.api import RunRequest, RunSummary


class SearchList(QFrame):
    """Lists searches with their state.

    Signals:
        open_requested: Folder of the search to show.
        folder_requested: Choose a folder with a dialog.
        new_requested: Start a search.
        asked: A `RunRequest` to the search that is shown.
    """

    open_requested = Signal(object)
    folder_requested = Signal()
    new_requested = Signal()
    asked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("searches")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._summaries: dict[str, RunSummary] = {}
        self._can_run = True
        self._faults = ""
        self._missing = flowing_label(role="caption")
        self.new = QPushButton(self.tr("New search\u2026"))
        self._current: Path | None = None
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, SPACE_M_PX, 0, SPACE_M_PX)
        layout.setSpacing(SPACE_S_PX)
        heading = QHBoxLayout()
        heading.setContentsMargins(SPACE_M_PX, 0, SPACE_M_PX, 0)
        heading.addWidget(text_label(self.tr("Searches"), role="section"))
        heading.addStretch(1)
        layout.addLayout(heading)
        self.rows = QListWidget()
        self.rows.setObjectName("sections")
        self.rows.setAccessibleName(self.tr("Searches"))
        self.rows.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        # Not the current row: Qt makes the first one current when the list takes the focus.
        self.rows.itemSelectionChanged.connect(self._on_selected)
        layout.addWidget(self.rows, 1)
        layout.addWidget(self._build_foot())

    def show_searches(self, summaries: Sequence[RunSummary]) -> None:
        """List ``summaries``; the one that is shown stays current."""
        self._summaries = {summary.path: summary for summary in summaries}
        with QSignalBlocker(self.rows):
            self.rows.clear()
            for summary in summaries:
                item = QListWidgetItem(f"{shown(summary.name)}\n{state_text(summary)}")
                item.setData(Qt.ItemDataRole.UserRole, summary.path)
                item.setToolTip(tip_html(shown(summary.path)))
                self.rows.addItem(item)
        self.set_current(self._current)

    def set_current(self, folder: Path | None) -> None:
        """Mark the search that is shown."""
        self._current = folder
        with QSignalBlocker(self.rows):
            places = [
                row
                for row in range(self.rows.count())
                if folder is not None
                and self.rows.item(row).data(Qt.ItemDataRole.UserRole) == str(folder)
            ]
            self.rows.setCurrentRow(places[0] if places else -1)
        self._show_foot()

    def set_missing(self, text: str) -> None:
        """Say what is missing to start searches; empty if nothing is."""
        self._missing.setText(text)
        self._missing.setVisible(bool(text))
        self.new.setEnabled(not text)
        self._can_run = not text
        self._show_foot()

    @property
    def fault(self) -> str:
        """What is said to be wrong with the search that is shown."""
        return self._fault.text()

    def set_faults(self, text: str) -> None:
        """Say what in the folder of the search that is shown cannot be read; empty if nothing."""
        self._faults = text
        self._show_foot()

    def _build_foot(self) -> QWidget:
        foot = QWidget()
        column = QVBoxLayout(foot)
        column.setContentsMargins(SPACE_M_PX, 0, SPACE_M_PX, 0)
        column.setSpacing(SPACE_S_PX)
        self._progress = QProgressBar()
        self._progress.setTextVisible(False)
        self._fault = flowing_label(role="caption")
        self.controls = self._build_controls()
        self.new.setProperty("role", "primary")
        self.new.clicked.connect(self.new_requested)
        self.open_folder = QPushButton(self.tr("Open folder\u2026"))
        self.open_folder.clicked.connect(self.folder_requested)
        for widget in (
            self._progress,
            self._fault,
            *self.controls.values(),
            self.new,
            self.open_folder,
            self._missing,
        ):
            column.addWidget(widget)
        self._missing.hide()
        return foot

    def _build_controls(self) -> dict[RunRequest, QPushButton]:
        texts: dict[RunRequest, tuple[str, str]] = {
            "pause": (
                self.tr("Pause"),
                self.tr("End the process after the candidate that is being evaluated"),
            ),
            "resume": (self.tr("Resume"), self.tr("Go on from the candidates that are there")),
            "stop": (self.tr("Stop"), self.tr("End it; what was found stays")),
        }
        buttons = {}
        for request, (text, tip) in texts.items():
            button = QPushButton(text)
            button.setToolTip(tip)
            button.setAccessibleDescription(tip)
            # `r` binds the request of this turn of the loop.
            button.clicked.connect(lambda _checked, r=request: self.asked.emit(r))
            buttons[request] = button
        return buttons

    @Slot()
    def _on_selected(self) -> None:
        for item in self.rows.selectedItems():
            self.open_requested.emit(Path(item.data(Qt.ItemDataRole.UserRole)))

    def _show_foot(self) -> None:
        summary = self._summaries.get(str(self._current))
        offered = () if summary is None else offered_requests(summary.state)
        self._progress.setVisible(summary is not None and summary.state in ACTIVE)
        if summary is not None and summary.steps:
            self._progress.setRange(0, summary.steps)
            self._progress.setValue(summary.step)
        for request, button in self.controls.items():
            button.setVisible(request in offered)
        self.controls["resume"].setEnabled(self._can_run)
        fault = self._faults if summary is None else summary.fault or self._faults
        self._fault.setText(shown(fault))
        self._fault.setVisible(bool(fault))
