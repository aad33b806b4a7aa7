"""Commands of the engine in processes of their own, as streams of events.

    window ──(pause, resume, stop)──► stdin  ┌──────────────────┐
    window ◄──(events, JSON lines)─── stdout │ mfagan … --json  │
    window ◄──(last lines, if any)─── stderr └──────────────────┘

All of it runs on the event loop of the window (qasync): no thread waits for a pipe. For work of
hours, as training is; what takes seconds runs on a `TaskRunner`.
"""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import PIPE, Process
from collections import deque
from collections.abc import AsyncIterator, Sequence
from contextlib import suppress
from pathlib import Path

from app.services.event_lines import Event, decode_line

_ROOT = Path(__file__).resolve().parents[2]
_LONGEST_LINE_BYTES = 2**20
_KEPT_ERROR_LINES = 20
_SHOWN_ERROR_LINES = 5


class ChildFailedError(Exception):
    """A child process did not do its work; the message says why."""


class ChildProcess:
    """One command of the engine; `ChildProcesses` starts it."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self._is_stopped = False
        self._failure = ""
        self._error_lines: deque[str] = deque(maxlen=_KEPT_ERROR_LINES)
        # Read all the time: a child blocks once the pipe of its stderr is full.
        self._error_reader = asyncio.create_task(self._read_errors())

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def has_ended(self) -> bool:
        """Whether the process is over."""
        return self._process.returncode is not None

    async def events(self) -> AsyncIterator[Event]:
        """Give each event when it comes; ends with the process.

        Raises:
            ChildFailedError: After the last event, if the process failed and was not stopped.
        """
        assert self._process.stdout is not None
        try:
            async for line in self._process.stdout:
                event = decode_line(line)
                if event is None:
                    continue
                if event.get("event") == "failed":
                    self._failure = str(event.get("text", ""))
                yield event
        except ValueError as error:
            # asyncio's word for a line beyond the limit: no event of ours is that long.
            self.kill()
            raise ChildFailedError(f"its output cannot be read ({error})") from error
        code = await self.wait()
        if code != 0 and not self._is_stopped:
            raise ChildFailedError(self._reason(code))

    async def pause(self) -> None:
        """Ask it to pause; it answers with an event."""
        await self._send("pause")

    async def resume(self) -> None:
        """Ask it to resume; it answers with an event."""
        await self._send("resume")

    async def stop(self) -> None:
        """Ask it to end with what it has, for instance a checkpoint."""
        self._is_stopped = True
        await self._send("stop")

    def terminate(self) -> None:
        """Ask it to end, also if it does not read stdin."""
        self._is_stopped = True
        with suppress(ProcessLookupError):
            self._process.terminate()

    def kill(self) -> None:
        """End it at once."""
        self._is_stopped = True
        with suppress(ProcessLookupError):
            self._process.kill()

    async def wait(self) -> int:
        """Return its exit code once it has ended."""
        code = await self._process.wait()
        await self._error_reader
        return code

    async def _send(self, word: str) -> None:
        assert self._process.stdin is not None
        # It may have ended a moment ago, which `events` reports.
        with suppress(ConnectionError):
            self._process.stdin.write(f"{word}\n".encode())
            await self._process.stdin.drain()

    async def _read_errors(self) -> None:
        assert self._process.stderr is not None
        with suppress(ValueError):
            async for line in self._process.stderr:
                self._error_lines.append(line.decode(errors="replace").rstrip())

    def _reason(self, code: int) -> str:
        if self._failure:
            return self._failure
        lines = "\n".join(line for line in self._error_lines if line)
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        return lines or f"its process ended with {how}"


class ChildProcesses:
    """Starts the children of a window and ends them with it."""

    def __init__(self) -> None:
        self._children: set[ChildProcess] = set()

    async def start(self, arguments: Sequence[str | Path]) -> ChildProcess:
        """Start ``mfagan`` with ``arguments``; ``--json`` makes it report events.

        Raises:
            ChildFailedError: If the system starts no process.
        """
        try:
            process = await asyncio.create_subprocess_exec(
                *engine_command(arguments),
                stdin=PIPE,
                stdout=PIPE,
                stderr=PIPE,
                env=engine_environment(),
                limit=_LONGEST_LINE_BYTES,
            )
        except OSError as error:
            raise ChildFailedError(f"{sys.executable}: {error.strerror or error}") from error
        child = ChildProcess(process)
        self._children = {other for other in self._children if not other.has_ended} | {child}
        return child

    async def end_all(self, *, patience_s: float = 10.0) -> None:
        """End all children: first asked, so that they keep what they have, then killed.

        Args:
            patience_s: How long a child may take to write its last checkpoint.
        """
        children, self._children = self._children, set()
        for child in children:
            child.terminate()
        ends = [asyncio.create_task(child.wait()) for child in children]
        if not ends:
            return
        _, late = await asyncio.wait(ends, timeout=patience_s)
        for child in children if late else ():
            child.kill()
        await asyncio.gather(*ends)


def engine_command(arguments: Sequence[str | Path]) -> list[str]:
    """Return the words that start ``mfagan`` with ``arguments``."""
    # -P: nothing in the current folder is taken for a module.
    return [sys.executable, "-P", "-m", "engine.cli.main", *map(str, arguments)]


def failure_reason(events: Sequence[Event], errors: bytes, code: int) -> str:
    """Return why a command failed.

    Args:
        events: What it reported.
        errors: What it wrote to its terminal.
        code: Its exit code, negative for a signal.
    """
    failed = [event for event in events if event.get("event") == "failed"]
    if failed:
        return str(failed[-1].get("text", ""))
    lines = [line for line in errors.decode(errors="replace").splitlines() if line.strip()]
    how = f"signal {-code}" if code < 0 else f"exit code {code}"
    return "\n".join(lines[-_SHOWN_ERROR_LINES:]) or f"its process ended with {how}"


def engine_environment() -> dict[str, str]:
    """Return the environment in which a child finds this engine, installed or not."""
    found = os.environ.get("PYTHONPATH")
    paths = [str(_ROOT), found] if found else [str(_ROOT)]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "PYTHONIOENCODING": "utf-8"}
