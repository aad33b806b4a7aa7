"""A training that no window owns: started, paused, killed and resumed through its folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from engine.api import RunSeries, control_run, job_log, read_summary_or_fault, samples, start_run
from engine.cli.main import run as command
from engine.runs.events import Failed
from engine.runs.run_folder import RunFolder
from engine.runs.summary import seen_state
from tests.helpers.training import write_photos


def recipe(tmp_path: Path, *, steps: int) -> str:
    photos = write_photos(tmp_path / "photos", count=10)
    return f"""
name: tiny
data: {{folder: {photos}, cache_folder: {tmp_path / "cache"}, patch_px: 8, batch_size: 2}}
schedule: {{steps: {steps}}}
generator: {{family: mfanet, scale: 2, channels: 4, blocks: 1}}
threads: 1
log_every: 1
checkpoint_every: 20
validate_every: 20
"""


class Watched:
    """A run as a window sees it: by its folder alone."""

    def __init__(self, path: Path) -> None:
        self.folder = RunFolder(path)
        self.series = RunSeries(path)

    @property
    def state(self) -> str:
        return read_summary_or_fault(self.folder, self.series).state

    def wait_for(self, *states: str) -> None:
        self._wait(lambda: self.state in states)

    def wait_for_step(self, step: int) -> None:
        self._wait(lambda: self.state == "running" and self.series.step >= step)

    def process(self) -> psutil.Process:
        status = self.folder.read_status()
        assert status is not None
        return psutil.Process(status.pid)

    def _wait(self, condition: Callable[[], bool]) -> None:
        end_s = time.monotonic() + 120
        while not condition():
            assert time.monotonic() < end_s, job_log(self.folder.path)
            assert seen_state(self.folder) != "failed", job_log(self.folder.path)
            time.sleep(0.05)


@pytest.fixture
def runs(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "runs"
    yield folder
    # Whatever a test that failed left running.
    for path in folder.glob("*/status.json"):
        status = RunFolder(path.parent).read_status()
        if status is not None and RunFolder(path.parent).is_alive():
            psutil.Process(status.pid).kill()


def test_a_run_is_paused_resumed_killed_and_resumed_and_loses_nothing(
    tmp_path: Path, runs: Path
) -> None:
    text = recipe(tmp_path, steps=100_000)
    run = Watched(start_run(text, runs=runs))
    assert run.state == "starting"
    run.wait_for_step(30)

    process = run.process()
    control_run(run.folder.path, "pause")
    run.wait_for("paused")
    process.wait(60)  # its memory is free
    control_run(run.folder.path, "resume")
    paused_at = run.series.step
    run.wait_for_step(paused_at + 30)

    run.process().kill()
    run.wait_for("interrupted")
    reached = int(run.series.values("loss_l1")[0][-1])
    control_run(run.folder.path, "resume")
    run.wait_for_step(reached + 5)
    control_run(run.folder.path, "stop")
    run.wait_for("cancelled")

    first, second = run.series.cuts()
    assert (first.step, first.abandoned_to_step) == (paused_at, paused_at)
    assert second.step <= reached == second.abandoned_to_step
    assert samples(run.folder.path)[0].hr is not None


def test_a_run_is_controlled_from_the_command_line(tmp_path: Path, runs: Path) -> None:
    run = Watched(start_run(recipe(tmp_path, steps=100_000), runs=runs))
    run.wait_for_step(5)

    assert command(["runs", "pause", "tiny", "--runs", str(runs), "--wait", "60"]) == 0
    assert run.state == "paused"
    assert command(["runs", "resume", "tiny", "--runs", str(runs)]) == 0
    run.wait_for_step(run.series.step + 5)
    assert command(["runs", "stop", "tiny", "--runs", str(runs), "--wait", "60"]) == 0

    assert run.state == "cancelled"


def test_a_run_that_cannot_begin_says_why_in_its_folder(tmp_path: Path, runs: Path) -> None:
    text = recipe(tmp_path, steps=5).replace(str(tmp_path / "photos"), str(tmp_path / "absent"))

    folder = RunFolder(start_run(text, runs=runs))
    end_s = time.monotonic() + 120
    while seen_state(folder) == "starting":
        assert time.monotonic() < end_s
        time.sleep(0.05)

    summary = read_summary_or_fault(folder)
    assert summary.state == "failed"
    assert "there is no such folder" in str(summary.failure)
    assert any(isinstance(event, Failed) for event in folder.events())
    # The process says it on its terminal too, a moment later.
    while "there is no such folder" not in job_log(folder.path):
        assert time.monotonic() < end_s
        time.sleep(0.05)
