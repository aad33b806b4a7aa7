"""Remembers what the result of a photo was about to be called when the window was killed.

The queue's file is written a moment after a result is there. Without a note, a photo whose
result got its name in that moment would be enlarged a second time at the next start.
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
    """One small file for each item whose result was about to get its name.

    Args:
        queue_file: The queue's file, beside which they stand; None keeps nothing.
    """

    def __init__(self, queue_file: Path | None) -> None:
        self._folder = None if queue_file is None else queue_file.with_suffix(".notes")

    def path(self, item: QueueItem) -> Path | None:
        """Return where the note of ``item`` stands; None where nothing is kept."""
        # Keys of our making are names of files; one that somebody edited may be anything.
        if self._folder is None or not item.key.isalnum() or len(item.key) > 64:
            return None
        return self._folder / f"{item.key}{_SUFFIX}"

    def completed(self, items: Sequence[QueueItem]) -> tuple[QueueItem, ...]:
        """Return ``items``, those as done whose result got its name and was not recorded."""
        if self._folder is None or not self._folder.is_dir():
            return tuple(items)
        remove_leftovers(self._folder)
        return tuple(map(self._completed, items))

    def forget_recorded(self, items: Iterable[QueueItem]) -> None:
        """Delete the notes of those of ``items``, as the queue's file has them, that are over."""
        there = set(self._names())
        for item in items:
            path = self.path(item)
            if item.state.is_final and path is not None and path.name in there:
                with suppress(OSError):
                    path.unlink(missing_ok=True)

    def forget_strangers(self, items: Iterable[QueueItem]) -> None:
        """Delete old notes of items that no window has any more."""
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
