"""Reports that the content of a folder changed, as a signal or as a stream.

There are two triggers: a notification by the system, which comes at once, and a timer, because
network folders send no notifications and a file that grows does not change its folder. Either
leads to a look at the folder; a difference is reported, and a burst of changes (a model is
several files) is reported once.

    notification ──► delay ──┐
                             ├──► look ──► different? ──► changed
    timer ───────────────────┘
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator
from pathlib import Path

from PySide6.QtCore import QFileSystemWatcher, QObject, QTimer, Signal, Slot

_Content = frozenset[tuple[str, int, int]]


class FolderWatch(QObject):
    """Watches the files of one folder, not those of its subfolders.

    Signals:
        changed: Files were added, removed, renamed or written.
    """

    changed = Signal()

    def __init__(
        self,
        folder: Path,
        *,
        delay_ms: int = 100,
        look_every_ms: int = 1000,
        parent: QObject | None = None,
    ) -> None:
        """Prepare to watch; `start` begins.

        Args:
            folder: May appear or vanish later.
            delay_ms: How long changes are collected into one report.
            look_every_ms: How often to look without a notification.
            parent: Owner in the sense of Qt.
        """
        super().__init__(parent)
        self._folder = folder
        self._content: _Content = frozenset()
        self._watcher = QFileSystemWatcher(self)
        self._delay = QTimer(self)
        self._delay.setSingleShot(True)
        self._delay.setInterval(delay_ms)
        self._delay.timeout.connect(self._look)
        self._timer = QTimer(self)
        self._timer.setInterval(look_every_ms)
        self._timer.timeout.connect(self._look)
        # A notification starts the delay, the next ones within it change nothing.
        self._watcher.directoryChanged.connect(self._look_soon)

    def start(self) -> None:
        """Report changes from now on."""
        self._content = _content(self._folder)
        self._watch()
        self._timer.start()

    def stop(self) -> None:
        """Report nothing any more."""
        self._timer.stop()
        self._delay.stop()
        watched = self._watcher.directories()
        if watched:
            self._watcher.removePaths(watched)

    async def changes(self) -> AsyncIterator[None]:
        """Give an item at once and one per report, as long as the loop over it runs.

        The first item is for the first look: nothing is missed between that and the watch.
        Reports that come while an item is worked on are one item.
        """
        has_changed = asyncio.Event()
        has_changed.set()
        self.changed.connect(has_changed.set)
        self.start()
        try:
            while True:
                await has_changed.wait()
                has_changed.clear()
                yield
        finally:
            self.changed.disconnect(has_changed.set)
            self.stop()

    @Slot()
    def _look_soon(self) -> None:
        if not self._delay.isActive():
            self._delay.start()

    @Slot()
    def _look(self) -> None:
        content = _content(self._folder)
        if content != self._content:
            self._content = content
            self.changed.emit()
        self._watch()

    def _watch(self) -> None:
        # A folder that was removed is forgotten by Qt, and has to be named again.
        if not self._watcher.directories() and self._folder.is_dir():
            self._watcher.addPath(str(self._folder))


def _content(folder: Path) -> _Content:
    """Return name, size and time of writing of the files; nothing where it cannot be read."""
    found = set()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                facts = entry.stat(follow_symlinks=False)
                found.add((entry.name, facts.st_size, facts.st_mtime_ns))
    except OSError:
        # It vanished, or a file in it did: the next look sees the rest.
        pass
    return frozenset(found)
