"""Commands of the engine that work on a run for minutes and end with the window."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from app.services.child_process import (
    ChildFailedError,
    engine_command,
    engine_environment,
    failure_reason,
)
from app.services.event_lines import Event, decode_line
from engine.api import CancelToken

_LOOK_EVERY_S = 0.1
_PATIENCE_S = 5.0


def run_command(arguments: Sequence[str | Path], token: CancelToken) -> list[Event]:
    """Run ``mfagan`` with ``arguments`` and return the objects that it wrote; takes long.

    Torch stays out of this process, and what the command needs of memory is free after it.

    Raises:
        ChildFailedError: If the command fails; the message is its own.
        JobCancelled: If ``token`` was cancelled; the command is ended.
    """
    # Files and not pipes: nobody reads while it runs, and a full pipe would block it.
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            engine_command(arguments),
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=errors,
            env=engine_environment(),
        )
        try:
            _wait(process, token)
        finally:
            _end(process)
        said.seek(0)
        errors.seek(0)
        events = [event for line in said if (event := decode_line(line)) is not None]
        if process.returncode != 0:
            raise ChildFailedError(failure_reason(events, errors.read(), process.returncode))
    return events


def _wait(process: subprocess.Popen[bytes], token: CancelToken) -> None:
    while True:
        with suppress(subprocess.TimeoutExpired):
            process.wait(_LOOK_EVERY_S)
            return
        token.check()


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
