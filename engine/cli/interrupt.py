"""Turns Ctrl+C into a request to stop."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from engine.core.cancellation import CancelToken


@contextmanager
def cancel_on_interrupt() -> Iterator[CancelToken]:
    """Give a token that Ctrl+C, or the system's polite kill, cancels.

    The work then stops at its next tile and cleans up. A second Ctrl+C stops
    it at once.
    """
    token = CancelToken()

    def ask(_number: int, _frame: FrameType | None) -> None:
        if token.is_cancelled:
            raise KeyboardInterrupt
        token.cancel()

    before = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield token
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
