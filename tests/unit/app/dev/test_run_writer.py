from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

from app.dev.run_writer import LOG_EVERY, make_run
from engine.api import RunSeries, find_runs, read_summary_or_fault


def test_a_run_that_was_made_is_read_like_one_that_was_trained(tmp_path: Path) -> None:
    run = make_run(tmp_path / "run", steps=5000)

    series = RunSeries(run.path)
    series.update()

    steps, losses, _ = series.values("loss_pixel")
    assert series.fault is None
    assert steps.tolist() == list(range(LOG_EVERY, 5001, LOG_EVERY))
    assert losses[0] > losses[-1] > 0
    assert "learning_rate" in series.names()


def test_runs_grow_while_their_writer_lives(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "app.dev.run_writer", str(tmp_path), "2", "60"]
    with subprocess.Popen(command, env=os.environ | {"PYTHONPATH": str(Path.cwd())}) as writer:
        try:
            series = RunSeries(tmp_path / "run-1")
            end = time.monotonic() + 30
            while series.step <= 20_000 and time.monotonic() < end:
                time.sleep(0.05)
                series.update()
            states = {read_summary_or_fault(run).state for run in find_runs(tmp_path)}
        finally:
            writer.terminate()

    assert series.step > 20_000
    assert states == {"running"}
