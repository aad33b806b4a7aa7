from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from engine.config.search import AlgorithmName, SearchRecipe
from engine.core.cancellation import CancelToken
from engine.core.errors import ConfigError, JobCancelled
from engine.runs.candidate_files import CandidateFiles
from engine.runs.events import CandidateEvaluated, Event, FrontChanged, Paused
from engine.runs.requests import write_request
from engine.runs.run_folder import RunFolder
from engine.runs.summary import read_summary
from engine.search.journal import JOURNAL
from engine.search.run import run_search
from tests.helpers.toy_search import save_photos, toy_recipe, toy_run

ALGORITHMS: tuple[AlgorithmName, ...] = (
    "nsga2",
    "gan-compression",
    "ofa",
    "tpe",
    "random",
    "uniform",
)


def search(recipe: SearchRecipe, run: RunFolder, token: CancelToken | None = None) -> list[Event]:
    events: list[Event] = []
    run_search(recipe, run, token=token or CancelToken(), report=events.append)
    return events


def ids(run: RunFolder) -> list[str]:
    return [record.id for record in CandidateFiles(run.path).all()]


@pytest.mark.parametrize("algorithm", ALGORITHMS)
def test_every_algorithm_evaluates_its_budget(tmp_path: Path, algorithm: AlgorithmName) -> None:
    is_front = algorithm not in {"gan-compression", "ofa"}
    objectives = ("psnr_y_db", "gmacs") if is_front else ("psnr_y_db",)
    recipe = toy_recipe(tmp_path, algorithm=algorithm, objectives=objectives)
    run = toy_run(tmp_path, recipe)

    events = search(recipe, run)

    # Two widths and two depths are all that scaling as a whole has.
    assert len(ids(run)) == (4 if algorithm == "uniform" else recipe.budget)
    [last] = [event for event in events if isinstance(event, FrontChanged)][-1:]
    assert last.hypervolume >= 0
    assert set(last.ids) <= set(ids(run))
    assert read_summary(run).state == "finished"


def test_a_search_is_the_same_again(tmp_path: Path) -> None:
    runs = []
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        recipe = toy_recipe(tmp_path / name)
        run = toy_run(tmp_path / name, recipe)
        search(recipe, run)
        runs.append(sorted(ids(run)))

    assert runs[0] == runs[1]


def test_candidates_of_one_network_are_evaluated_once(tmp_path: Path) -> None:
    # One choice of everything but the depth: a space of two networks.
    space = {
        "family": "mfanet",
        "channels": [8],
        "blocks": [1, 2],
        "inner": [8],
        "taps": [True],
        "last_kernels": [3],
        "tail_kernels": [3],
    }
    recipe = toy_recipe(tmp_path, space=space, algorithm="tpe", budget=10)
    run = toy_run(tmp_path, recipe)

    events = search(recipe, run)

    assert len(ids(run)) == 2
    assert len([event for event in events if isinstance(event, CandidateEvaluated)]) == 2


def test_a_stopped_search_goes_on_as_if_it_had_not_stopped(tmp_path: Path) -> None:
    (tmp_path / "whole").mkdir()
    whole = toy_recipe(tmp_path / "whole")
    unstopped = toy_run(tmp_path / "whole", whole)
    search(whole, unstopped)
    recipe = toy_recipe(tmp_path)
    run = toy_run(tmp_path, recipe)
    token = CancelToken()

    def stop_after_six(event: Event) -> None:
        if isinstance(event, CandidateEvaluated) and len(ids(run)) == 6:
            token.cancel()

    with pytest.raises(JobCancelled):
        run_search(recipe, run, token=token, report=stop_after_six)
    assert len(ids(run)) == 6

    search(recipe, run)

    assert sorted(ids(run)) == sorted(ids(unstopped))


def test_a_search_is_paused_through_its_folder_and_goes_on(tmp_path: Path) -> None:
    recipe = toy_recipe(tmp_path, budget=60)
    run = toy_run(tmp_path, recipe)

    def pause_after_six(event: Event) -> None:
        if isinstance(event, CandidateEvaluated) and len(ids(run)) == 6:
            write_request(run.path, "pause")

    with pytest.raises(JobCancelled):
        run_search(recipe, run, token=CancelToken(), report=pause_after_six)
    paused = ids(run)
    assert read_summary(run).state == "paused"
    assert 6 <= len(paused) < 60
    assert isinstance(list(run.events())[-1], Paused)

    search(recipe, run)

    assert ids(run)[: len(paused)] == paused
    assert read_summary(run).state == "finished"


