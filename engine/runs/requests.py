"""Requests to a running job by a file in its run folder: ``pause``, ``resume`` and ``stop``.

    any process ──► request.json ──► thread in the run ──► token of the loop
                    written whole    looks 5 times a second   acts after the current step

A file reaches a run whatever became of the window or terminal that started it, and on every
system. It names the time of the request, so that one that was meant for a process that died
does not stop the next one.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, TypeAlias

import msgspec
import psutil
from msgspec import Struct

from engine.core.atomic_file import write_bytes_atomic
from engine.core.cancellation import CancelToken
from engine.core.regular_file import read_regular
from engine.core.typed_data import prepared

logger = logging.getLogger(__name__)

RunRequest: TypeAlias = Literal["pause", "resume", "stop"]
"""``pause`` saves the state and ends the process; ``resume`` lets a held run continue."""

_FILE = "request.json"
_MAX_BYTES = 1000
_LOOK_EVERY_S = 0.2
# Process starts are known to a hundredth of a second.
_TOLERANCE_S = 0.1


class _Written(Struct, frozen=True, kw_only=True):
    request: RunRequest
    requested_s: float


class RequestFollower:
    """Carries the requests of a run to the token of its loop."""

    def __init__(self, folder: Path, token: CancelToken) -> None:
        self._path = folder / _FILE
        self._token = token
        self._started_s = psutil.Process(os.getpid()).create_time()
        self._is_first_look = True
        self.wants_pause = False

    def look(self) -> None:
        """Act on a request if there is one; one from before this process is dropped."""
        written = _read(self._path)
        # What comes later is meant for this process, even if the clock was set back meanwhile.
        may_be_old, self._is_first_look = self._is_first_look, False
        if written is None:
            return
        with suppress(OSError):
            self._path.unlink()
        if may_be_old and written.requested_s < self._started_s - _TOLERANCE_S:
            return
        logger.info("asked to %s", written.request)
        if written.request == "resume":
            self._token.resume()
            return
        self.wants_pause = written.request == "pause"
        # A pause ends the process too, so that its memory is free.
        self._token.cancel()


@contextmanager
def following_requests(folder: Path, token: CancelToken) -> Iterator[RequestFollower]:
    """Obey requests in ``folder`` on a thread during the block."""
    follower = RequestFollower(folder, token)
    is_over = threading.Event()

    def watch() -> None:
        while not is_over.wait(_LOOK_EVERY_S):
            follower.look()

    thread = threading.Thread(target=watch, name="run-requests", daemon=True)
    thread.start()
    try:
        yield follower
    finally:
        is_over.set()
        thread.join()


def write_request(folder: Path, request: RunRequest) -> None:
    """Leave a request for the process that works on the run.

    Raises:
        OutputError: If the folder cannot be written to.
    """
    written = _Written(request=request, requested_s=time.time())
    write_bytes_atomic(folder / _FILE, msgspec.json.encode(written))


def drop_request(folder: Path) -> None:
    """Remove a request that nobody obeyed."""
    with suppress(OSError):
        (folder / _FILE).unlink(missing_ok=True)


def _read(path: Path) -> _Written | None:
    try:
        content = read_regular(path, max_bytes=_MAX_BYTES)
        return msgspec.json.decode(content, type=prepared(_Written))
    except FileNotFoundError:
        return None
    except (OSError, msgspec.MsgspecError, UnicodeDecodeError) as error:
        logger.warning("%s: cannot be read (%s)", path, error)
        return None
