"""Measures the memory of processes."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np

from engine.core.errors import InferenceError
from engine.inference.peak_memory import peak_memory_bytes
from engine.inference.session import SessionSpec, open_session

_CHILD_TIMEOUT_S = 600
_RUNS = 2


def peak_rss_of_network(path: Path, *, side_px: int, channels: int, thread_count: int) -> int:
    """Return the peak memory, in bytes, of a fresh process that runs only this network.

    Args:
        path: The ONNX file.
        side_px: Side of the square input.
        channels: Channels of the input.
        thread_count: As in `SessionSpec`.

    Raises:
        InferenceError: If that process fails.
    """
    arguments = [str(path), str(side_px), str(channels), str(thread_count)]
    try:
        done = subprocess.run(
            [sys.executable, "-m", "engine.profiling.memory", *arguments],
            capture_output=True, check=False, text=True, timeout=_CHILD_TIMEOUT_S,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise InferenceError(f"{path}: ran longer than {_CHILD_TIMEOUT_S} s") from error
    if done.returncode != 0:
        last = done.stderr.strip().rpartition("\n")[2]
        raise InferenceError(f"{path}: its memory could not be measured ({last})")
    return int(json.loads(done.stdout)["peak_rss_bytes"])


def _main(arguments: list[str]) -> None:
    side_px, channels, thread_count = (int(text) for text in arguments[1:])
    session = open_session(SessionSpec(path=Path(arguments[0]), thread_count=thread_count))
    batch = np.random.default_rng(0).random((1, channels, side_px, side_px), dtype=np.float32)
    for _ in range(_RUNS):
        session.run(batch)
    sys.stdout.write(json.dumps({"peak_rss_bytes": peak_memory_bytes()}))


if __name__ == "__main__":
    _main(sys.argv[1:])
