"""Knows the searches that there are: the user's, the shipped ones, and folders opened by hand."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.services.task_runner import Report, TaskRunner
from engine.api import CancelToken, RunSummary, find_searches

_EVERY_MS = 2000


class SearchesController(QObject):
    """Looks on a worker, every two seconds while the page is shown.

    Signals:
        changed: The `RunSummary` values, the user's own first.
    """

    changed = Signal(object)

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._opened: list[Path] = []
        self._found: tuple[RunSummary, ...] | None = None
        self._is_looking = False
        self._timer = QTimer(self)
        self._timer.setInterval(_EVERY_MS)
        self._timer.timeout.connect(self.look)

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being read."""
        return not self._is_looking

    @property
    def found(self) -> tuple[RunSummary, ...]:
        """The searches as they were seen last."""
        return self._found or ()

    def add(self, folder: Path) -> None:
        """List a folder that lies elsewhere."""
        if folder not in self._opened:
            self._opened.append(folder)
        self.look()

    def set_active(self, *, is_active: bool) -> None:
        """Look for changes, or not while the page is not seen."""
        if is_active:
            self._timer.start()
            self.look()
        else:
            self._timer.stop()

    @Slot()
    def look(self) -> None:
        """Look once."""
        if self._is_looking:
            return
        self._is_looking = True
        opened = tuple(self._opened)

        def work(_report: Report, _token: CancelToken) -> object:
            return find_searches(opened)

        task = self._runner.create(work)
        task.succeeded.connect(self._on_found)
        task.failed.connect(self._end)
        task.cancelled.connect(self._end)
        task.start()

    @Slot(object)
    def _on_found(self, found: tuple[RunSummary, ...]) -> None:
        self._end()
        if found != self._found:
            self._found = found
            self.changed.emit(found)

    @Slot()
    def _end(self) -> None:
        self._is_looking = False
