"""Adds photos and the photos of folders to the queue, without stopping the window."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from app.queue.photo_search import SearchedPhotos, search_photos
from app.services.task_runner import TaskRunner
from app.state.places import complete_path, is_folder
from app.state.processing import ProcessingChoice
from app.state.queue_store import QueueItem

# More rows in one step would be felt as a stall.
_ADDED_AT_ONCE = 200

Append = Callable[[Sequence[QueueItem]], tuple[QueueItem, ...]]
"""Appends items to the queue and returns them with their numbers."""


class QueueAdder(QObject):
    """A few photos are added at once; folders are searched on a worker thread.

        add ─► few photos ──────────────────────────────► append
          └──► folders ─► search (thread) ─► 200 a step ─► append ─► found

    Signals:
        found: The items of folders, in steps, once the folders were searched.
        failed: Path and error of something that contains no photo.
    """

    found = Signal(object)
    failed = Signal(object, object)

    def __init__(self, append: Append, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._append = append
        self._runner = TaskRunner(threads=1, parent=self)
        self._waiting: deque[QueueItem] = deque()

    def add(self, paths: Sequence[Path], choice: ProcessingChoice) -> tuple[QueueItem, ...]:
        """Append photos; folders stand for the photos in them and in their subfolders.

        Returns:
            The new items; none if folders have to be searched first, whose items are
            reported by `found`.
        """
        complete = [complete_path(path) for path in paths]
        if len(complete) <= _ADDED_AT_ONCE and not any(map(is_folder, complete)):
            return self._append(_items(complete, choice))
        task = self._runner.create(lambda _report, _token: search_photos(complete))
        task.succeeded.connect(lambda searched: self._on_searched(searched, choice))
        task.start()
        return ()

    def shut_down(self) -> None:
        """Stop searching and adding."""
        self._waiting.clear()
        self._runner.cancel_all()
        self._runner.wait_for_done()

    def _on_searched(self, searched: SearchedPhotos, choice: ProcessingChoice) -> None:
        for path, error in searched.failed:
            self.failed.emit(path, error)
        self._waiting.extend(_items(searched.photos, choice))
        self._add_step()

    @Slot()
    def _add_step(self) -> None:
        count = min(_ADDED_AT_ONCE, len(self._waiting))
        items = self._append([self._waiting.popleft() for _ in range(count)])
        if items:
            self.found.emit(items)
        if self._waiting:
            # Through the event loop: between two steps the window answers its user.
            QTimer.singleShot(0, self, self._add_step)


def _items(photos: Sequence[Path], choice: ProcessingChoice) -> list[QueueItem]:
    return [QueueItem(item_id=0, path=path, choice=choice) for path in photos]
