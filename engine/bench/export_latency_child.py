"""The process that runs one exported file when asked; `engine.bench.export_latency` starts it.

It reads heights and widths as JSON, one line for each run, and writes the seconds.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import msgspec

from engine.bench.export_latency import Reply, Size, TimedFile
from engine.export.bundle.sample_inputs import sample_input
from engine.export.targets.loading import load_target
from engine.export.targets.target import BatchF32
from engine.export.targets.target_list import target_entry


def main(question: Path, asked: Iterable[bytes], replies: IO[bytes]) -> None:
    """Load the file that ``question`` describes, and answer each line of ``asked``."""
    try:
        for reply in _answers(question, asked):
            replies.write(msgspec.json.encode(reply) + b"\n")
            replies.flush()
    # Any runtime may raise anything; the text is what the report shows.
    except Exception as error:  # noqa: BLE001
        replies.write(msgspec.json.encode(Reply(error=f"{type(error).__name__}: {error}")) + b"\n")
        replies.flush()


def _answers(question: Path, asked: Iterable[bytes]) -> Iterable[Reply]:
    timed = msgspec.json.decode(question.read_bytes(), type=TimedFile)
    target = load_target(target_entry(timed.target))
    run = target.load(timed.file, Path(timed.folder), threads=timed.threads)
    pictures: dict[Size, BatchF32] = {}
    for line in asked:
        size = msgspec.json.decode(line, type=Size)
        if size not in pictures:
            pictures[size] = sample_input(0, size, channels=timed.channels)
        started_s = time.perf_counter()
        run(pictures[size])
        yield Reply(seconds=time.perf_counter() - started_s)


if __name__ == "__main__":
    # Runtimes print what they like: to stderr from now on.
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        main(Path(sys.argv[1]), sys.stdin.buffer, answers)
