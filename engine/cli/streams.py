"""Keeps the work going when stdout or stderr is closed, unread, or on a full disk."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, TextIO

from typing_extensions import override

if TYPE_CHECKING:
    from rich.console import Console

_unwritten: list[OSError] = []


def ready_streams() -> None:
    """Let stdout and stderr accept any text, also if they are closed or cannot encode it."""
    # A stream that was closed at the start is None, and code that writes to it would fail.
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        # In a terminal of another encoding, unknown letters appear as escapes.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def surviving_lost_output() -> Iterator[None]:
    """Continue the work when the reader of stdout or stderr is gone, or its disk is full.

    Without a reader the work continues silently; a full disk is reported by
    `flush_streams` at the end.
    """
    try:
        yield
    except BrokenPipeError:
        _silence_unread()
    except OSError as error:
        _unwritten.append(error)


def flush_streams() -> bool:
    """Flush stdout and stderr, and return whether everything could be written."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            _silence(stream)
        except OSError as error:
            _unwritten.append(error)
            # Or the interpreter flushes again at exit, and prints the error.
            _silence(stream)
    return not _unwritten


def console_of(stream: TextIO) -> Console:
    """Return a console on ``stream`` that leaves write errors to its caller."""
    from rich.console import Console  # noqa: PLC0415 - rich costs more than a short command

    class _Console(Console):
        @override
        def on_broken_pipe(self) -> None:
            # rich would exit here, in the middle of the work.
            _silence_unread()

    return _Console(file=stream)


def _silence_unread() -> None:
    """Redirect streams that have no reader to the null device."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            _silence(stream)
        except OSError as error:
            _unwritten.append(error)


def _silence(stream: TextIO) -> None:
    # A stream without a file descriptor, such as one of a test, is not a pipe.
    with suppress(OSError, ValueError):
        # The descriptor itself, so that child processes and libraries are covered, too.
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - a stream for good