@pytest.mark.parametrize("damage", ["gone", "torn"])
def test_the_journal_is_made_again_from_the_candidates(tmp_path: Path, damage: str) -> None:
    (tmp_path / "whole").mkdir()
    whole = toy_recipe(tmp_path / "whole")
    unstopped = toy_run(tmp_path / "whole", whole)
    search(whole, unstopped)
    recipe = toy_recipe(tmp_path)
    run = toy_run(tmp_path, recipe)
    search(msgspec.structs.replace(recipe, budget=8), run)
    before = ids(run)
    journal = run.path / JOURNAL
    if damage == "gone":
        journal.unlink()
    else:
        lines = journal.read_bytes().splitlines(keepends=True)
        journal.write_bytes(b"".join([*lines[:5], b'{"op_co\n', *lines[5:]]))

    search(recipe, run)

    assert ids(run)[:8] == before
    # The second generation comes from the same parents as without the damage.
    assert len(ids(run)) == len(ids(unstopped))


def test_a_killed_process_loses_only_the_candidate_in_work(tmp_path: Path) -> None:
    recipe = toy_recipe(tmp_path, budget=40, population=6)
    run = toy_run(tmp_path, recipe)
    command = [sys.executable, "-m", "engine.cli.main", "search", "resume", str(run.path)]
    process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
    candidates = run.path / "candidates"
    while not (candidates.is_dir() and len(list(candidates.iterdir())) >= 9):
        assert process.poll() is None
        time.sleep(0.02)
    os.kill(process.pid, signal.SIGKILL)  # in the middle of the second generation of six
    process.wait()
    before = {record.id: record.measurement for record in CandidateFiles(run.path).all()}
    assert len(before) >= 8

    search(recipe, run)

    after = {record.id: record.measurement for record in CandidateFiles(run.path).all()}
    assert len(after) == 40
    assert {name: after[name] for name in before} == before


def test_two_workers_share_a_budget(tmp_path: Path) -> None:
    recipe = toy_recipe(tmp_path, budget=30, workers=2)
    run = toy_run(tmp_path, recipe)

    events = search(recipe, run)

    assert len(ids(run)) == 30
    reported = [event.id for event in events if isinstance(event, CandidateEvaluated)]
    assert sorted(reported) == sorted(ids(run))
    assert (run.path / "workers.log").read_text() == ""


def test_a_constraint_that_nothing_meets_says_how_little_there_is(tmp_path: Path) -> None:
    recipe = toy_recipe(tmp_path, constraints={"file_mb": 0.0001})

    with pytest.raises(ConfigError, match=r"file_mb <= 0\.0001 \(the least found is"):
        search(recipe, toy_run(tmp_path, recipe))


def test_constraints_are_kept(tmp_path: Path) -> None:
    recipe = toy_recipe(tmp_path, constraints={"params": 1500.0})
    run = toy_run(tmp_path, recipe)

    search(recipe, run)

    records = CandidateFiles(run.path).all()
    assert len(records) == recipe.budget
    assert all(record.measurement.metrics["params"] <= 1500 for record in records)


def test_a_space_that_the_supernet_does_not_hold_is_refused(tmp_path: Path) -> None:
    recipe = toy_recipe(tmp_path, space={"family": "mfanet", "channels": [8, 64], "blocks": [2]})

    with pytest.raises(ConfigError, match="channels=64 of at most 8"):
        search(recipe, toy_run(tmp_path, recipe))


def test_other_photos_than_at_the_beginning_are_refused(tmp_path: Path) -> None:
    recipe = toy_recipe(tmp_path)
    run = toy_run(tmp_path, recipe)
    search(msgspec.structs.replace(recipe, budget=2), run)
    shutil.rmtree(tmp_path / "photos")
    save_photos(tmp_path / "photos", side_px=80)

    with pytest.raises(ConfigError, match="not those that the search began with"):
        search(recipe, run)
    assert len(ids(run)) == 2


def test_a_database_that_is_gone_loses_nothing(tmp_path: Path) -> None:
    recipe = toy_recipe(tmp_path)
    run = toy_run(tmp_path, recipe)
    search(msgspec.structs.replace(recipe, budget=3), run)
    gone = msgspec.structs.replace(recipe, storage=f"sqlite:///{tmp_path}/none/study.db")

    with pytest.raises(ConfigError, match="the candidates are in the run folder"):
        search(gone, run)

    assert len(ids(run)) == 3


def test_a_database_holds_the_study_in_place_of_the_journal(tmp_path: Path) -> None:
    recipe = toy_recipe(tmp_path, storage=f"sqlite:///{tmp_path}/study.db", budget=5)
    run = toy_run(tmp_path, recipe)

    search(recipe, run)

    assert len(ids(run)) == 5
    assert not (run.path / JOURNAL).exists()
