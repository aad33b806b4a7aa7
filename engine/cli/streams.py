"""Stdout and stderr as they really are: full, closed, or read by nobody any more."""

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
    """Let stdout and stderr take any text, also where they are closed or lack its letters."""
    # What is closed at the start is None, and its number would go to the next file.
    if sys.stdout is None:
        sys.stdout = _nowhere()
    if sys.stderr is None:
        sys.stderr = _nowhere()
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@contextmanager
def surviving_lost_output() -> Iterator[None]:
    """Let the work go on when nobody reads stdout or stderr any more, or its disk is full.

    A reader that goes away has seen enough, and the work goes on silently; of a full disk
    `flush_streams` tells at the end.
    """
    try:
        yield
    except BrokenPipeError:
        _silence_unread()
    except OSError as error:
        _unwritten.append(error)


def flush_streams() -> bool:
    """Write out what stdout and stderr still hold, and return whether no disk was ever full."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            _silence(stream)
        except OSError as error:
            _unwritten.append(error)
            # Or the interpreter tries again as it ends, and complains.
            _silence(stream)
    return not _unwritten


def console_of(stream: TextIO) -> Console:
    """Return a console on ``stream`` that leaves errors of writing to its caller."""
    from rich.console import Console  # noqa: PLC0415 - rich costs more than a short command

    class _Console(Console):
        @override
        def on_broken_pipe(self) -> None:
            # rich would end the process here, in the midst of the work.
            _silence_unread()

    return _Console(file=stream)


def _silence_unread() -> None:
    """Send what goes to streams that nobody reads nowhere."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BrokenPipeError:
            _silence(stream)
        except OSError as error:
            _unwritten.append(error)


def _silence(stream: TextIO) -> None:
    # What has no number is no pipe either.
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        try:
            os.dup2(nowhere, stream.fileno())
        finally:
            os.close(nowhere)


def _nowhere() -> TextIO:
    return open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123 - a stream for good
