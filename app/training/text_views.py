"""The recipe of a run, how it differs from another one, and what the run had to say."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtGui import QFontDatabase, QStandardItem, QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QHeaderView,
    QPlainTextEdit,
    QSplitter,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from app.services.engine_texts import note_texts
from app.state.shown_names import shown, shown_lines
from app.state.theme import SPACE_S_PX
from app.training.run_record import RunRecord
from app.training.run_texts import moment, run_name
from app.widgets.controls import text_label
from engine.api import ConfigError, RunSummary, recipe_differences

Difference = tuple[str, str | None, str | None]


def text_view(name: str) -> QPlainTextEdit:
    """Return a view of text with letters of one width; Tab leaves it."""
    view = QPlainTextEdit()
    view.setReadOnly(True)
    view.setTabChangesFocus(True)
    view.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
    view.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
    view.setProperty("role", "code")
    # Recipes and logs are written from left to right in every language.
    view.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    view.setAccessibleName(name)
    return view


class LogView(QWidget):
    """Notes, warnings and failures of a run, then what its process wrote."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = text_view(self.tr("Log of the run"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(self.text)

    def show_record(self, record: RunRecord) -> None:
        """Show what ``record`` says; who looks at the end stays there."""
        lines = [
            f"{moment(message.time_s)}  {said}"
            for message, said in zip(
                record.messages, note_texts(m.text for m in record.messages), strict=True
            )
        ]
        if record.log:
            lines += ["", shown_lines(record.log.rstrip("\n"))]
        content = "\n".join(lines) or self.tr("The run has said nothing yet.")
        if content == self.text.toPlainText():
            return
        bar = self.text.verticalScrollBar()
        was_at_end = bar.value() == bar.maximum()
        position = bar.value()
        self.text.setPlainText(content)
        bar.setValue(bar.maximum() if was_at_end else position)


class RecipeView(QWidget):
    """The text of a recipe, and the fields in which it differs from another run's.

    Signals:
        differences_requested: Path of the run to compare with.
    """

    differences_requested = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = text_view(self.tr("Recipe of the run"))
        self.other = QComboBox()
        self.other.setAccessibleName(self.tr("Run to compare the recipe with"))
        # A long name must not widen the page.
        self.other.setMinimumWidth(1)
        self.other.setSizeAdjustPolicy(
            QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        self.other.currentIndexChanged.connect(self._on_other)
        self._model = QStandardItemModel(0, 3, self)
        self.table = QTreeView()
        self.table.setModel(self._model)
        self.table.setRootIsDecorated(False)
        self.table.setAllColumnsShowFocus(True)
        self.table.setEditTriggers(QTreeView.EditTrigger.NoEditTriggers)
        self.table.setObjectName("shortcuts")
        self.table.setAccessibleName(self.tr("Differences of the recipes"))
        self._said = text_label(role="caption", wraps=True)
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(SPACE_S_PX, 0, 0, 0)
        column.setSpacing(SPACE_S_PX)
        row = QHBoxLayout()
        row.addWidget(text_label(self.tr("Compared with"), role="section"))
        row.addWidget(self.other, 1)
        column.addLayout(row)
        column.addWidget(self._said)
        column.addWidget(self.table, 1)
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.addWidget(self.text)
        splitter.addWidget(right)
        splitter.setChildrenCollapsible(False)
        splitter.setSizes([480, 480])
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(splitter)
        self.show_differences(None)

    def show_record(self, record: RunRecord, runs: Sequence[RunSummary]) -> None:
        """Show the recipe of ``record``, and ``runs`` to compare it with."""
        content = shown_lines(record.recipe_yaml)
        if content != self.text.toPlainText():
            self.text.setPlainText(content)
            self.show_differences(None)
        wanted = [run for run in runs if Path(run.path) != record.path]
        listed = [self.other.itemData(row) for row in range(1, self.other.count())]
        if listed == [run.path for run in wanted] and self.other.count():
            return
        chosen = self.other.currentData()
        with QSignalBlocker(self.other):
            self.other.clear()
            self.other.addItem(self.tr("Choose a run\u2026"), None)
            for run in wanted:
                self.other.addItem(run_name(run), run.path)
            self.other.setCurrentIndex(max(self.other.findData(chosen), 0))

    def show_differences(self, differences: Sequence[Difference] | str | None) -> None:
        """Show differences, why there are none to show, or nothing if no run is chosen."""
        self._model.clear()
        self._model.setHorizontalHeaderLabels(
            [self.tr("Field"), self.tr("This run"), self.tr("The other")]
        )
        if isinstance(differences, str):
            self._said.setText(differences)
        elif differences is None:
            self._said.setText(self.tr("Shows in which fields the recipes of two runs differ."))
        elif not differences:
            self._said.setText(self.tr("The recipes are the same."))
        else:
            text = self.tr("{count} fields differ.").format(count=len(differences))
            self._said.setText(text)
            for name, here, there in differences:
                dash = "\u2013"  # a dash where no value is
                texts = (name, dash if here is None else here, dash if there is None else there)
                self._model.appendRow([QStandardItem(shown(text)) for text in texts])
        self.table.setVisible(self._model.rowCount() > 0)
        self.table.header().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)

    @Slot(int)
    def _on_other(self, _row: int) -> None:
        path = self.other.currentData()
        if path is None:
            self.show_differences(None)
        else:
            self.differences_requested.emit(Path(path))


def read_differences(one: Path, other: Path) -> Sequence[Difference] | str:
    """Return the fields in which the recipes of two runs differ, or why that cannot be said."""
    try:
        return recipe_differences(one, other)
    except ConfigError as error:
        return note_texts([str(error)])[0]
