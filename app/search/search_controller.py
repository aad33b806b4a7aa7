"""Reads the search that is shown, again whenever its folder changes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from app.services.folder_watch import FolderWatch
from app.services.task_runner import Report, TaskRunner
from engine.api import CancelToken, SearchReader, SearchState


class SearchController(QObject):
    """One search at a time; reading happens on a worker, one read after the other.

    Signals:
        opened: The `SearchState` of a search that was not shown before.
        changed: The `SearchState`, in which something is new.
        failed: Folder and error: it is not there, or not a search.
    """

    opened = Signal(object)
    changed = Signal(object)
    failed = Signal(object, object)

    def __init__(self, runner: TaskRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._reader: SearchReader | None = None
        self._folder: Path | None = None
        self._state: SearchState | None = None
        self._watch: FolderWatch | None = None
        self._is_reading = False
        self._is_stale = False

    @property
    def folder(self) -> Path | None:
        """The folder that is shown, from the moment it was asked for."""
        return self._folder

    @property
    def state(self) -> SearchState | None:
        """The search as it was read last."""
        return self._state

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being read."""
        return not self._is_reading

    def open(self, folder: Path) -> None:
        """Show the search in ``folder`` from now on."""
        if folder == self._folder:
            self.refresh()
            return
        self.close()
        self._folder, self._reader = folder, SearchReader(folder)
        self._watch = FolderWatch(folder, delay_ms=250, parent=self)
        self._watch.changed.connect(self.refresh)
        self._watch.start()
        self.refresh()

    def close(self) -> None:
        """Show none."""
        if self._watch is not None:
            self._watch.stop()
            self._watch.deleteLater()
            self._watch = None
        self._folder = self._reader = self._state = None

    @Slot()
    def refresh(self) -> None:
        """Read what is new in the folder."""
        reader = self._reader
        if reader is None:
            return
        # A reader serves one thread at a time; what changes meanwhile is read afterwards.
        if self._is_reading:
            self._is_stale = True
            return
        self._is_reading, self._is_stale = True, False

        def work(_report: Report, _token: CancelToken) -> object:
            return reader.read()

        task = self._runner.create(work)
        task.succeeded.connect(lambda state: self._on_read(reader, state))
        task.failed.connect(lambda error: self._on_failed(reader, error))
        task.cancelled.connect(self._end_read)
        task.start()

    def _on_read(self, reader: SearchReader, state: SearchState) -> None:
        if reader is self._reader:
            is_first, self._state = self._state is None, state
            (self.opened if is_first else self.changed).emit(state)
        self._end_read()

    def _on_failed(self, reader: SearchReader, error: Exception) -> None:
        if reader is self._reader:
            self.failed.emit(self._folder, error)
        self._end_read()

    @Slot()
    def _end_read(self) -> None:
        self._is_reading = False
        # Another search may have been chosen meanwhile, or this one has changed.
        if self._is_stale:
            self.refresh()
