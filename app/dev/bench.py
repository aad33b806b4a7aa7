"""Measures the window: ``python -m app.dev.bench [--json]``, as ``mfagan bench gui`` runs it.

Each part runs in its own process, without a screen, so that the memory of one
does not count in the figures of another.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

FIGURES = (
    "drag_p50_ms",
    "drag_p95_ms",
    "pan_p95_ms",
    "zoom_p95_ms",
    "first_preview_ms",
    "window_ms",
    "longest_stall_ms",
    "chart_open_ms",
    "chart_pan_p95_ms",
    "front_pan_p95_ms",
    "front_click_preview_ms",
    "many_runs_stall_ms",
    "peak_rss_mb",
)
_PARTS = ("viewer", "preview", "stall", "search", "charts", "many-runs")
_WINDOW_RUNS = 3


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmark, or one part of it in this process."""
    parser = argparse.ArgumentParser(prog="python -m app.dev.bench", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object on stdout")
    parser.add_argument(
        "--seconds", type=float, default=600.0, help="longest time to watch the upscale for stalls"
    )
    parser.add_argument("--part", choices=(*_PARTS, "window"), help=argparse.SUPPRESS)
    parser.add_argument("--started", type=float, default=0.0, help=argparse.SUPPRESS)
    options = parser.parse_args(arguments)
    if options.part is not None:
        _say(json.dumps(_run_part(options)))
        return 0
    figures = _measure(options.seconds)
    if options.json:
        _say(json.dumps(figures))
    else:
        _say("\n".join(f"{name:32} {value}" for name, value in figures.items()))
    return 0


def _measure(seconds: float) -> dict[str, object]:
    with tempfile.TemporaryDirectory(prefix="mfagan-bench-") as byte_code:
        windows = [_child("window", seconds, byte_code) for _ in range(_WINDOW_RUNS)]
        # The first start reads the files from the disk; "warm" is what comes after.
        warm = min(windows[1:], key=lambda w: float(str(w["window_ms"])))
        measured: dict[str, object] = dict(warm)
        for part in _PARTS:
            measured |= _child(part, seconds, byte_code)
    ordered = {name: measured.pop(name) for name in FIGURES}
    conditions = {
        "platform": os.environ.get("QT_QPA_PLATFORM", "offscreen"),
        "cpu_count": os.cpu_count(),
        "load_average": [round(value, 2) for value in os.getloadavg()],
    }
    return {**ordered, **measured, "conditions": conditions}


def _child(part: str, seconds: float, byte_code: str) -> dict[str, object]:
    environment = dict(os.environ)
    # A window on a real screen would measure the desktop's compositor, too.
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    # An installed app has its byte code; a source tree may be set not to write any.
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = byte_code
    with tempfile.TemporaryDirectory(prefix="mfagan-bench-") as home:
        # The settings and the queue of the user must not change the figures.
        environment["MFAGAN_HOME"] = home
        command = [sys.executable, "-m", "app.dev.bench", "--part", part, f"--seconds={seconds}"]
        command.append(f"--started={time.time()}")
        done = subprocess.run(
            command, env=environment, check=True, stdout=subprocess.PIPE, text=True
        )
    # Libraries may print before it; the figures are the last line.
    result: dict[str, object] = json.loads(done.stdout.splitlines()[-1])
    return result


def _run_part(options: argparse.Namespace) -> dict[str, object]:
    # Imported here: the time of a start must not include the rest of the benchmark.
    from app.dev import bench_charts, bench_parts, bench_search  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix="mfagan-bench-") as folder:
        parts: dict[str, Callable[[], dict[str, object]]] = {
            "window": lambda: bench_parts.measure_window(options.started),
            "viewer": lambda: bench_parts.measure_viewer(Path(folder)),
            "preview": lambda: bench_parts.measure_preview(Path(folder)),
            "search": lambda: bench_search.measure_front_click(Path(folder)),
            "stall": lambda: bench_parts.measure_stall(Path(folder), seconds=options.seconds),
            "charts": bench_charts.measure_charts,
            "many-runs": bench_charts.measure_many_runs,
        }
        return parts[options.part]()


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


if __name__ == "__main__":
    raise SystemExit(main())
