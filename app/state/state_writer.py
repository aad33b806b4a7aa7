"""Writes the app's own files on a thread of its own, one after the other."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, QThreadPool, Signal

from engine.api import OutputError

_LOCK_WAIT_MS = 5000


class StateWriter(QObject):
    """Writes files in the background, so that the window never waits for a disk.

    Signals:
        failed: Path of a file that could not be written, and the system's reason.
        saved: Path of a file that is up to date on disk.
    """

    failed = Signal(object, str)
    saved = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        # One thread: two writes of the same file never overlap.
        self._pool.setMaxThreadCount(1)
        self._lock = threading.Lock()
        self._pending: dict[Path, Callable[[], str | None]] = {}
        self._tidied: set[Path] = set()

    def put(self, path: Path, make_text: Callable[[], str | None]) -> None:
        """Have ``path`` written; of several pending requests for it the last one counts.

        Args:
            path: The file.
            make_text: Called on the writer's thread while the file is locked against other
                windows, so that it can merge what they wrote; None leaves the file as it is.
        """
        with self._lock:
            self._pending[path] = make_text
        self._pool.start(self._write_pending)

    def wait_for_done(self, timeout_ms: int = 10_000) -> bool:
        """Block until everything is on disk; return whether that took less than the timeout."""
        return self._pool.waitForDone(timeout_ms)

    def _write_pending(self) -> None:
        with self._lock:
            pending, self._pending = self._pending, {}
        for path, make_text in pending.items():
            try:
                self._make_folder(path.parent)
                with _locked(path):
                    text = make_text()
                    if text is not None:
                        write_text_atomic(path, text)
            except (OSError, ValueError, OutputError) as error:
                # There is no caller on this thread to raise it to.
                self.failed.emit(path, _reason(error))
            else:
                self.saved.emit(path)

    def _make_folder(self, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        if folder not in self._tidied:
            from engine.api import remove_leftovers  # noqa: PLC0415

            # Temporary files of windows that were killed while they wrote.
            self._tidied.add(folder)
            remove_leftovers(folder)


def write_text_atomic(path: Path, text: str) -> None:
    """Replace ``path`` by ``text`` in one step, readable by its owner only; waits for the disk.

    Raises:
        OutputError: If it cannot be written.
        ValueError: If ``text`` is not Unicode.
    """
    # Imported when a file is first written: it would make every start longer.
    from engine.api import write_bytes_atomic  # noqa: PLC0415

    write_bytes_atomic(path, text.encode("utf-8"), is_private=True)


def _reason(error: Exception) -> str:
    """Return the system's reason for ``error``, which may be behind an error of the engine."""
    cause = error.__cause__ or error
    return getattr(cause, "strerror", None) or str(cause)


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    """Keep other windows from ``path`` between reading and writing it.

    Raises:
        OSError: If another one holds it for seconds.
    """
    # Beside the file, so that all windows that share it agree on the lock.
    lock = QLockFile(str(path.with_name(f".{path.name}.lock")))
    if not lock.tryLock(_LOCK_WAIT_MS):
        if lock.error() is QLockFile.LockError.LockFailedError:
            raise OSError(0, "another window is writing it")
        raise OSError(0, "its folder takes no file")
    try:
        yield
    finally:
        lock.unlock()
