"""Runs ``mfagan export`` in a process of its own and gives its events as they come."""

from __future__ import annotations

import subprocess
import tempfile
import threading
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from app.services.child_process import engine_command, engine_environment, failure_reason
from app.services.event_lines import Event, decode_line
from engine.api import JobCancelled

_PATIENCE_S = 6.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How a command ended.

    Attributes:
        events: All its events.
        error: Its own message; empty if it succeeded.
    """

    events: tuple[Event, ...]
    error: str


class ExportCommand:
    """One command; `run` is called on a worker thread, `stop` on any."""

    def __init__(self, arguments: Sequence[str | Path]) -> None:
        self._arguments = [str(argument) for argument in arguments]
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False
        self._lock = threading.Lock()

    def run(self, report: Callable[[object], None]) -> Outcome:
        """Run the command to its end; takes long.

        Args:
            report: Receives each event when it comes.

        Raises:
            JobCancelled: If it was stopped.
        """
        events: list[Event] = []
        # A file and not a pipe: nobody reads it while events are read.
        with tempfile.TemporaryFile() as errors:
            process = self._start(errors.fileno())
            assert process.stdout is not None
            with process.stdout:
                for line in process.stdout:
                    event = decode_line(line)
                    if event is not None:
                        events.append(event)
                        report(event)
            process.wait()
            errors.seek(0)
            said = errors.read()
        if self._is_stopped:
            raise JobCancelled("stopped")
        error = failure_reason(events, said, process.returncode) if process.returncode else ""
        return Outcome(events=tuple(events), error=error)

    def stop(self) -> None:
        """Ask the command to end, and end it if it does not; what it has finished is kept."""
        with self._lock:
            self._is_stopped = True
            process = self._process
        if process is None or process.poll() is not None:
            return
        process.terminate()
        # The reading thread notices the end; this one only makes sure that it comes.
        threading.Thread(target=_end, args=(process,), daemon=True).start()

    def _start(self, errors: int) -> subprocess.Popen[bytes]:
        with self._lock:
            if self._is_stopped:
                raise JobCancelled("stopped")
            self._process = subprocess.Popen(
                engine_command(self._arguments),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=engine_environment(),
            )
            return self._process


def _end(process: subprocess.Popen[bytes]) -> None:
    try:
        process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            process.kill()
