"""A training from the form to a photo, with real processes on a tiny budget."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from app.training.training_page import NAME, TrainingPage
from engine.catalog.catalog import Catalog
from engine.core.errors import ConfigError
from engine.runs.control import control_run
from engine.runs.events import Checkpoint, Started
from engine.runs.location import runs_folder
from engine.runs.run_folder import RunFolder
from engine.runs.summary import find_runs
from tests.gui.conftest import App, StartApp
from tests.helpers.training import write_photos

_STEPS = 600
_VALUES = {
    "name": "walk",
    "data.patch_px": "8",
    "data.batch_size": "2",
    "schedule.steps": str(_STEPS),
    "generator.channels": "4",
    "generator.blocks": "1",
    "checkpoint_every": "100",
    "log_every": "5",
}


@pytest.fixture(autouse=True)
def end_trainings(own_home: Path) -> Iterator[None]:
    """Leave no training behind where a test failed."""
    yield
    for run in find_runs(runs_folder()):
        status = run.read_status()
        if status is not None and run.is_running():
            psutil.Process(status.pid).kill()


@pytest.mark.timeout(280)
def test_a_training_is_started_paused_found_again_finished_measured_and_used(
    start_app: StartApp, tmp_path: Path, photo: Path
) -> None:
    photos = write_photos(tmp_path / "photos")
    app, page = _open(start_app)
    run = _start(app, page, photos)
    _wait_for_points(app, page)

    page.view.header.buttons["pause"].click()
    app.wait(lambda: page.view.header.state_text == "Paused")
    assert not RunFolder(run).is_running(), "its memory is free"
    app.close()

    app, page = _open(start_app)
    app.wait(lambda: page.panel.current == run and page.is_settled)
    assert page.view.header.state_text == "Paused"
    seen = page.view.charts.tiles["losses"].chart.csv()
    page.view.header.buttons["resume"].click()
    app.wait(lambda: page.view.header.state_text == "Finished")
    app.wait(lambda: page.view.charts.tiles["losses"].chart.csv() > seen)
    app.wait(lambda: page.view.pictures.viewer.is_sharp)
    assert page.view.pictures.viewer.label_texts[1] == f"Step {_STEPS}"

    _evaluate(app, page, photos)
    _use_on_photo(app, page, photo)


def test_a_training_outlives_the_window(start_app: StartApp, tmp_path: Path) -> None:
    photos = write_photos(tmp_path / "photos")
    app, page = _open(start_app)
    run = _start(app, page, photos, steps=100_000)
    _wait_for_points(app, page)

    app.close()
    assert RunFolder(run).is_running()

    app, page = _open(start_app)
    app.wait(lambda: page.view.header.state_text == "Running")
    page.view.header.buttons["stop"].click()
    app.wait(lambda: page.view.header.state_text == "Stopped")
    assert not RunFolder(run).is_running()
    with pytest.raises(ConfigError, match="is not running"):
        control_run(run, "stop")


def test_a_training_whose_process_is_killed_says_so_and_is_resumed(
    start_app: StartApp, tmp_path: Path
) -> None:
    photos = write_photos(tmp_path / "photos")
    app, page = _open(start_app)
    # More steps than it will make: it is running whenever it is killed and stopped.
    run = _start(app, page, photos, steps=100_000, checkpoint_every="20")
    header = page.view.header
    # One checkpoint is complete, so that there is something to go on from.
    app.wait(lambda: any(isinstance(event, Checkpoint) for event in RunFolder(run).events()))
    status = RunFolder(run).read_status()
    assert status is not None

    os.kill(status.pid, signal.SIGKILL)
    app.wait(lambda: header.state_text == "Interrupted")
    app.wait(lambda: bool(header.notice_text))

    assert "was killed" in header.notice_text
    assert "Resume it" in header.notice_text
    shown = [name for name, button in header.buttons.items() if button.isVisible()]
    assert shown == ["resume"]
    # The list looks at the runs by a timer of its own.
    app.wait(lambda: [row.state for row in page.model.rows] == ["interrupted"])
    reached = int(page.model.rows[0].step)
    header.buttons["resume"].click()
    app.wait(lambda: header.state_text == "Running" and page.model.rows[0].step > reached)
    assert header.notice_text == ""
    # Nothing was trained anew from the first step.
    starts = [event.step for event in RunFolder(run).events() if isinstance(event, Started)]
    assert starts[0] == 0
    assert 0 < starts[1] <= reached
    header.buttons["stop"].click()
    app.wait(lambda: header.state_text == "Stopped")


def test_a_training_that_cannot_begin_says_why_and_offers_a_copy(
    start_app: StartApp, tmp_path: Path
) -> None:
    empty = tmp_path / "no photos"
    empty.mkdir()
    app, page = _open(start_app)

    _start(app, page, empty)

    header = page.view.header
    app.wait(lambda: header.state_text == "Failed" and bool(header.notice_text))
    assert "no photos" in header.notice_text
    header.copy.click()
    app.wait(page.new_view.isVisible)
    app.wait(lambda: page.draft.values.get("data.folder") == str(empty))


def _open(start_app: StartApp) -> tuple[App, TrainingPage]:
    app = start_app()
    app.controller.show_page(NAME)
    return app, app.controller.page(NAME, TrainingPage)


def _start(
    app: App, page: TrainingPage, photos: Path, *, steps: int = _STEPS, **changes: str
) -> Path:
    page.panel.new.click()
    view = page.new_view
    chosen = {**_VALUES, **changes, "schedule.steps": str(steps), "data.folder": str(photos)}
    for path, text in chosen.items():
        _type(view.form.rows[path].editor, text)
    # What the preset does not show is found, or written as text.
    view.words.setText("threads")
    _type(view.form.rows["threads"].editor, "1")
    app.wait(view.start.isEnabled)
    view.start.click()
    app.wait(lambda: page.panel.current is not None and page.view.isVisible())
    assert page.panel.current is not None
    return page.panel.current


def _wait_for_points(app: App, page: TrainingPage) -> None:
    app.wait(lambda: "losses" in page.view.charts.tiles)
    chart = page.view.charts.tiles["losses"].chart
    count = chart.csv().count("\n")
    app.wait(lambda: chart.csv().count("\n") > count)


def _evaluate(app: App, page: TrainingPage, photos: Path) -> None:
    app.dialogs.folder = photos
    page.view.header.buttons["evaluate"].click()
    assert not app.controller.is_idle
    model = page.view.results.table.model()
    app.wait(lambda: page.view.results.isVisible() and model.rowCount() == 2)
    rows = [[model.index(row, column).data() for column in range(3)] for row in range(2)]
    assert [row[0] for row in rows] == ["photos", "photos"]
    assert rows[1][1] == "bicubic"
    app.wait(lambda: app.controller.is_idle)


def _use_on_photo(app: App, page: TrainingPage, photo: Path) -> None:
    buttons = page.view.header.buttons
    buttons["add"].click()
    app.wait(buttons["use"].isVisible)
    assert "walk" in {card.id for card in Catalog.open_default().list()}
    app.wait(buttons["use"].isEnabled)
    buttons["use"].click()
    assert app.shell.window.page is app.page.widget
    app.open(photo)
    assert app.page.choices.card.id == "walk"


def _type(editor: QWidget, text: str) -> None:
    editor.setFocus()
    QTest.keyClick(editor, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    QTest.keyClicks(editor, text)
