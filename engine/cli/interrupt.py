"""Turns Ctrl+C and SIGTERM into a request to stop, and enforces it after a grace period.

    Ctrl+C ──► Python's handler ──► token.cancel()   as soon as Python code runs again
         └───► wake-up socket ────► watching thread ──► token.cancel(), then 3 s later exit

The second way works while a library computes and lets no Python code run.
"""

from __future__ import annotations

import json
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext, suppress
from types import FrameType

from engine.core.cancellation import CancelToken
from engine.core.leftovers import remove_own_parts

EXIT_CANCELLED = 130
CANCELLED = "Cancelled; nothing half-written was left."
_GRACE_S = 3.0
_SECOND_GRACE_S = 1.0
_REQUESTS = {bytes([signal.SIGINT]), bytes([signal.SIGTERM])}
_STOP = b"\0"  # no signal has the number 0


@contextmanager
def cancel_on_interrupt(*, has_deadline: bool = True) -> Iterator[CancelToken]:
    """Give a token that Ctrl+C or SIGTERM cancels.

    The work then stops at its next tile and cleans up. A second Ctrl+C stops it at
    once. If neither happens, because a library computes for long, the process exits
    after some seconds and deletes its temporary files.

    Args:
        has_deadline: Whether the process exits by itself; not if stopping saves work first.
    """
    token = CancelToken()

    # Runs on the main thread, between two instructions of Python.
    def ask(_number: int, _frame: FrameType | None) -> None:
        # The token may have been cancelled on the watching thread, for this very signal.
        if asked:
            raise KeyboardInterrupt
        asked.append(True)
        token.cancel()

    asked: list[bool] = []
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with _enforced(token) if has_deadline else nullcontext():
            yield token
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def unwind_on_sigterm() -> None:
    """Let SIGTERM clean up and end the process as Ctrl+C does."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


@contextmanager
def _enforced(token: CancelToken) -> Iterator[None]:
    """Watch for signals on a thread: Python runs handlers only between its own instructions."""
    # Python's C code writes the number of each signal to this socket, whatever runs.
    ours, theirs = socket.socketpair()
    theirs.settimeout(0)
    before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    watch = threading.Thread(target=_watch, args=(ours, token), name="interrupt", daemon=True)
    watch.start()
    try:
        yield
    finally:
        signal.set_wakeup_fd(before)
        with suppress(OSError):
            theirs.send(_STOP)
        watch.join()
        ours.close()
        theirs.close()


def _watch(signals: socket.socket, token: CancelToken) -> None:
    deadline_s: float | None = None
    while True:
        wait_s = None if deadline_s is None else max(0.0, deadline_s - time.monotonic())
        if not select.select([signals], [], [], wait_s)[0]:
            _end()
        number = signals.recv(1)
        if number == _STOP:
            return
        if number in _REQUESTS:
            token.cancel()
            # After a second one the main thread has a moment left to handle it, too.
            deadline_s = time.monotonic() + (_GRACE_S if deadline_s is None else _SECOND_GRACE_S)


def _end() -> None:
    # Atomic writes were under way: their temporary files are the only traces.
    remove_own_parts()
    # Past Python's own streams, whose locks the main thread may hold.
    with suppress(OSError):
        os.write(2, f"Error: {CANCELLED}\n".encode())
        if "--json" in sys.argv:
            line = json.dumps({"event": "failed", "code": "cancelled", "text": CANCELLED})
            os.write(1, f"{line}\n".encode())
    # Not sys.exit: it would only end this thread, and the main thread does not respond.
    os._exit(EXIT_CANCELLED)
