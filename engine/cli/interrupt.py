"""Turns Ctrl+C and the system's polite kill into a request to stop, and insists on it."""

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
_POLITE = {bytes([signal.SIGINT]), bytes([signal.SIGTERM])}
_STOP = b"\0"  # no signal has this number


@contextmanager
def cancel_on_interrupt(*, insists: bool = True) -> Iterator[CancelToken]:
    """Give a token that Ctrl+C, or the system's polite kill, cancels.

    The work then stops at its next tile and cleans up. A second Ctrl+C stops it at once.
    Where neither happens, because a library is busy for long and lets nobody in, the
    process ends by itself after some seconds, without its temporary files.

    Args:
        insists: Whether the process ends by itself; not where stopping saves work first.
    """
    token = CancelToken()

    def ask(_number: int, _frame: FrameType | None) -> None:
        # The token may have been cancelled on the watching thread, for this very signal.
        if asked:
            raise KeyboardInterrupt
        asked.append(True)
        token.cancel()

    asked: list[bool] = []
    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        with _insistence(token) if insists else nullcontext():
            yield token
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def unwind_on_polite_kill() -> None:
    """Let the system's polite kill clean up and end the process as Ctrl+C does."""

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    signal.signal(signal.SIGTERM, stop)


@contextmanager
def _insistence(token: CancelToken) -> Iterator[None]:
    """Watch for signals on a thread: Python hears them only between steps of its own."""
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
        heard = signals.recv(1)
        if heard == _STOP:
            return
        if heard in _POLITE:
            token.cancel()
            # A second one leaves the main thread a moment to hear it, too.
            deadline_s = time.monotonic() + (_GRACE_S if deadline_s is None else _SECOND_GRACE_S)


def _end() -> None:
    remove_own_parts()
    # Past Python's own streams, whose locks the main thread may hold.
    with suppress(OSError):
        os.write(2, f"Error: {CANCELLED}\n".encode())
        if "--json" in sys.argv:
            line = json.dumps({"event": "failed", "code": "cancelled", "text": CANCELLED})
            os.write(1, f"{line}\n".encode())
    os._exit(EXIT_CANCELLED)
