"""Measures the memory of networks, each in a separate process.

Peak memory is a property of a whole process and never falls, so that two
networks in one process cannot be told apart.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from engine.core.errors import InferenceError
from engine.core.peak_memory import peak_memory_bytes
from engine.inference.network.session import SessionSpec, open_session

_CHILD_TIMEOUT_S = 600
_RUNS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkMemory:
    """The memory of a new process that runs only one network.

    Attributes:
        peak_rss_bytes: Largest resident memory, including interpreter and runtime.
        growth_bytes: The part of it that was not resident before the network was loaded:
            weights, feature maps, and memory that the runtime computes with.
    """

    peak_rss_bytes: int
    growth_bytes: int


def measure_network_memory(
    path: Path, *, height_px: int, width_px: int, channels: int, thread_count: int
) -> NetworkMemory:
    """Run a network in a new process and return the memory that it took.

    Args:
        path: The ONNX file.
        height_px: Height of the input.
        width_px: Width of the input.
        channels: Channels of the input.
        thread_count: As in `SessionSpec`.

    Raises:
        InferenceError: If that process fails.
    """
    arguments = [str(path), *map(str, (height_px, width_px, channels, thread_count))]
    try:
        done = subprocess.run(
            # This very module, as a program.
            [sys.executable, "-m", "engine.profiling.memory", *arguments],
            capture_output=True, check=False, text=True, timeout=_CHILD_TIMEOUT_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise InferenceError(f"{path}: ran longer than {_CHILD_TIMEOUT_S} s") from error
    if done.returncode != 0:
        last = done.stderr.strip().rpartition("\n")[2]
        raise InferenceError(f"{path}: its memory could not be measured ({last})")
    figures = json.loads(done.stdout)
    return NetworkMemory(
        peak_rss_bytes=int(figures["peak_rss_bytes"]), growth_bytes=int(figures["growth_bytes"])
    )


def _main(arguments: list[str]) -> None:
    height_px, width_px, channels, thread_count = (int(text) for text in arguments[1:])
    before = psutil.Process().memory_info().rss
    session = open_session(SessionSpec.of_file(Path(arguments[0]), thread_count=thread_count))
    shape = (1, channels, height_px, width_px)
    batch = np.random.default_rng(0).random(shape, dtype=np.float32)
    # Twice: ONNX Runtime plans its memory in the first run.
    for _ in range(_RUNS):
        session.run(batch)
    peak = peak_memory_bytes()
    figures = {"peak_rss_bytes": peak, "growth_bytes": max(0, peak - before)}
    sys.stdout.write(json.dumps(figures))


if __name__ == "__main__":
    _main(sys.argv[1:])
