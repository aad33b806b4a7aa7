"""Examines an untrusted network file in a separate process.

Whatever the file does harms only that process. It has limits of memory, CPU
time, wall time and file size, has no terminal, and answers in JSON.
"""

from __future__ import annotations

import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

import msgspec

import engine
from engine.core.cancellation import CancelToken
from engine.core.errors import ModelRefusedError
from engine.core.regular_file import open_regular
from engine.core.typed_data import prepared
from engine.core.units import format_bytes
from engine.probing.answers import (
    Accepted,
    Answer,
    Attempt,
    CostTask,
    Field,
    GraphCost,
    InspectTask,
    NetworkFacts,
    ProbeTask,
    Refusal,
    Request,
    Size,
    Task,
    ValueRange,
)
from engine.probing.field import UNMEASURED
from engine.probing.limits import limit_process, limits_for

MAX_FILE_BYTES = 256 * 1024 * 1024
"""A larger file is refused: the largest SR networks have 70 MB."""

DECIDE_S = 30.0
"""Wall time in which a network must be refused or accepted. The limit of CPU time is far
lower; this one is for busy machines, and for systems without such limits."""
FINISH_S = 90.0
"""Wall time for the rest."""

_TOKEN_CHECK_S = 0.2
_MAX_ANSWER_BYTES = 1 << 16
# Bisection for the smallest size meets at most this many sizes that end the process.
_MAX_CRASHES = 10
_TOO_SLOW = "it takes too long on small pictures"
_NO_ANSWER = "its process gave no answer"
_DIED = "the process that ran it died; it may need too much memory"


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeResult:
    """Everything that was detected about a network.

    Attributes:
        found: Its facts, value ranges and cost.
        field: Its receptive field.
    """

    found: Accepted
    field: Field


def probe_network(
    path: Path,
    *,
    value_range: ValueRange | None = None,
    token: CancelToken | None = None,
    decide_s: float = DECIDE_S,
    finish_s: float = FINISH_S,
) -> ProbeResult:
    """Detect everything that is needed to use the network in ``path``.

    Args:
        path: An ONNX file.
        value_range: Input values of black and white, if known.
        token: Lets the caller stop it.
        decide_s: Wall time in which it must be refused or accepted.
        finish_s: Wall time for measuring its receptive field.

    Raises:
        ModelRefusedError: If it is not a super-resolution network that can be run.
        JobCancelled: If ``token`` was cancelled.
    """
    task = ProbeTask(value_range=value_range)
    with _asked(path, task, timeout_s=decide_s, token=token) as (found, process):
        if not isinstance(found, Accepted):
            raise _refused(path, _NO_ANSWER)
        try:
            field = process.get(finish_s)
        except ModelRefusedError:
            field = UNMEASURED
    return ProbeResult(found=found, field=field if isinstance(field, Field) else UNMEASURED)


def inspect_network(path: Path) -> NetworkFacts:
    """Detect the sizes that the network in ``path`` takes and gives.

    Raises:
        ModelRefusedError: If it is not a super-resolution network that can be run.
    """
    with _asked(path, InspectTask()) as (answer, _):
        if not isinstance(answer, NetworkFacts):
            raise _refused(path, _NO_ANSWER)
    return answer


def measure_cost(path: Path, *, height_px: int, width_px: int) -> GraphCost:
    """Count the cost of one pass of the network in ``path``.

    Raises:
        ModelRefusedError: If it cannot be read or counted.
    """
    with _asked(path, CostTask(height_px=height_px, width_px=width_px)) as (answer, _):
        if not isinstance(answer, GraphCost):
            raise _refused(path, _NO_ANSWER)
    return answer


def check_file(path: Path) -> int:
    """Return the size of a network file in bytes, after checking that it can be read.

    Raises:
        ModelRefusedError: If it is missing, not a regular file, empty or too large.
    """
    try:
        with open_regular(path) as file:
            size_bytes = os.fstat(file.fileno()).st_size
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _refused(path, f"cannot be read ({reason})") from error
    if size_bytes == 0:
        raise _refused(path, "is empty")
    if size_bytes > MAX_FILE_BYTES:
        limit = format_bytes(MAX_FILE_BYTES)
        raise _refused(path, f"has {format_bytes(size_bytes)}, more than {limit}")
    return size_bytes


