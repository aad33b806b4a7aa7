from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from engine.runs.events import Finished, Metric, Paused, Progress, Resumed, Started
from engine.runs.run_folder import RunFolder, RunStatus
from engine.runs.summary import (
    differing_values,
    find_runs,
    read_summary,
    read_summary_or_fault,
    seen_state,
    series,
)


def make(runs: Path, name: str = "a", *, steps: int = 10, seed: int = 0) -> RunFolder:
    yaml = f"type: psnr\nname: {name}\nseed: {seed}\nschedule: {{steps: {steps}}}\n"
    return RunFolder.create_at(runs / name, recipe_yaml=yaml)


def test_a_run_that_never_began_is_new(tmp_path: Path) -> None:
    summary = read_summary(make(tmp_path))

    assert (summary.state, summary.step, summary.steps) == ("new", 0, 10)
    assert summary.started_s is None
    assert summary.best_psnr_y_db is None


def test_the_summary_holds_the_newest_figures(tmp_path: Path) -> None:
    run = make(tmp_path)
    run.append(Started(time_s=5.0))
    run.append(Metric(step=1, name="psnr_y_db", value=30.0))
    run.append(Metric(step=2, name="psnr_y_db", value=29.0))
    run.append(Started(time_s=9.0, step=2))
    run.append(Progress(done=2, total=10, eta_s=7.0))
    run.write_status("running")

    summary = read_summary(run)

    assert summary.started_s == 5.0
    assert summary.best_psnr_y_db == 30.0
    assert summary.last == {"psnr_y_db": 29.0}
    assert (summary.step, summary.eta_s, summary.state) == (2, 7.0, "running")


def test_a_run_of_an_earlier_version_is_read_in_current_words(tmp_path: Path) -> None:
    old = "type: gan\nname: old\njitter_px: 7\nschedule: {steps: 10}\nweights: {grid: 2.0}\n"
    run = RunFolder.create_at(tmp_path / "old", recipe_yaml=old)
    new = old.replace("jitter_px", "random_shift_px").replace("grid", "checkerboard")
    other = RunFolder.create_at(tmp_path / "new", recipe_yaml=new)
    run.append(Metric(step=1, name="loss_grid", value=3.0))
    run.append(Metric(step=2, name="loss_checkerboard", value=2.0))

    assert differing_values([run, other]) == {}
    assert read_summary(run).last == {"loss_checkerboard": 2.0}
    assert series(run, "loss_checkerboard") == {1: 3.0, 2: 2.0}


def test_a_run_whose_process_is_gone_was_interrupted(tmp_path: Path) -> None:
    run = make(tmp_path)
    status = RunStatus(state="running", pid=2**22 + 1, process_started_s=0.0, heartbeat_s=0.0)
    (run.path / "status.json").write_bytes(msgspec.json.encode(status))

    assert seen_state(run) == "interrupted"


def test_a_finished_run_is_finished_whatever_became_of_its_process(tmp_path: Path) -> None:
    run = make(tmp_path)

    run.write_status("finished")

    assert seen_state(run) == "finished"


def test_a_repeated_step_counts_once_with_its_newest_value(tmp_path: Path) -> None:
    run = make(tmp_path)
    for step, value in ((1, 3.0), (2, 2.0), (2, 1.5)):
        run.append(Metric(step=step, name="loss_l1", value=value))

    assert series(run, "loss_l1") == {1: 3.0, 2: 1.5}


def test_runs_are_found_by_name_and_differ_in_what_differs(tmp_path: Path) -> None:
    make(tmp_path, "b", seed=2)
    make(tmp_path, "a", seed=1)

    runs = find_runs(tmp_path)

    assert [run.path.name for run in runs] == ["a", "b"]
    assert differing_values(runs) == {"name": ("a", "b"), "seed": ("1", "2")}


def test_an_absent_folder_holds_no_runs(tmp_path: Path) -> None:
    assert find_runs(tmp_path / "absent") == []


def test_the_time_a_run_ran_leaves_out_pauses_and_interruptions(tmp_path: Path) -> None:
    run = make(tmp_path)
    run.append(Started(time_s=10.0))
    run.append(Progress(time_s=14.0, done=1, total=9, eta_s=1.0))
    run.append(Paused(time_s=15.0))
    run.append(Resumed(time_s=100.0))
    run.append(Progress(time_s=102.0, done=2, total=9, eta_s=1.0))
    run.append(Started(time_s=500.0))  # the process died after 102 s
    run.append(Finished(time_s=503.0, step=9))

    assert read_summary(run).trained_s == 5 + 2 + 3


def test_a_run_that_never_began_took_no_time(tmp_path: Path) -> None:
    assert read_summary(make(tmp_path)).trained_s == 0


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("recipe.yaml", b"a: [1"),
        ("recipe.yaml", b"[]"),
        ("recipe.yaml", b"name: a\n"),
        ("recipe.yaml", b"schedule: {steps: many}\n"),
        ("recipe.yaml", b"\xff"),
        ("recipe.yaml", b"[" * 3000),
        ("events.jsonl", b'{"foo":1}\n{"foo":2}\n'),
        ("events.jsonl", b'{"kind":"metric","step":1,"name":"a","value":1e999}\n\n{}\n'),
        ("status.json", b"{}"),
        ("status.json", b'{"state":"running","pid":1e300,"process_started_s":0,"heartbeat_s":0}'),
    ],
)
def test_a_damaged_run_is_told_and_hides_no_other(
    tmp_path: Path, name: str, content: bytes
) -> None:
    make(tmp_path, "whole")
    damaged = make(tmp_path, "damaged")
    (damaged.path / name).write_bytes(content)

    summaries = {
        summary.name: summary for summary in map(read_summary_or_fault, find_runs(tmp_path))
    }

    assert summaries["whole"].state == "new"
    assert summaries["damaged"].state == "damaged"
    assert summaries["damaged"].fault
