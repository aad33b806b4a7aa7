from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from app.queue.queue_saver import QueueSaver
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueItem, QueueStore
from app.state.state_writer import StateWriter


class Window:
    """The queue of one window and what keeps it."""

    def __init__(self, file: Path | None) -> None:
        self.store = QueueStore()
        self.writer = StateWriter()
        self.saver = QueueSaver(self.store, self.writer, file=file)

    def restore(self) -> None:
        self.add(self.saver.load()[0])

    def add(self, items: tuple[QueueItem, ...]) -> tuple[QueueItem, ...]:
        added = self.store.add_items(items)
        self.saver.know(added)
        return added

    def save(self) -> None:
        self.saver.save()
        self.saver.wait_for_saved()


@pytest.fixture
def file(tmp_path: Path, qtbot: QtBot) -> Path:
    return tmp_path / "queue.json"


def _item(name: str) -> QueueItem:
    return QueueItem(item_id=0, path=Path("/photos") / name, choice=ProcessingChoice())


def _names(file: Path) -> list[str]:
    return [Path(item["path"]).name for item in json.loads(file.read_text())["items"]]


def test_what_was_saved_is_there_in_the_next_window(file: Path) -> None:
    first = Window(file)
    items = first.add((_item("a.png"), _item("b.png")))
    first.store.put(replace(items[0], state=ItemState.RUNNING, fraction=0.5))
    first.save()

    second = Window(file)
    second.restore()

    assert [item.path.name for item in second.store.items] == ["a.png", "b.png"]
    assert {item.state for item in second.store.items} == {ItemState.WAITING}


def test_a_change_is_saved_by_itself_and_many_changes_once(file: Path, qtbot: QtBot) -> None:
    window = Window(file)
    saved: list[Path] = []
    window.writer.saved.connect(saved.append)

    for name in ("a.png", "b.png", "c.png"):
        window.add((_item(name),))
        window.saver.save_soon()
    assert not file.exists()
    qtbot.waitUntil(lambda: saved == [file], timeout=5000)

    assert _names(file) == ["a.png", "b.png", "c.png"]


def test_items_of_another_window_stay_and_removed_ones_go(file: Path) -> None:
    one, other = Window(file), Window(file)
    items = one.add((_item("mine.png"), _item("removed.png")))
    one.save()
    other.add((_item("other.png"),))
    other.save()

    one.store.remove([items[1].item_id])
    one.save()

    assert sorted(_names(file)) == ["mine.png", "other.png"]


def test_after_the_end_nothing_is_written(file: Path) -> None:
    window = Window(file)
    window.add((_item("a.png"),))
    window.saver.shut_down()
    window.add((_item("b.png"),))

    window.save()

    assert _names(file) == ["a.png"]


def test_without_a_file_nothing_is_kept() -> None:
    window = Window(None)
    (item,) = window.add((_item("a.png"),))

    window.save()

    assert window.saver.load() == ((), None)
    assert window.saver.note_path(item) is None


def test_a_broken_file_is_reported(file: Path) -> None:
    file.write_text("{")

    items, problem = Window(file).saver.load()

    assert items == ()
    assert problem is not None
    assert problem.kind == "broken"
