"""Runs the program in a process of its own, with its own home and with limits."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Done:
    """How a process ended.

    Attributes:
        code: Exit code, negative for a signal; None where it had to be killed for its time.
        out: Standard output.
        err: Standard error.
        seconds: Wall time.
        peak_bytes: Largest memory seen of the process itself, without its children.
    """

    code: int | None
    out: str
    err: str
    seconds: float
    peak_bytes: int

    def events(self) -> list[dict[str, Any]]:
        """Return the JSON lines of the output."""
        lines = (line for line in self.out.splitlines() if line.startswith("{"))
        return [json.loads(line) for line in lines]

    @property
    def is_clean(self) -> bool:
        """Whether it ended by itself, without a traceback and without an unforeseen error."""
        text = self.out + self.err
        is_plain = "Traceback" not in text and "(--verbose shows where)" not in text
        return self.code is not None and self.code >= 0 and is_plain


def start(
    words: Sequence[object],
    home: Path,
    *,
    memory_bytes: int | None = None,
    cwd: Path | None = None,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start ``python -m`` with ``words``; its output goes to files in ``home``."""
    home.mkdir(parents=True, exist_ok=True)
    (home / "tmp").mkdir(exist_ok=True)

    def limit() -> None:
        if memory_bytes is not None:
            resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))

    own = {
        "HOME": str(home),
        "MFAGAN_HOME": str(home),
        "TMPDIR": str(home / "tmp"),
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "OMP_NUM_THREADS": "1",
        **(environment or {}),
    }
    with (home / "out").open("wb") as out, (home / "err").open("wb") as err:
        return subprocess.Popen(
            [sys.executable, "-m", *(os.fsencode(str(word)) for word in words)],
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=err,
            cwd=cwd,
            env=os.environ | own,
            preexec_fn=limit,  # noqa: PLW1509 - campaigns run no threads
        )


def finish(process: subprocess.Popen[bytes], home: Path, *, timeout_s: float) -> Done:
    """Wait for a process of `start`, watching its memory."""
    begun, peak = time.monotonic(), 0
    watched = psutil.Process(process.pid)
    code: int | None = None
    while time.monotonic() - begun < timeout_s:
        with contextlib.suppress(psutil.Error):
            peak = max(peak, watched.memory_info().rss)
        try:
            code = process.wait(timeout=0.02)
            break
        except subprocess.TimeoutExpired:
            continue
    else:
        process.kill()
        process.wait()
    texts = [(home / name).read_bytes().decode("utf-8", "replace") for name in ("out", "err")]
    seconds = time.monotonic() - begun
    return Done(code=code, out=texts[0], err=texts[1], seconds=seconds, peak_bytes=peak)


def command(
    words: Sequence[object],
    home: Path,
    *,
    timeout_s: float = 120,
    memory_bytes: int | None = None,
    cwd: Path | None = None,
) -> Done:
    """Run ``mfagan`` with ``words`` to its end."""
    process = start(["engine.cli.main", *words], home, memory_bytes=memory_bytes, cwd=cwd)
    return finish(process, home, timeout_s=timeout_s)


def window(home: Path, *, timeout_s: float = 90) -> Done:
    """Open the window offscreen, wait for the preview of a sample, and end."""
    return finish(start(["app.main", "--smoke"], home), home, timeout_s=timeout_s)
