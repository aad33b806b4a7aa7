"""Run folders as trainings leave them, written event by event, without training."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import numpy as np
from PIL import Image

from engine.runs.events import Event, Failed, Finished, Metric, Progress, Started, encode_event
from engine.runs.run_folder import RunStatus, State

_START_S = 1_700_000_000.0
RECIPE = """\
type: psnr
name: {name}
data:
  folder: photos
  batch_size: {batch_size}
schedule:
  steps: {steps}
"""


def write_run(
    runs: Path,
    name: str,
    *,
    steps: int = 100,
    done: int = 100,
    every: int = 10,
    state: State = "finished",
    batch_size: int = 4,
    failed: tuple[str, str] | None = None,
    is_resumed: bool = False,
    samples: Sequence[int] = (),
) -> Path:
    """Write the folder of a run that reported a loss and PSNR every ``every`` steps.

    Args:
        runs: Where the folder is made.
        name: Its name.
        steps: Steps of its recipe.
        done: Steps that it did.
        every: Steps between two reports.
        state: What its status says. No process works on it.
        batch_size: A value of its recipe.
        failed: Code and text of its failure.
        is_resumed: Whether it was killed after step 50 and resumed from step 30.
        samples: Steps with sample pictures.
    """
    run = runs / name
    run.mkdir(parents=True)
    recipe = RECIPE.format(name=name, steps=steps, batch_size=batch_size)
    (run / "recipe.yaml").write_text(recipe, encoding="utf-8")
    events: list[Event] = [Started(time_s=_START_S, step=0)]
    if is_resumed:
        events += _reports(0, 50, every=every, total=steps, since_s=_START_S)
        events.append(Started(time_s=_START_S + 60, step=30))
        events += _reports(30, done, every=every, total=steps, since_s=_START_S + 60)
    else:
        events += _reports(0, done, every=every, total=steps, since_s=_START_S)
    last_s = events[-1].time_s
    if failed is not None:
        events.append(Failed(time_s=last_s, code=failed[0], text=failed[1]))
    elif state == "finished":
        events.append(Finished(time_s=last_s, step=done))
    append_events(run, events)
    status = RunStatus(state=state, pid=2**22 + 1, process_started_s=0.0, heartbeat_s=last_s)
    (run / "status.json").write_bytes(msgspec.json.encode(status))
    for step in samples:
        write_samples(run, step)
    return run


def append_events(run: Path, events: Iterable[Event]) -> None:
    """Append lines to the log of a run."""
    with (run / "events.jsonl").open("ab") as file:
        file.writelines(encode_event(event) for event in events)


def write_samples(run: Path, step: int, *, count: int = 2) -> None:
    """Write the sample pictures of a step, with their inputs and references."""
    random = np.random.default_rng(step)
    for number in range(count):
        for folder, side in (("lr", 16), ("hr", 32), (f"step-{step}", 32)):
            path = run / "samples" / folder / f"{number}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            pixels = random.integers(0, 256, (side, side, 3), dtype=np.uint8)
            Image.fromarray(pixels).save(path)


def _reports(first: int, last: int, *, every: int, total: int, since_s: float) -> list[Event]:
    events: list[Event] = []
    for step in range(first + every, last + 1, every):
        time_s = since_s + (step - first) * 0.5
        events += [
            Metric(time_s=time_s, step=step, name="loss_l1", value=1 / step),
            Metric(time_s=time_s, step=step, name="psnr_y_db", value=20 + step / 20),
            Metric(time_s=time_s, step=step, name="learning_rate", value=1e-3),
            Progress(time_s=time_s, done=step, total=total, eta_s=(total - step) * 0.5),
        ]
    return events
