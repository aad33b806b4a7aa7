"""Keeps the queue on disk while it changes, and brings it back at the next start."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Slot

from app.queue.queue_file import load_queue, queue_text
from app.queue.queue_notes import QueueNotes
from app.state.queue_store import QueueItem, QueueStore
from app.state.state_problem import StateProblem
from app.state.state_writer import StateWriter

_SAVE_DELAY_MS = 500


class QueueSaver(QObject):
    """Writes the queue's file a moment after a change, on the writer's thread."""

    def __init__(
        self,
        store: QueueStore,
        writer: StateWriter,
        *,
        file: Path | None,
        parent: QObject | None = None,
    ) -> None:
        """Begin with an empty queue.

        Args:
            store: The queue to save.
            writer: Writes files on a thread of its own.
            file: The queue's file; None saves nothing.
            parent: Qt's owner.
        """
        super().__init__(parent)
        self._store = store
        self._writer = writer
        self._file = file
        self._notes = QueueNotes(file)
        self._known_keys: set[str] = set()
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(_SAVE_DELAY_MS)
        self._delay.timeout.connect(self.save)

    def load(self) -> tuple[tuple[QueueItem, ...], StateProblem | None]:
        """Return the items of the last session, and what was wrong with those left out.

        Items whose result was written but not recorded before a crash are returned as done.
        """
        if self._file is None:
            return (), None
        items, problem = load_queue(self._file)
        completed = self._notes.completed(items)
        if completed != items:
            self.save_soon()
        self._notes.forget_unknown(items)
        return completed, problem

    def know(self, items: Iterable[QueueItem]) -> None:
        """Take ``items`` for this window's own: those that leave its store leave the file too."""
        self._known_keys.update(item.key for item in items)

    def note_path(self, item: QueueItem) -> Path | None:
        """Return where to note the name of the result of ``item`` before it is written."""
        return self._notes.path(item)

    def save_soon(self) -> None:
        """Have the queue written within half a second."""
        # Not put off by later changes: during a long run there is always one.
        if not self._delay.isActive():
            self._delay.start()

    @Slot()
    def save(self) -> None:
        """Have the queue written now, if its lasting content changed."""
        self._delay.stop()
        if self._file is not None:
            # The items as they are now: the text is made later, on the writer's thread.
            make_text = partial(
                queue_text,
                self._file,
                self._store.items,
                frozenset(self._known_keys),
                on_stored=self._notes.forget_recorded,
            )
            self._writer.put(self._file, make_text)

    def wait_for_saved(self) -> None:
        """Wait until what `save` was given is on disk."""
        self._writer.wait_for_done()

    def shut_down(self) -> None:
        """Write the queue a last time; later changes are not saved."""
        self.save()
        self.wait_for_saved()
        self._file = None
