"""Only one window at a time runs the queue; a second start hands its photos to it.

    second start ─► inbox/TIME-ID.json ─► renamed to .taken by the owner ─► its window opens them

Messages are small files in the app's own folder: they need no socket that others could reach
and no name that others could take, and a rename gives each message to exactly one process.
"""

from __future__ import annotations

import json
import time
import uuid
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Signal, Slot

from app.services.folder_watch import FolderWatch
from app.state.places import complete_path
from app.state.state_files import UnusableFileError, read_json
from app.state.state_writer import write_text_atomic
from engine.api import OutputError

_ANSWER_S = 3.0
_DELAY_MS = 10
_LOOK_EVERY_MS = 500
_MOST_MESSAGES = 100


class QueueOwner(QObject):
    """Whether this window owns the queue in a folder, for as long as it exists.

    Signals:
        photos_handed: Paths that another start of the app was given; the list may be empty.
    """

    photos_handed = Signal(list)

    def __init__(self, folder: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._inbox = folder / "inbox"
        self._lock = QLockFile(str(folder / "window.lock"))
        # A window may be open for weeks: only the end of its process makes the lock stale.
        self._lock.setStaleLockTime(0)
        self.is_owner = self._take(folder)
        if not self.is_owner:
            return
        # The other start waits for its answer: the delay is short.
        self._watch = FolderWatch(
            self._inbox, delay_ms=_DELAY_MS, look_every_ms=_LOOK_EVERY_MS, parent=self
        )
        self._watch.changed.connect(self._read_messages)

    def begin(self) -> None:
        """Receive messages from now on; connect first."""
        if self.is_owner and self._inbox.is_dir():
            self._watch.start()
            self._read_messages()

    def give_up(self) -> None:
        """Let another window own the queue."""
        if self.is_owner:
            self._watch.stop()
            self._lock.unlock()

    def _take(self, folder: Path) -> bool:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._inbox.mkdir(exist_ok=True)
        except OSError:
            # Nothing can be stored there, so there is no queue to share either.
            return True
        if self._lock.tryLock(0):
            return True
        return self._lock.error() is not QLockFile.LockError.LockFailedError

    @Slot()
    def _read_messages(self) -> None:
        try:
            messages = sorted(self._inbox.glob("*.json"))[:_MOST_MESSAGES]
        except OSError:
            return
        for message in messages:
            # Renamed before it is read: the sender may withdraw it at the same moment.
            taken = message.with_suffix(".taken")
            try:
                message.rename(taken)
                content = read_json(taken)
            except (OSError, UnusableFileError):
                content = None
            taken.unlink(missing_ok=True)
            if isinstance(content, list):
                names = [name for name in content if isinstance(name, str) and "\0" not in name]
                self.photos_handed.emit([complete_path(Path(name)) for name in names if name])


def hand_over(folder: Path, photos: Sequence[Path]) -> bool:
    """Hand ``photos`` to the window that owns the queue in ``folder``; return whether it took them.

    Waits up to three seconds for a window that seems to run and does not answer.
    """
    inbox = folder / "inbox"
    if not inbox.is_dir():
        return False
    lock = QLockFile(str(folder / "window.lock"))
    lock.setStaleLockTime(0)
    if lock.tryLock(0):
        lock.unlock()
        return False
    message = inbox / f"{time.time_ns()}-{uuid.uuid4().hex}.json"
    try:
        write_text_atomic(message, json.dumps([str(complete_path(path)) for path in photos]))
        end_s = time.monotonic() + _ANSWER_S
        while time.monotonic() < end_s:
            if not message.exists():
                return True
            time.sleep(0.05)
        # The first to take the file away has it: this process, or the window after all.
        message.unlink()
    except FileNotFoundError:
        return True
    except (OSError, OutputError):
        return False
    return False
