"""Lets a caller stop or hold work that is under way."""

from __future__ import annotations

import threading

from engine.core.errors import JobCancelled


class CancelToken:
    """Carries requests to stop, hold and go on, from any thread to the one that works."""

    def __init__(self) -> None:
        self._cancelled = threading.Event()
        self._running = threading.Event()
        self._running.set()

    @property
    def is_cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()

    @property
    def is_paused(self) -> bool:
        """Whether the work is held."""
        return not self._running.is_set()

    def cancel(self) -> None:
        """Ask the work to stop at its next check, also when it is held."""
        self._cancelled.set()
        self._running.set()

    def pause(self) -> None:
        """Ask the work to hold at its next check."""
        if not self._cancelled.is_set():
            self._running.clear()

    def resume(self) -> None:
        """Let held work go on."""
        self._running.set()

    def check(self) -> None:
        """Wait here while the work is held, stop here if it is cancelled.

        Raises:
            JobCancelled: If `cancel` was called.
        """
        self._running.wait()
        if self._cancelled.is_set():
            raise JobCancelled("Cancelled; nothing half-written was left.")
