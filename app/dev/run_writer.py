"""Writes runs as trainings do: ``python -m app.dev.run_writer FOLDER RUNS SECONDS``.

Each run has a lock, a status and a log, to which twenty values a second are added.
"""

from __future__ import annotations

import json
import math
import random
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

from app.state.resources import resource_path
from engine.api import RunFolder

LOG_EVERY = 100
_VALUES_PER_S = 20
_FIRST_STEPS = 20_000


def make_run(folder: Path, *, steps: int) -> RunFolder:
    """Make a run of ``steps`` steps that reported every 100 of them."""
    recipe = resource_path("recipes", "tiny.yaml").read_text(encoding="utf-8")
    run = RunFolder.create_at(folder, recipe_yaml=recipe)
    rng = random.Random(0)
    with (folder / "events.jsonl").open("w", encoding="utf-8") as log:
        log.write(_line(kind="started", time_s=0.0, step=0))
        for step in range(LOG_EVERY, steps + 1, LOG_EVERY):
            log.writelines(_report(step, steps, rng))
    return run


def _report(step: int, steps: int, rng: random.Random) -> Iterator[str]:
    fallen = math.exp(-6 * step / steps)
    values = {
        "loss_pixel": 0.02 + 0.1 * fallen + 0.01 * rng.random(),
        "loss_perceptual": 0.4 + 0.5 * fallen + 0.1 * rng.random(),
        "loss_adversarial": 0.7 + 0.2 * rng.random(),
        "data_wait_share": 0.01 * rng.random(),
        "learning_rate": 1e-4 + 1e-4 * math.cos(math.pi * step / steps),
        "images_per_s": 100 + 5 * rng.random(),
    }
    for name, value in values.items():
        yield _line(kind="metric", time_s=step / 10, step=step, name=name, value=value)
    left = max(steps - step, 0)
    yield _line(kind="progress", time_s=step / 10, done=step, total=steps, eta_s=left / 10)


def _line(**values: object) -> str:
    return json.dumps(values, separators=(",", ":")) + "\n"


def _write(folder: Path, count: int, seconds: float) -> None:
    runs = [make_run(folder / f"run-{number}", steps=_FIRST_STEPS) for number in range(count)]
    rng = random.Random(1)
    with ExitStack() as locks:
        for run in runs:
            locks.enter_context(run.locked())
            run.write_status("running")
        end, step = time.monotonic() + seconds, _FIRST_STEPS
        while time.monotonic() < end:
            step += LOG_EVERY
            lines = list(_report(step, 2 * _FIRST_STEPS, rng))
            for run in runs:
                with (run.path / "events.jsonl").open("a", encoding="utf-8") as log:
                    log.writelines(lines)
                run.beat()
            time.sleep(len(lines) / _VALUES_PER_S)


if __name__ == "__main__":
    _write(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))
