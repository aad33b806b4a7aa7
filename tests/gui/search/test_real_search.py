"""A search from the dialog to a model on a photo, with real processes and a toy supernet."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
import qasync
from PySide6.QtWidgets import QApplication

from app.search.search_page import SearchPage
from engine.api import start_run
from engine.config.search_file import dump_search
from engine.runs.run_folder import RunFolder
from engine.runs.summary import read_summary_or_fault
from tests.gui.conftest import App
from tests.gui.search.conftest import Searching, show_page
from tests.helpers.toy_search import toy_recipe


@pytest.fixture
def loop(qapp: QApplication) -> Iterator[asyncio.AbstractEventLoop]:
    loop = qasync.QEventLoop(qapp)
    asyncio.set_event_loop(loop)
    yield loop
    loop.close()
    asyncio.set_event_loop(None)


@pytest.mark.timeout(600)  # four processes load torch, one after the other
def test_a_search_is_started_paused_and_resumed_and_gives_a_model(
    app: App, loop: asyncio.AbstractEventLoop, tmp_path: Path, photo: Path
) -> None:
    app.open(photo)
    page = show_page(app)
    (tmp_path / "toy").mkdir()
    page.open_search(start_run(dump_search(toy_recipe(tmp_path / "toy", budget=400))))
    # Points arrive while it runs.
    app.wait(lambda: _count(page) >= 2)
    run = _run(page)

    controls = page.list.controls
    # The list reads the state of the run by a timer of its own.
    app.wait(
        lambda: [n for n, button in controls.items() if button.isVisible()] == ["pause", "stop"]
    )
    process = _process(run)
    controls["pause"].click()
    app.wait(lambda: read_summary_or_fault(run).state == "paused")
    # Its memory is free, and what it had evaluated is kept.
    process.wait(60)
    app.wait(controls["resume"].isVisible)
    assert not controls["pause"].isVisible()
    count = _count(page)
    controls["resume"].click()
    app.wait(lambda: _count(page) > count)
    controls["stop"].click()
    app.wait(lambda: read_summary_or_fault(run).state == "cancelled")

    best = next(point.id for point in page.front.points if point.is_front)
    page.selection.choose(best)
    searching = Searching(app=app, page=page, folder=run.path)
    assert searching.shown() == []
    made = asyncio.Event()
    errors: list[Exception] = []
    page.actions.made.connect(lambda _id: made.set())
    page.actions.failed.connect(errors.append)
    page.actions.failed.connect(lambda _error: made.set())
    page.panel.make.click()
    # The window's own loop waits for the child; here it runs until the model is there.
    loop.run_until_complete(asyncio.wait_for(made.wait(), timeout=200))
    assert errors == []
    app.wait(lambda: searching.shown() == [best])
    searching.settle()
    one = page.comparison.compared[0]
    assert one.candidate.metric("measured_latency_ms")
    assert one.preview.used_bytes > 0


def _count(page: SearchPage) -> int:
    return len(page.front.points)


def _process(run: RunFolder) -> psutil.Process:
    status = run.read_status()
    assert status is not None
    return psutil.Process(status.pid)


def _run(page: SearchPage) -> RunFolder:
    assert page.search.folder is not None
    return RunFolder.open(page.search.folder)
