"""The training commands in processes of their own: progress, signals, sudden death."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

from engine.cli.main import run
from engine.runs.events import Progress
from engine.runs.run_folder import RunFolder
from engine.runs.summary import read_summary, seen_state, series
from tests.helpers.training import write_photos


def write_recipe(tmp_path: Path, *, steps: int) -> Path:
    photos = write_photos(tmp_path / "photos")
    path = tmp_path / "tiny.yaml"
    path.write_text(
        f"""
name: tiny
data: {{folder: {photos}, cache_folder: {tmp_path / "cache"}, patch_px: 8, batch_size: 2}}
schedule: {{steps: {steps}}}
generator: {{family: mfanet, scale: 2, channels: 4, blocks: 1}}
threads: 1
log_every: 1
checkpoint_every: 5
""",
        encoding="utf-8",
    )
    return path


def start(*arguments: object) -> subprocess.Popen[str]:
    words = [sys.executable, "-m", "engine.cli.main", *map(str, arguments)]
    pipe = subprocess.PIPE
    return subprocess.Popen(words, stdin=pipe, stdout=pipe, stderr=pipe, text=True)


def tell(process: subprocess.Popen[str], line: str) -> None:
    assert process.stdin is not None
    process.stdin.write(f"{line}\n")
    process.stdin.flush()


def wait_for(process: subprocess.Popen[str], kind: str) -> None:
    assert process.stdout is not None
    if not any(json.loads(line)["kind"] == kind for line in process.stdout):
        raise AssertionError(process.communicate()[1])


def wait_for_step(process: subprocess.Popen[str], step: int) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        event = json.loads(line)
        if event["kind"] == "progress" and event["done"] >= step:
            return
    raise AssertionError(process.communicate()[1])


def test_a_killed_and_resumed_run_equals_an_uninterrupted_one(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, steps=4000)
    killed = tmp_path / "killed"
    process = start("train", recipe, "--into", killed, "--json")
    wait_for_step(process, 12)
    process.kill()
    process.communicate()
    reached = max(series(RunFolder(killed), "loss_l1"))
    assert seen_state(RunFolder(killed)) == "interrupted"

    resumed = start("resume", killed, "--json")
    wait_for_step(resumed, reached + 3)
    resumed.send_signal(signal.SIGTERM)
    resumed.communicate()
    whole = start("train", recipe, "--into", tmp_path / "whole", "--json")
    wait_for_step(whole, reached + 3)
    whole.send_signal(signal.SIGTERM)
    whole.communicate()

    found = series(RunFolder(killed), "loss_l1")
    expected = series(RunFolder(tmp_path / "whole"), "loss_l1")
    common = range(1, reached + 4)
    assert [found[step] for step in common] == [expected[step] for step in common]


def test_sigterm_leaves_a_checkpoint_and_exit_code_130(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, steps=4000)
    process = start("train", recipe, "--into", tmp_path / "run", "--json")
    wait_for_step(process, 2)

    process.send_signal(signal.SIGTERM)
    process.communicate()

    run_folder = RunFolder(tmp_path / "run")
    last = (run_folder.checkpoints / "last").read_text(encoding="utf-8")
    assert process.returncode == 130
    assert seen_state(run_folder) == "cancelled"
    assert int(last.removeprefix("step-")) == max(series(run_folder, "loss_l1"))


def test_a_run_obeys_lines_on_its_stdin(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, steps=4000)
    process = start("train", recipe, "--into", tmp_path / "run", "--json", "--commands")
    wait_for_step(process, 2)

    tell(process, "pause")
    wait_for(process, "paused")
    held = RunFolder(tmp_path / "run").read_status()
    tell(process, "resume")
    wait_for(process, "resumed")
    tell(process, "stop")
    process.communicate()

    assert held is not None
    assert held.state == "paused"
    assert process.returncode == 130
    assert seen_state(RunFolder(tmp_path / "run")) == "cancelled"


def test_train_finishes_and_runs_lists_it(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, steps=3)
    runs = tmp_path / "runs"

    assert run(["train", str(recipe), "--runs", str(runs), "--set", "seed=4"]) == 0
    assert run(["train", str(recipe), "--runs", str(runs), "--set", "seed=5"]) == 0

    names = sorted(path.name for path in runs.iterdir())
    assert run(["runs", "list", "--runs", str(runs)]) == 0
    assert run(["runs", "show", names[0], "--runs", str(runs)]) == 0
    assert run(["runs", "compare", *names, "--runs", str(runs)]) == 0


def test_ctrl_c_names_the_command_that_resumes(tmp_path: Path) -> None:
    recipe = write_recipe(tmp_path, steps=4000)
    process = start("train", recipe, "--into", tmp_path / "my run")
    folder = RunFolder(tmp_path / "my run")
    while not any(isinstance(event, Progress) for event in folder.events()):
        assert process.poll() is None
        time.sleep(0.05)

    process.send_signal(signal.SIGINT)
    told = process.communicate()[1]

    assert process.returncode == 130
    assert f"mfagan resume '{tmp_path / 'my run'}'" in told
    last = (folder.checkpoints / "last").read_text(encoding="utf-8")
    assert read_summary(folder).step == int(last.removeprefix("step-"))
