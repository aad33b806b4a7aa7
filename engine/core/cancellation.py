"""Cancels, pauses and resumes running work from another thread."""

from __future__ import annotations

import threading

from engine.core.errors import JobCancelled


class CancelToken:
    """Carries requests to cancel, pause and resume to the thread that works."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()  # an event that is clear while the work is paused

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    @property
    def is_paused(self) -> bool:
        """Whether the work is paused."""
        return not self._running.is_set()

    def cancel(self) -> None:
        """Ask the work to stop at its next check, even while it is paused."""
        self._cancelled.set()
        self._running.set()  # wakes paused work, so that it can stop

    def pause(self) -> None:
        """Ask the work to pause at its next check."""
        # Cancelled work must not sleep before it stops.
        if not self._cancelled.is_set():
            self._running.clear()

    def resume(self) -> None:
        """Let paused work continue."""
        self._running.set()

    def check(self) -> None:
        """Wait while the work is paused, and raise if it is cancelled.

        Raises:
            JobCancelled: If `cancel` was called.
        """
        self._running.wait()
        if self._cancelled.is_set():
            raise JobCancelled("Cancelled; nothing half-written was left.")
