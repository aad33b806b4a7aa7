"""Verifies an exported file in its own runtime, in a process of its own.

A runtime that crashes ends only that process, and the peak of its memory is measured there. It
answers in a file, because runtimes print to stdout what they like.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import numpy as np
from msgspec import Struct

import engine
from engine.core.errors import EngineError
from engine.export.bundle.manifest import Verification
from engine.export.targets.exported_file import INT8_LARGEST_LOSS_DB, ExportedFile

CHILD = "engine.export.bundle.verification_child"
_TIMEOUT_S = 900.0
_MOST_ERROR_CHARS = 400


class VerificationError(EngineError):
    """An exported file does not run, or not as its network does."""

    code = "verification"


class BenchmarkSet(Struct, frozen=True, kw_only=True):
    """LR and HR pictures of a benchmark, for measuring what a precision loses."""

    name: str
    """Name of its folder."""
    pictures: str
    """``.npz`` with ``lr0``, ``hr0``, ``lr1`` and so on, ``(H, W, C)`` uint8."""
    reference: str
    """``.json`` with the Y-PSNR of the float32 network on each; the first file that needs it writes
    it, because all files of a network are compared with the same."""


class VerificationTask(Struct, frozen=True, kw_only=True):
    """What the process has to do."""

    target: str
    """Name of the target."""
    file: ExportedFile
    """The file."""
    folder: str
    """Folder of its paths."""
    reference: str
    """The float32 network that it was made of."""
    scale: int
    """Factor between LR and SR sides."""
    channels: int
    """Colors: 1 or 3."""
    sizes: tuple[tuple[int, int], ...]
    """Height and width of the inputs to compare."""
    latency_px: tuple[int, int]
    """Height and width of the input to time."""
    rounds: int
    """Timed runs."""
    threads: int
    """CPU threads."""
    overlap_px: int
    """Margin of tiles, for files of one size."""
    benchmarks: tuple[BenchmarkSet, ...] = ()
    """Pictures for the loss."""
    picture: str = ""
    """Where to write the enlarged part of a sample photo as PNG; empty for nowhere."""


class VerificationAnswer(Struct, frozen=True, kw_only=True):
    """What the process found."""

    verification: Verification | None = None
    """What was measured, None if the file could not be run."""
    error: str = ""
    """Why it could not be run."""


def verify_file(task: VerificationTask) -> Verification:
    """Run a file in its runtime and compare it with its network.

    Raises:
        VerificationError: If it does not run, or differs by more than its tolerance.
    """
    with TemporaryDirectory(prefix="mfagan-verify-") as name:
        answer = _ask(task, Path(name))
    if answer.verification is None:
        raise VerificationError(f"{task.file.name}: {answer.error}")
    _check(task.file, answer.verification)
    return answer.verification


def write_benchmark(
    path: Path, pairs: Sequence[tuple[np.ndarray, np.ndarray]], name: str
) -> BenchmarkSet:
    """Write LR and HR pictures for `VerificationTask.benchmarks`."""
    arrays = {}
    for number, (lr, hr) in enumerate(pairs):
        arrays[f"lr{number}"], arrays[f"hr{number}"] = lr, hr
    np.savez(path, allow_pickle=False, **arrays)
    reference = path.with_suffix(".json")
    reference.unlink(missing_ok=True)
    return BenchmarkSet(name=name, pictures=str(path), reference=str(reference))


def runtime_environment() -> dict[str, str]:
    """Return the environment of a process that runs exported files."""
    root = Path(engine.__file__).resolve().parents[1]
    found = os.environ.get("PYTHONPATH")
    paths = [str(root), found] if found else [str(root)]
    # Threads that wait by spinning take the cores from those that compute: on a busy machine
    # NCNN needed seconds for a small tile.
    waiting = {"OMP_WAIT_POLICY": "PASSIVE", "GOMP_SPINCOUNT": "0", "KMP_BLOCKTIME": "0"}
    return {**os.environ, **waiting, "PYTHONPATH": os.pathsep.join(paths)}


def _check(file: ExportedFile, found: Verification) -> None:
    difference = found.difference(file.measure)
    # Both written so that a value that is not a number fails, too.
    if not difference <= file.tolerance:
        raise VerificationError(
            f"{file.name}: differs from the network by {difference:.1e}, "
            f"more than {file.tolerance:.1e}"
        )
    for name, loss_db in found.loss_db.items():
        if not loss_db <= INT8_LARGEST_LOSS_DB:
            raise VerificationError(
                f"{file.name}: loses {loss_db:.2f} dB on {name}, more than {INT8_LARGEST_LOSS_DB}; "
                "calibrate it with other photos, or leave this target out"
            )


def _ask(task: VerificationTask, scratch: Path) -> VerificationAnswer:
    question, answer = scratch / "task.json", scratch / "answer.json"
    question.write_bytes(msgspec.json.encode(task))
    command = [sys.executable, "-P", "-m", CHILD, str(question), str(answer)]
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env=runtime_environment(),
            timeout=_TIMEOUT_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return VerificationAnswer(error=f"it does not answer within {_TIMEOUT_S:.0f} s")
    try:
        return msgspec.json.decode(answer.read_bytes(), type=VerificationAnswer)
    except (OSError, msgspec.DecodeError):
        how = f"signal {-done.returncode}" if done.returncode < 0 else f"code {done.returncode}"
        text = done.stderr.decode(errors="replace").strip()[-_MOST_ERROR_CHARS:]
        return VerificationAnswer(error=f"the process that ran it ended with {how}. {text}".strip())
