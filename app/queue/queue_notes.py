"""Notes the name of each result just before it is written, in case the window is killed.

    note ─► result gets its name ─► (0.5 s) ─► the queue's file says "done" ─► note deleted
                                 └─ killed here, the note tells the next start that it is done

Without the note, the photo would be enlarged a second time at the next start.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from app.state.queue_store import ItemState, QueueItem
from engine.api import noted_result, remove_leftovers

_SUFFIX = ".naming"
_FOREIGN_AGE_S = 24 * 3600.0


class QueueNotes:
    """One small file for each item whose result is about to get its name.

    Args:
        queue_file: The queue's file, beside which the notes are kept; None keeps no notes.
    """

    def __init__(self, queue_file: Path | None) -> None:
        self._folder = None if queue_file is None else queue_file.with_suffix(".notes")

    def path(self, item: QueueItem) -> Path | None:
        """Return the path of the note of ``item``; None if no notes are kept."""
        # A key we made is a safe file name; one from an edited file may be anything.
        if self._folder is None or not item.key.isalnum() or len(item.key) > 64:
            return None
        return self._folder / f"{item.key}{_SUFFIX}"

    def completed(self, items: Sequence[QueueItem]) -> tuple[QueueItem, ...]:
        """Return ``items``, as done where the result was written but not recorded."""
        if self._folder is None or not self._folder.is_dir():
            return tuple(items)
        remove_leftovers(self._folder)
        return tuple(map(self._completed, items))

    def forget_recorded(self, items: Iterable[QueueItem]) -> None:
        """Delete the notes of all ``items`` that the queue's file records as finished."""
        # One listing instead of a system call for each of perhaps thousands of items.
        there = set(self._names())
        for item in items:
            path = self.path(item)
            if item.state.is_final and path is not None and path.name in there:
                with suppress(OSError):
                    path.unlink(missing_ok=True)

    def forget_unknown(self, items: Iterable[QueueItem]) -> None:
        """Delete old notes of items that are in no window's queue any more."""
        known = {path.name for item in items if (path := self.path(item)) is not None}
        for name in self._names():
            if self._folder is None or name in known or not name.endswith(_SUFFIX):
                continue
            path = self._folder / name
            # Another window may not have saved its items yet.
            with suppress(OSError):
                if time.time() - path.stat().st_mtime > _FOREIGN_AGE_S:
                    path.unlink()

    def _completed(self, item: QueueItem) -> QueueItem:
        path = self.path(item)
        if path is None or item.state is not ItemState.WAITING or not path.is_file():
            return item
        result = noted_result(path, item.path)
        if result is None:
            return item
        return replace(item, state=ItemState.DONE, fraction=1.0, result=result)

    def _names(self) -> list[str]:
        if self._folder is None:
            return []
        try:
            return os.listdir(self._folder)  # noqa: PTH208 - names only
        except OSError:
            return []
