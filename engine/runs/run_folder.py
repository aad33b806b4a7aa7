"""The folder of a run, from which everything that is shown of the run is read.

recipe.yaml       what to do, complete            status.json   state, process, heartbeat
environment.json  machine and versions            lock          held while the run runs
events.jsonl      what happened, appended         checkpoints/  samples/  artifacts/
photos.json       hashes of the training photos   weights.json  hashes of given weights
request.json      asks the run to pause or stop   job.log       output of a run without terminal
"""

from __future__ import annotations

import datetime as dt
import os
import re
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Literal

import msgspec
import psutil
from filelock import FileLock, Timeout
from msgspec import Struct

from engine.core.atomic_file import make_folder, output_error, write_bytes_atomic
from engine.core.errors import (
    BadEventError,
    ConfigError,
    DiskFullError,
    OutputError,
    OutputExistsError,
)
from engine.core.typed_data import prepared
from engine.runs.events import Event, KnownEvent, UnknownEvent, decode_event, encode_event

State = Literal["starting", "running", "paused", "finished", "failed", "cancelled"]
_HEARTBEAT_S = 5.0
_FRESH_S = 3 * _HEARTBEAT_S
_LOCK_WAIT_S = 2.0
# Two processes that test the lock at once must not mistake each other for the run, which
# holds it for longer than this.
_PROBE_WAIT_S = 0.25
_PROBE_EVERY_S = 0.01
_OWN_NAMES = (
    "environment.json", "events.jsonl", "status.json", "photos.json", "weights.json", "lock",
    "request.json", "job.log", "checkpoints", "samples", "artifacts",
)  # fmt: skip
_LONGEST_LINE_BYTES = 1_000_000


class RunStatus(Struct, frozen=True, kw_only=True):
    """Content of ``status.json``.

    Attributes:
        state: What the run last reported; see `RunFolder.is_running`. A run that is ``paused``
            has saved its state; its process may be gone.
        pid: Process of the run.
        process_started_s: Start of that process, which tells a reused pid apart.
        heartbeat_s: When the status was last written, seconds since 1970.
    """

    state: State
    pid: int
    process_started_s: float
    heartbeat_s: float


