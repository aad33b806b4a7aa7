from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from engine.core.cancellation import CancelToken
from engine.runs.candidate_files import CandidateFiles
from engine.search.run import run_search
from engine.search.worker_processes import WorkerProcesses
from tests.helpers.toy_search import toy_recipe, toy_run


def test_workers_wait_until_the_search_is_open_and_are_stopped_with_it(tmp_path: Path) -> None:
    with WorkerProcesses(tmp_path, 2) as workers:
        # A folder without a recipe: a worker that began would fail.
        assert workers.count_running() == 2
    assert workers.count_running() == 0
    assert (tmp_path / "workers.log").read_text() == ""


def test_a_worker_whose_search_ended_before_it_was_open_ends_quietly(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "engine.cli.main", "search", "work", str(tmp_path)]

    ended = subprocess.run(
        [*command, "--when-told"], input=b"", capture_output=True, check=False, timeout=60
    )

    assert (ended.returncode, ended.stderr) == (0, b"")


def test_a_search_takes_workers_that_were_started_before(tmp_path: Path) -> None:
    recipe = toy_recipe(tmp_path, workers=2, budget=12)
    run = toy_run(tmp_path, recipe)

    with WorkerProcesses(run.path, 1) as helpers:
        run_search(recipe, run, token=CancelToken(), report=lambda _: None, helpers=helpers)

    assert len(CandidateFiles(run.path).all()) == 12
    assert (run.path / "workers.log").read_text() == ""


def test_starting_workers_loads_nothing_slow() -> None:
    code = "import sys, engine.search.worker_processes; print('torch' in sys.modules)"

    said = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout

    assert said.strip() == b"False"