class _CrashedError(Exception):
    """The process died while it ran the network on some size."""

    def __init__(self, size: Size) -> None:
        super().__init__(f"died at {size}")
        self.size = size


class _Process:
    """A process and its answers, each awaited for as long as the caller allows."""

    def __init__(self, path: Path, task: Task, token: CancelToken | None) -> None:
        self._token = token
        limits = limits_for(check_file(path))
        request = Request(path=os.path.abspath(path), task=task, limits=limits)  # noqa: PTH100
        self._path = path
        self._process = subprocess.Popen(
            # -P: a file in the current folder must not be imported as a module.
            [sys.executable, "-P", "-m", "engine.probing.child"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._lines: queue.SimpleQueue[bytes] = queue.SimpleQueue()
        # Reading blocks; on a thread of its own each answer can be awaited with a timeout.
        self._reader = threading.Thread(
            target=self._read, args=(self._process.stdout,), daemon=True
        )
        self._reader.start()
        # It waits for its request, so that it never opens the file without limits.
        with suppress(ProcessLookupError):
            limit_process(self._process.pid, limits)
        with suppress(BrokenPipeError), self._process.stdin:
            self._process.stdin.write(msgspec.json.encode(request))

    def get(self, timeout_s: float) -> Answer:
        """Return the next answer that is not an attempt.

        Raises:
            ModelRefusedError: If it is a refusal, does not come, or cannot be decoded.
            JobCancelled: If the token was cancelled.
            _CrashedError: If the process dies in an attempt.
        """
        deadline_s = time.monotonic() + timeout_s
        attempt: Attempt | None = None
        while True:
            line = self._next_line(deadline_s)
            if not line:
                raise self._died(attempt)
            try:
                answer: Answer = msgspec.json.decode(line, type=prepared(Answer))
            except msgspec.DecodeError as error:
                raise _refused(self._path, _NO_ANSWER) from error
            if isinstance(answer, Refusal):
                raise _refused(self._path, answer.reason)
            if not isinstance(answer, Attempt):
                return answer
            attempt = answer

    def _next_line(self, deadline_s: float) -> bytes:
        while True:
            if self._token is not None:
                self._token.check()
            left_s = deadline_s - time.monotonic()
            try:
                return self._lines.get(timeout=min(max(left_s, 0.001), _TOKEN_CHECK_S))
            except queue.Empty:
                if left_s <= 0:
                    raise _refused(self._path, _TOO_SLOW) from None

    def close(self) -> None:
        """Kill it."""
        self._process.kill()
        self._process.wait()
        self._reader.join()

    def _died(self, attempt: Attempt | None) -> Exception:
        code = self._process.wait()
        # The signals by which the system enforces the limit of CPU time.
        if os.name == "posix" and -code in {signal.SIGXCPU, signal.SIGKILL}:
            return _refused(self._path, _TOO_SLOW)
        if attempt is not None:
            return _CrashedError(attempt.size)
        return _refused(self._path, _DIED)

    def _read(self, output: IO[bytes]) -> None:
        with output:
            while line := output.readline(_MAX_ANSWER_BYTES):
                self._lines.put(line)
        self._lines.put(b"")


@contextmanager
def _asked(
    path: Path, task: Task, *, timeout_s: float = DECIDE_S, token: CancelToken | None = None
) -> Iterator[tuple[Answer, _Process]]:
    """Give the first answer and its process, which is restarted if it dies at some size."""
    for _ in range(_MAX_CRASHES):
        process = _Process(path, task, token)
        try:
            answer = process.get(timeout_s)
        except _CrashedError as error:
            process.close()
            # Counting has no sizes to avoid: another attempt would die, too.
            if isinstance(task, CostTask):
                break
            task = msgspec.structs.replace(task, crashed=(*task.crashed, error.size))
            continue
        except BaseException:
            process.close()
            raise
        try:
            yield answer, process
        finally:
            process.close()
        return
    raise _refused(path, _DIED)


def _environment() -> dict[str, str]:
    root = str(Path(engine.__file__).parent.parent)
    found = os.environ.get("PYTHONPATH")
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join([root, found] if found else [root]),
        # Libraries reserve address space per thread that they might start: more than allowed.
        **dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"),
        "MALLOC_ARENA_MAX": "2",
    }


def _refused(path: Path, reason: str) -> ModelRefusedError:
    return ModelRefusedError(f"{path}: {reason}")