class RunFolder:
    """Reads and writes the folder of one run."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._last_beat_s = 0.0
        self._is_healed = False

    @classmethod
    def create(
        cls, runs: Path, name: str, *, recipe_yaml: str, environment: bytes = b"{}"
    ) -> RunFolder:
        """Make a new folder ``<date>-<name>-<4 hex>`` in ``runs``.

        Raises:
            OutputError: If the folder cannot be made.
        """
        slug = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-") or "run"
        today = dt.datetime.now(tz=dt.UTC).strftime("%Y-%m-%d")
        # Random digits, because several runs of one recipe may start on one day.
        path = runs / f"{today}-{slug}-{secrets.token_hex(2)}"
        return cls.create_at(path, recipe_yaml=recipe_yaml, environment=environment)

    @classmethod
    def create_at(cls, path: Path, *, recipe_yaml: str, environment: bytes = b"{}") -> RunFolder:
        """Make ``path`` the folder of a new run.

        Raises:
            OutputExistsError: If it contains files that the run would overwrite.
            OutputError: If the folder cannot be made.
        """
        _check_free(path)
        make_folder(path / "checkpoints")
        write_bytes_atomic(path / "recipe.yaml", recipe_yaml.encode())
        write_bytes_atomic(path / "environment.json", environment)
        return cls(path)

    @classmethod
    def open(cls, path: Path) -> RunFolder:
        """Open an existing run.

        Raises:
            ConfigError: If ``path`` is not a run folder.
        """
        if not (path / "recipe.yaml").is_file():
            raise ConfigError(f"{path}: is not a run folder: it has no recipe.yaml")
        return cls(path)

    @property
    def _lock_path(self) -> Path:
        return self.path / "lock"

    @property
    def checkpoints(self) -> Path:
        """Folder of the checkpoints."""
        return self.path / "checkpoints"

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the lock of the run during the block; the system releases it if the process dies.

        Raises:
            ConfigError: If another process holds it.
            OutputError: If the folder cannot be written to.
        """
        # A process that tests whether the run is running holds its lock for an instant.
        lock = FileLock(self._lock_path, timeout=_LOCK_WAIT_S)
        try:
            lock.acquire()
        except Timeout as error:
            raise ConfigError(
                f"{self.path}: this run is running in another process; stop that one first"
            ) from error
        except OSError as error:
            raise output_error(error, self._lock_path) from error
        try:
            yield
        finally:
            lock.release()

    def append(self, event: Event) -> None:
        """Append an event, in one write, so that readers see whole lines.

        Raises:
            DiskFullError: If the disk is full.
            OutputError: If the file cannot be written.
        """
        path = self.path / "events.jsonl"
        line = encode_event(event)
        if path.exists() and not path.is_file():
            raise OutputError(
                f"{path}: is not a file, so events cannot be written to it; remove it"
            )
        try:
            # Once per process: this process is the only writer, and knows its own lines.
            if not self._is_healed:
                _drop_broken_end(path)
            with path.open("ab", buffering=0) as file:
                self._is_healed = file.write(line) == len(line)
        except OSError as error:
            self._is_healed = False
            raise output_error(error, path) from error
        if not self._is_healed:
            raise DiskFullError(f"{path}: the disk is full; free some space")

    def write_status(self, state: State, *, pid: int | None = None) -> None:
        """Replace ``status.json``.

        Args:
            state: What the run is doing.
            pid: Process that does it; this one if not given. One that is gone changes nothing.
        """
        try:
            self._write_status(state, psutil.Process(os.getpid() if pid is None else pid))
        except psutil.NoSuchProcess:
            return

    def _write_status(self, state: State, process: psutil.Process) -> None:
        status = RunStatus(
            state=state,
            pid=process.pid,
            process_started_s=process.create_time(),
            heartbeat_s=time.time(),
        )
        self._last_beat_s = status.heartbeat_s
        write_bytes_atomic(self.path / "status.json", msgspec.json.encode(status))

    def beat(self, state: State = "running") -> None:
        """Renew the heartbeat of a running or paused run if it is a few seconds old."""
        # abs: a clock that was set back must not stop the heartbeat.
        if abs(time.time() - self._last_beat_s) > _HEARTBEAT_S:
            self.write_status(state)

    def read_status(self) -> RunStatus | None:
        """Return the last status, or None if the run never started.

        Raises:
            BadEventError: If the file is damaged.
        """
        path = self.path / "status.json"
        if not path.is_file():
            return None
        try:
            return msgspec.json.decode(path.read_bytes(), type=prepared(RunStatus))
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise BadEventError(f"{path}: is damaged ({error})") from error

    def is_alive(self) -> bool:
        """Whether the process that wrote the status still exists."""
        status = self.read_status()
        return status is not None and _is_alive(status)

    def is_running(self) -> bool:
        """Whether a process is working on the run.

        Its lock decides, which does not depend on clocks; for runs of versions that had no
        lock, the process that the status names.
        """
        try:
            status = self.read_status()
        except BadEventError:
            return bool(self._is_locked())  # the lock is all that is left to ask
        if status is None or status.state not in {"starting", "running", "paused"}:
            return False
        is_own = status.pid in {os.getpid(), os.getppid()}
        if status.state == "starting":
            # It takes the lock only when its libraries are loaded. It may be this very process, or
            # the launcher above it that Windows starts for one in a virtual environment.
            return (not is_own and _is_alive(status)) or bool(self._is_locked())
        # Asking a lock that is held takes a moment, which a list of runs should not wait for. The
        # process of a paused run may be about to end: of it only the lock knows.
        is_fresh = abs(time.time() - status.heartbeat_s) < _FRESH_S
        if status.state == "running" and is_fresh and not is_own and _is_alive(status):
            return True
        is_locked = self._is_locked()
        return _is_alive(status) if is_locked is None else is_locked

    def _is_locked(self) -> bool | None:
        """Return whether a process holds the lock, or None if that cannot be determined."""
        if not self._lock_path.is_file():
            return None
        lock = FileLock(self._lock_path, timeout=_PROBE_WAIT_S, poll_interval=_PROBE_EVERY_S)
        try:
            lock.acquire()
        except Timeout:
            return True
        except OSError:
            return None  # a folder that only another user may write to
        lock.release()
        return False

    def events(self) -> Iterator[KnownEvent | UnknownEvent]:
        """Read all events so far; a broken last line is skipped.

        Raises:
            BadEventError: If a line before the last one is not an event.
        """
        path = self.path / "events.jsonl"
        if not path.is_file():
            return
        broken: BadEventError | None = None
        with path.open("rb") as file:
            # Bounded: a line that never ends must not fill the memory.
            while line := file.readline(_LONGEST_LINE_BYTES):
                if not line.strip():
                    continue
                if broken is not None:
                    raise broken
                try:
                    yield decode_event(line)
                except BadEventError as error:
                    # An error only if another line follows.
                    broken = error


def _is_alive(status: RunStatus) -> bool:
    try:
        process = psutil.Process(status.pid)
        # A process that ended is listed as a zombie until its parent takes note of it.
        is_there = process.status() != psutil.STATUS_ZOMBIE
        # Process ids are reused; the start of the process tells them apart.
        return is_there and abs(process.create_time() - status.process_started_s) < 1
    except (psutil.Error, ValueError, OverflowError):
        return False


def _check_free(path: Path) -> None:
    """Refuse a folder in which a new run would overwrite files."""
    for own in (path / name for name in ("recipe.yaml", *_OWN_NAMES)):
        is_empty = own.is_dir() and not own.is_symlink() and not any(own.iterdir())
        if os.path.lexists(own) and not is_empty:
            raise OutputExistsError(
                f"{own}: exists already, and a new run would overwrite it; name another folder"
            )


def _drop_broken_end(path: Path) -> None:
    """Cut off a last line that a killed process did not finish.

    The next event would otherwise be appended to that line and be lost with it.
    """
    if not path.exists():
        return
    content = path.read_bytes()
    whole = content.rfind(b"\n") + 1
    if whole < len(content):
        with path.open("rb+") as file:
            file.truncate(whole)
