"""The runs as rows of a Qt item model, the newest first."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from typing_extensions import override

from app.services.run_requests import ACTIVE
from app.state.tooltips import tip_html
from app.training.run_texts import (
    facts_line,
    progress_text,
    run_name,
    state_text,
    summary_line,
)
from app.widgets.controls import PARTS_MARK
from engine.api import RunSummary

SUMMARY_ROLE = int(Qt.ItemDataRole.UserRole)
"""The `RunSummary` of a row."""
COLOR_ROLE = SUMMARY_ROLE + 1
"""Position of the run's color in charts, None if it is not drawn there."""

Index = QModelIndex | QPersistentModelIndex


class RunListModel(QAbstractListModel):
    """One row per run; a check mark draws a run into the charts beside the current one.

    Signals:
        compared_changed: Other runs are marked.
    """

    compared_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[RunSummary] = []
        self._compared: list[str] = []
        self._current: str | None = None

    @property
    def rows(self) -> Sequence[RunSummary]:
        """The runs in the order of the list."""
        return self._rows

    @property
    def compared(self) -> list[Path]:
        """The marked runs, in the order in which they were marked."""
        return [Path(path) for path in self._compared]

    def row_of(self, path: Path) -> int:
        """Return the row of a run, -1 if it is not listed."""
        text = str(path)
        return next((row for row, run in enumerate(self._rows) if run.path == text), -1)

    def summary(self, path: Path) -> RunSummary | None:
        """Return a run of the list."""
        row = self.row_of(path)
        return None if row < 0 else self._rows[row]

    def set_current(self, path: Path | None) -> None:
        """Tell which run is shown: the charts draw it in the first color."""
        self._current = None if path is None else str(path)
        self._redraw()

    def set_runs(self, runs: Sequence[RunSummary]) -> None:
        """Show ``runs``; rows that stay keep their place, selection and mark."""
        new = sorted(runs, key=_age)
        if [run.path for run in new] == [run.path for run in self._rows]:
            for row, (was, now) in enumerate(zip(self._rows, new, strict=True)):
                if was != now:
                    self._rows[row] = now
                    self.dataChanged.emit(self.index(row), self.index(row))
            return
        self._replace_rows(new)
        listed = {run.path for run in new}
        if any(path not in listed for path in self._compared):
            self._compared = [path for path in self._compared if path in listed]
            self.compared_changed.emit()

    def _replace_rows(self, new: list[RunSummary]) -> None:
        listed = {run.path for run in new}
        # Row by row: a reset would take the selection and the position of the list with it.
        for row in reversed(range(len(self._rows))):
            if self._rows[row].path not in listed:
                self.beginRemoveRows(QModelIndex(), row, row)
                del self._rows[row]
                self.endRemoveRows()
        for row, run in enumerate(new):
            if row < len(self._rows) and self._rows[row].path == run.path:
                self._rows[row] = run
                self.dataChanged.emit(self.index(row), self.index(row))
                continue
            old = next((i for i, r in enumerate(self._rows) if r.path == run.path), None)
            if old is None:
                self.beginInsertRows(QModelIndex(), row, row)
                self._rows.insert(row, run)
                self.endInsertRows()
            else:
                self.beginMoveRows(QModelIndex(), old, old, QModelIndex(), row)
                del self._rows[old]
                self._rows.insert(row, run)
                self.endMoveRows()

    @override
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    @override
    def flags(self, index: Index) -> Qt.ItemFlag:
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable

    @override
    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._rows):
            return None
        run = self._rows[index.row()]
        if role == SUMMARY_ROLE:
            return run
        if role == COLOR_ROLE:
            return self._color(run.path)
        if role == Qt.ItemDataRole.CheckStateRole:
            is_on = run.path in self._compared
            return Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked
        return _said(run, role)

    @override
    def setData(self, index: Index, value: object, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid():
            return False
        path = self._rows[index.row()].path
        is_on = value in {Qt.CheckState.Checked, Qt.CheckState.Checked.value}
        if is_on != (path in self._compared):
            self.toggle_compared(Path(path))
        return True

    def toggle_compared(self, run: Path) -> None:
        """Draw a run into the charts beside the current one, or no longer."""
        path = str(run)
        if path in self._compared:
            self._compared.remove(path)
        else:
            self._compared.append(path)
        self._redraw()
        self.compared_changed.emit()

    def _color(self, path: str) -> int | None:
        drawn = [self._current, *(run for run in self._compared if run != self._current)]
        # One run alone has a color per curve and none of its own.
        return drawn.index(path) if len(drawn) > 1 and path in drawn else None

    def _redraw(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))


def _said(run: RunSummary, role: int) -> str | None:
    """Return what is shown or said about a run."""
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return run_name(run)
        case Qt.ItemDataRole.ToolTipRole:
            return tip_html("\n".join((run.path, facts_line(run), _line(run))))
        case Qt.ItemDataRole.AccessibleTextRole:
            return f"{run_name(run)}, {state_text(run.state)}"
        case Qt.ItemDataRole.AccessibleDescriptionRole:
            return _line(run)
        case _:
            return None


def _line(run: RunSummary) -> str:
    line = summary_line(run)
    return PARTS_MARK.join((progress_text(run), line)) if run.state in ACTIVE else line


def _age(run: RunSummary) -> tuple[bool, float, str]:
    # What has not begun yet was just made; what cannot be read goes to the end.
    if run.started_s is None:
        return run.state == "damaged", float("-inf"), run.name
    return False, -run.started_s, run.name
