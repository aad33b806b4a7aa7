"""The list of runs and the runs on the screen are read while they change."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.training.run_record import RunRecord
from app.training.runs_watch import RunsWatch
from engine.api import RunSummary
from engine.runs.events import Metric
from tests.helpers.written_runs import append_events, write_run


class Seen:
    """What the watch reported last."""

    def __init__(self, watch: RunsWatch) -> None:
        self.runs: dict[str, RunSummary] = {}
        self.records: dict[str, RunRecord] = {}
        watch.runs_changed.connect(self._on_runs)
        watch.record_read.connect(self._on_record)

    def _on_runs(self, runs: tuple[RunSummary, ...]) -> None:
        self.runs = {run.name: run for run in runs}

    def _on_record(self, record: RunRecord) -> None:
        self.records[record.path.name] = record


@pytest.fixture
def watch(qtbot: QtBot, tmp_path: Path) -> Iterator[RunsWatch]:
    watch = RunsWatch(tmp_path / "runs")
    yield watch
    watch.shut_down()
    # What the tasks reported last is delivered while their receivers exist, as in the window.
    QCoreApplication.processEvents()


@pytest.fixture
def seen(watch: RunsWatch) -> Seen:
    return Seen(watch)


def test_runs_appear_change_and_vanish(
    watch: RunsWatch, seen: Seen, qtbot: QtBot, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "runs", "one", done=50, state="cancelled")
    watch.look()
    qtbot.waitUntil(lambda: "one" in seen.runs)
    assert seen.runs["one"].state == "cancelled"

    (run / "status.json").unlink()
    watch.look()
    qtbot.waitUntil(lambda: seen.runs["one"].state == "new")

    shutil.rmtree(run)
    watch.look()
    qtbot.waitUntil(lambda: not seen.runs)


def test_a_run_whose_process_is_gone_is_interrupted(
    watch: RunsWatch, seen: Seen, qtbot: QtBot, tmp_path: Path
) -> None:
    write_run(tmp_path / "runs", "killed", done=50, state="running")

    watch.look()

    qtbot.waitUntil(lambda: "killed" in seen.runs)
    assert seen.runs["killed"].state == "interrupted"


def test_searches_have_a_page_of_their_own(
    watch: RunsWatch, seen: Seen, qtbot: QtBot, tmp_path: Path
) -> None:
    search = write_run(tmp_path / "runs", "a-search")
    text = (search / "recipe.yaml").read_text()
    (search / "recipe.yaml").write_text(text.replace("psnr", "search") + "budget: 5\n")
    write_run(tmp_path / "runs", "training")

    watch.look()

    qtbot.waitUntil(lambda: bool(seen.runs))
    assert list(seen.runs) == ["training"]


def test_damaged_folders_are_listed_as_what_they_are(
    watch: RunsWatch, seen: Seen, qtbot: QtBot, tmp_path: Path
) -> None:
    no_recipe = write_run(tmp_path / "runs", "no-recipe")
    (no_recipe / "recipe.yaml").unlink()
    foreign = write_run(tmp_path / "runs", "foreign")
    (foreign / "status.json").write_text("[]")
    (tmp_path / "runs" / "holiday").mkdir()

    watch.look()

    qtbot.waitUntil(lambda: len(seen.runs) == 2)
    assert {run.state for run in seen.runs.values()} == {"damaged"}
    assert all(run.fault for run in seen.runs.values())


def test_a_run_that_lies_elsewhere_is_listed_too(
    watch: RunsWatch, seen: Seen, qtbot: QtBot, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "elsewhere", "dropped")

    watch.add_folder(run)

    qtbot.waitUntil(lambda: "dropped" in seen.runs)


def test_the_runs_on_the_screen_are_read_on(
    watch: RunsWatch, seen: Seen, qtbot: QtBot, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "runs", "one", done=50, state="cancelled")
    watch.watch([run])
    qtbot.waitUntil(lambda: "one" in seen.records)

    append_events(run, [Metric(step=60, name="loss_l1", value=0.1)])
    watch.look()

    qtbot.waitUntil(lambda: len(seen.records["one"].values["loss_l1"][0]) == 6)


def test_a_record_that_is_known_is_given_at_once(
    watch: RunsWatch, seen: Seen, qtbot: QtBot, tmp_path: Path
) -> None:
    run = write_run(tmp_path / "runs", "one")
    watch.watch([run])
    qtbot.waitUntil(lambda: "one" in seen.records)
    seen.records.clear()

    watch.watch([run])

    assert "one" in seen.records
