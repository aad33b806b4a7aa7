"""Runs work of seconds off the GUI thread."""

from __future__ import annotations

import logging
from collections.abc import Callable

from PySide6.QtCore import QObject, QThreadPool, Signal, Slot

from engine.api import CancelToken, EngineError, JobCancelled

logger = logging.getLogger(__name__)

Report = Callable[[object], None]
Work = Callable[[Report, CancelToken], object]


class Task(QObject):
    """One piece of work, seen from the GUI thread, in which this object lives.

    Connect first, then start. It ends with exactly one of `succeeded`,
    `failed` and `cancelled`.

        GUI thread:     start ─┐            ┌─► reported … ─► succeeded | failed | cancelled
        worker thread:         └─► work ────┘   queued by Qt into the GUI thread

    Signals:
        reported: What the work reported while running.
        succeeded: What the work returned.
        failed: The exception that ended the work.
        cancelled: The work stopped on request.
    """

    reported = Signal(object)
    succeeded = Signal(object)
    failed = Signal(object)
    cancelled = Signal()
    _ended = Signal()

    def __init__(self, work: Work, pool: QThreadPool, parent: QObject) -> None:
        super().__init__(parent)
        self._work = work
        self._pool = pool
        self.token = CancelToken()
        self._ended.connect(self._on_ended)

    def start(self) -> None:
        """Queue the work."""
        self._pool.start(self._execute)

    def cancel(self) -> None:
        """Ask the work to stop at its next check."""
        self.token.cancel()

    def _execute(self) -> None:
        # On a worker thread: touches nothing of Qt but signals, which reach their receivers
        # in the thread where this object lives.
        try:
            result = self._work(self.reported.emit, self.token)
        except JobCancelled:
            self.cancelled.emit()
        except EngineError as error:
            self.failed.emit(error)
        except Exception as error:
            # A thread has no caller: without this the window would wait forever.
            logger.exception("A task ended with an unexpected error")
            self.failed.emit(error)
        else:
            self.succeeded.emit(result)
        self._ended.emit()

    @Slot()
    def _on_ended(self) -> None:
        self.deleteLater()


class TaskRunner(QObject):
    """Owns a thread pool and the tasks that run on it."""

    def __init__(self, *, threads: int, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pool = QThreadPool(self)
        self._pool.setMaxThreadCount(threads)

    def create(self, work: Work) -> Task:
        """Return a task that is ready to start."""
        return Task(work, self._pool, self)

    def cancel_all(self) -> None:
        """Ask every task to stop."""
        for task in self.findChildren(Task):
            task.cancel()

    def wait_for_done(self, timeout_ms: int = 10_000) -> bool:
        """Block until all tasks ended; return whether they did."""
        return self._pool.waitForDone(timeout_ms)
