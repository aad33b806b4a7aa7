from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from engine.core.errors import ConfigError
from engine.runs.candidate_files import CandidateFiles
from engine.runs.events import FrontChanged
from engine.runs.run_folder import RunFolder
from engine.runs.searches import SearchReader, best_of, find_searches
from tests.helpers.small_searches import (
    CANDIDATES,
    FRONT,
    add_candidate,
    add_model,
    search_recipe,
    write_search,
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_search(tmp_path / "search")


def test_a_finished_search_is_read_with_its_front_and_its_models(folder: Path) -> None:
    state = SearchReader(folder).read()

    assert state.state == "finished"
    assert [one.id for one in state.candidates] == [row[0] for row in CANDIDATES]
    assert state.front == FRONT
    assert state.volumes[-1] == (5, 50.0)
    assert state.worst == {"psnr_y_db": 27.0, "latency_ms": 100.0}
    assert state.device is not None
    assert (state.device.device, state.device.is_measured) == ("Phone 1", False)
    assert {one.id for one in state.candidates if one.card is not None} == set(FRONT)
    best = state.candidates[2]
    assert (best.metric("latency_ms"), best.metric("measured_latency_ms")) == (90.0, 7.0)
    assert best.thumbnail == folder / "candidates/cccc000003/thumbnail.webp"
    assert state.faults == ()


def test_what_comes_while_a_search_runs_is_seen_by_the_next_read(folder: Path) -> None:
    reader = SearchReader(folder)
    first = reader.read()

    add_candidate(CandidateFiles(folder), "ffff000006", 28.6, 50.0, 4.0)
    RunFolder.open(folder).append(
        FrontChanged(ids=("ffff000006",), hypervolume=70.0, evaluations=6)
    )
    add_model(folder / "candidates" / "dddd000004", "dddd000004")
    second = reader.read()

    assert len(second.candidates) == len(first.candidates) + 1
    assert second.front[0] == "ffff000006"
    assert second.volumes == (*first.volumes, (6, 70.0))
    later = {one.id: one for one in second.candidates}
    assert later["dddd000004"].card is not None


def test_a_card_that_comes_after_its_folder_is_found(folder: Path) -> None:
    reader = SearchReader(folder)
    made = folder / "candidates" / "cccc000003" / "model"
    hidden = folder / "card.json"
    [card] = made.glob("*.json")
    card.rename(hidden)
    assert reader.read().candidates[2].card is None

    hidden.rename(card)

    assert reader.read().candidates[2].card == card


def test_the_front_keeps_the_constraints_of_the_recipe(tmp_path: Path) -> None:
    recipe = search_recipe(constraints={"latency_ms": 50})

    state = SearchReader(write_search(tmp_path / "search", recipe=recipe)).read()

    assert state.front == ("bbbb000002", "aaaa000001")


def test_a_front_of_other_metrics_leaves_out_what_lacks_them(folder: Path) -> None:
    candidates = SearchReader(folder).read().candidates

    assert best_of(candidates, ("psnr_y_db", "measured_latency_ms")) == ("cccc000003",)
    assert best_of(candidates, ("lpips",)) == ()


def test_failed_candidates_are_counted_and_not_on_the_front(folder: Path) -> None:
    add_candidate(CandidateFiles(folder), "ffff000006", 0.0, 0.0, 0.0, state="failed")

    state = SearchReader(folder).read()

    assert state.failed == 1
    assert state.front == FRONT


def test_damaged_files_are_named_and_hide_nothing_else(folder: Path) -> None:
    (folder / "candidates" / "dddd000004" / "metrics.json").write_text("{")
    (folder / "candidates" / "cccc000003" / "measured.json").write_text("[]")
    (folder / "profile.json").write_text("[1]")
    (folder / "reference.json").write_bytes(b"\xff")
    (folder / "status.json").write_text("{}")
    with (folder / "events.jsonl").open("ab") as file:
        file.write(b'{"kind":"front","tim')

    state = SearchReader(folder).read()

    assert state.front == FRONT
    assert (state.device, state.worst, state.state) == (None, {}, "damaged")
    assert state.volumes[-1] == (5, 50.0)
    assert state.candidates[2].measured is None
    named = " ".join(state.faults)
    for name in ("dddd000004", "profile.json", "reference.json", "status.json"):
        assert name in named


def test_a_repaired_candidate_is_read_again(folder: Path) -> None:
    reader = SearchReader(folder)
    metrics = folder / "candidates" / "dddd000004" / "metrics.json"
    whole = metrics.read_bytes()
    metrics.write_text("{")
    assert len(reader.read().candidates) == 4

    metrics.unlink()
    metrics.write_bytes(whole)

    assert len(reader.read().candidates) == 5


def test_a_search_without_candidates_or_events_is_empty(folder: Path) -> None:
    shutil.rmtree(folder / "candidates")
    (folder / "events.jsonl").unlink()

    state = SearchReader(folder).read()

    assert (state.candidates, state.front, state.volumes, state.faults) == ((), (), (), ())


def test_a_folder_that_vanishes_is_an_error_that_names_it(folder: Path) -> None:
    reader = SearchReader(folder)
    reader.read()
    shutil.rmtree(folder)

    with pytest.raises(ConfigError, match="not there any more"):
        reader.read()


def test_searches_are_listed_and_trainings_beside_them_are_not(
    folder: Path, own_home: Path
) -> None:
    runs = own_home / "data" / "runs"
    write_search(runs / "mine")
    RunFolder.create_at(runs / "training", recipe_yaml="type: psnr\nname: training\n")
    damaged = write_search(runs / "torn")
    (damaged / "recipe.yaml").write_text("type: search\nbudget: many\n")

    found = {one.name: one.state for one in find_searches([folder])}

    assert found.items() >= {"mine": "finished", "torn": "damaged", "search": "finished"}.items()
    assert "training" not in found


def test_reading_a_search_loads_neither_torch_nor_optuna(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from engine.api import SearchReader;"
        f"assert SearchReader(Path({str(folder)!r})).read().front;"
        "sys.exit(', '.join({'torch', 'optuna', 'onnxruntime'} & sys.modules.keys()) or 0)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )

    assert done.returncode == 0, done.stderr
