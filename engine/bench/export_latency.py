"""Times exported files in turns, each in its own runtime and in a process of its own.

    A  onnx         process, waits ┐
    B  ncnn         process, waits ├─ asked one after the other, A B C, A B C, and so on:
    C  litert-int8  process, waits ┘  whatever else the machine does hits all alike

Each runtime brings its own threads, which one process would have to share, and one that crashes
ends only its own. Each process times itself, so that the way to it does not count.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct

from engine.core.cancellation import CancelToken
from engine.core.errors import EngineError
from engine.core.timing import time_runs
from engine.export.bundle.verification import runtime_environment
from engine.export.targets.exported_file import ExportedFile

CHILD = "engine.bench.export_latency_child"
WARM_UPS = 3
_TIMEOUT_S = 600.0
_REST_S = 0.02
_MOST_ERROR_CHARS = 400

Size = tuple[int, int]


class LatencyError(EngineError):
    """An exported file could not be timed."""

    code = "latency"


class TimedFile(Struct, frozen=True, kw_only=True):
    """An exported file that is timed.

    Attributes:
        target: Name of its target.
        file: The file.
        folder: Folder of its paths.
        channels: Colors of its pictures.
        threads: CPU threads.
    """

    target: str
    file: ExportedFile
    folder: str
    channels: int
    threads: int


class Reply(Struct, frozen=True, kw_only=True):
    """What the process of a file writes, one JSON object for each run."""

    seconds: float = 0.0
    error: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Times:
    """What was timed.

    Attributes:
        seconds: Times of each run that was asked for, in the order of the rounds; empty where
            the file does not run.
        errors: Why a file does not run, by its number among those that were asked for.
    """

    seconds: tuple[tuple[float, ...], ...]
    errors: dict[int, str]


def time_files(
    runs: Sequence[tuple[TimedFile, Size]],
    *,
    rounds: int,
    token: CancelToken,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Times:
    """Time files in turns, each on a part of a sample photo.

    Args:
        runs: Files with the height and width of the LR picture; a file may occur with several.
        rounds: Timed runs of each.
        token: Stops between two timed runs.
        progress: Receives the number of finished timed runs and of all.

    Raises:
        LatencyError: If a file that has run before fails.
        JobCancelled: If ``token`` was cancelled.
    """
    clock = _SummedClock()
    errors: dict[int, str] = {}
    tasks: dict[int, Callable[[], None]] = {}
    with TemporaryDirectory(prefix="mfagan-latency-") as scratch, _workers(runs, scratch) as found:
        for number, (file, size) in enumerate(runs):
            token.check()
            worker = found[_key(file)]
            try:
                worker.run(size)
                tasks[number] = _task(worker, size, clock)
            except LatencyError as error:
                errors[number] = str(error)
        times_s = time_runs(
            list(tasks.values()),
            rounds=rounds,
            warm_ups=WARM_UPS,
            token=token,
            progress=progress,
            clock=clock,
        )
    done = dict(zip(tasks, times_s, strict=True))
    return Times(seconds=tuple(done.get(n, ()) for n in range(len(runs))), errors=errors)


class _SummedClock:
    """A clock that stands still but for the seconds that processes say they took."""

    def __init__(self) -> None:
        self.elapsed_s = 0.0

    def __call__(self) -> float:
        return self.elapsed_s


class _Worker:
    """The process of one file."""

    def __init__(self, file: TimedFile, folder: Path) -> None:
        self._name = file.file.name
        self._errors = folder / "errors.txt"
        question = folder / "file.json"
        question.write_bytes(msgspec.json.encode(file))
        with self._errors.open("wb") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-P", "-m", CHILD, str(question)],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                env=runtime_environment(),
            )

    def run(self, size: Size) -> float:
        """Run the file once and return the seconds it took.

        Raises:
            LatencyError: If it does not run.
        """
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        watch = threading.Timer(_TIMEOUT_S, self._process.kill)
        watch.start()
        try:
            self._process.stdin.write(msgspec.json.encode(size) + b"\n")
            self._process.stdin.flush()
            reply = msgspec.json.decode(self._process.stdout.readline(), type=Reply)
        except (OSError, msgspec.DecodeError) as error:
            text = self._errors.read_text(errors="replace").strip()[-_MOST_ERROR_CHARS:]
            raise LatencyError(f"{self._name}: its process ended. {text}".strip()) from error
        finally:
            watch.cancel()
        if reply.error:
            raise LatencyError(f"{self._name}: {reply.error}")
        return reply.seconds

    def close(self) -> None:
        """End the process."""
        self._process.kill()
        self._process.communicate()


@contextmanager
def _workers(
    runs: Sequence[tuple[TimedFile, Size]], scratch: str
) -> Iterator[dict[tuple[str, str], _Worker]]:
    """Start the process of each file; the files load at the same time."""
    found: dict[tuple[str, str], _Worker] = {}
    try:
        for file, _ in runs:
            if _key(file) not in found:
                folder = Path(scratch, str(len(found)))
                folder.mkdir()
                found[_key(file)] = _Worker(file, folder)
        yield found
    finally:
        for worker in found.values():
            worker.close()


def _task(worker: _Worker, size: Size, clock: _SummedClock) -> Callable[[], None]:
    def run() -> None:
        # The threads of the file before may wait for work by spinning for a moment.
        time.sleep(_REST_S)
        # The caches hold another network; tiles of a photo find their own.
        worker.run(size)
        clock.elapsed_s += worker.run(size)

    return run


def _key(file: TimedFile) -> tuple[str, str]:
    return file.folder, file.file.name
