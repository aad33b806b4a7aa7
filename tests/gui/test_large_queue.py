"""Thousands of photos in the queue: the work for each must not grow with their number."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from types import FrameType

import pytest
from pytestqt.qtbot import QtBot

from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState
from tests.gui.conftest import StartApp

_FEW, _MANY = 150, 600


def _calls(work: Callable[[], object]) -> int:
    """Return how many Python functions ``work`` calls: what it costs, on any machine."""
    count = 0

    def count_it(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    earlier = sys.getprofile()
    sys.setprofile(count_it)
    try:
        work()
    finally:
        sys.setprofile(earlier)
    return count


def _write_queue(path: Path, count: int) -> None:
    entry = {"choice": ProcessingChoice().to_json(), "state": "waiting"}
    items = [{"path": str(path.parent / f"{n}.jpg"), **entry} for n in range(count)]
    path.write_text(json.dumps({"version": 1, "items": items}))


@pytest.mark.parametrize("step", ["restore", "change", "retry", "remove"])
def test_four_times_as_many_photos_cost_four_times_as_much(
    start_app: StartApp, own_home: Path, qtbot: QtBot, step: str
) -> None:
    costs = []
    for count in (_FEW, _MANY):
        app = start_app()
        store, queue = app.page.queue_store, app.page.queue
        _write_queue(own_home / "queue.json", count)
        if step != "restore":
            queue.restore()
            app.page.panel.refresh()
        ids = [item.item_id for item in store.items]
        if step == "retry":
            queue.cancel(ids)
        works: dict[str, Callable[[], object]] = {
            "restore": queue.restore,
            "change": lambda q=queue, i=ids: q.cancel(i),  # type: ignore[misc]  # bound now
            "retry": lambda q=queue, i=ids: q.retry(i),  # type: ignore[misc]  # bound now
            "remove": lambda q=queue, i=ids: q.remove(i[::2]),  # type: ignore[misc]  # bound now
        }
        costs.append(_calls(works[step]))
        app.close()
        (own_home / "queue.json").unlink()

    few, many = costs
    assert few > _FEW, "the work was seen"
    assert many < 1.3 * few * _MANY / _FEW


def test_folders_are_looked_through_beside_the_window_and_their_photos_come_in_steps(
    start_app: StartApp, tmp_path: Path
) -> None:
    app = start_app()
    folder = tmp_path / "many"
    folder.mkdir()
    for number in range(450):
        (folder / f"{number:04}.jpg").write_bytes(b"no photo")
    steps: list[int] = []
    app.page.queue.found.connect(lambda items: steps.append(len(items)))

    at_once = app.page.queue.add([folder], app.page.choices.choice)
    app.wait(lambda: len(app.page.queue_store) == 450)

    assert at_once == ()
    assert max(steps) <= 200
    assert app.page.queue_store.count(ItemState.WAITING) == 450
