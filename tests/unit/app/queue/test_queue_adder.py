from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.queue.queue_adder import QueueAdder
from app.state.processing import ProcessingChoice
from app.state.queue_store import QueueItem

_CHOICE = ProcessingChoice(model_id="tiny")


class Queue:
    """Numbers what is appended, as the store does."""

    def __init__(self) -> None:
        self.items: list[QueueItem] = []

    def append(self, items: Sequence[QueueItem]) -> tuple[QueueItem, ...]:
        first = len(self.items) + 1
        added = tuple(replace(item, item_id=n) for n, item in enumerate(items, start=first))
        self.items += added
        return added


@pytest.fixture
def queue() -> Queue:
    return Queue()


@pytest.fixture
def adder(queue: Queue, qtbot: QtBot) -> Iterator[QueueAdder]:
    adder = QueueAdder(queue.append)
    yield adder
    adder.shut_down()
    QCoreApplication.processEvents()


def _folder(path: Path, count: int) -> Path:
    path.mkdir()
    for number in range(count):
        (path / f"{number:04}.jpg").touch()
    return path


def test_a_few_photos_are_added_at_once_with_complete_paths(
    adder: QueueAdder, queue: Queue, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)

    added = adder.add([Path("a.jpg"), Path("b.jpg")], _CHOICE)

    assert [item.path for item in added] == [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    assert {item.choice for item in added} == {_CHOICE}
    assert queue.items == list(added)


def test_a_folder_is_searched_in_the_background_and_comes_in_steps(
    adder: QueueAdder, queue: Queue, tmp_path: Path, qtbot: QtBot
) -> None:
    steps: list[int] = []
    adder.found.connect(lambda items: steps.append(len(items)))

    at_once = adder.add([_folder(tmp_path / "many", 450)], _CHOICE)
    assert at_once == ()
    assert queue.items == []
    qtbot.waitUntil(lambda: len(queue.items) == 450, timeout=10_000)

    assert steps == [200, 200, 50]
    assert [item.path.name for item in queue.items[:2]] == ["0000.jpg", "0001.jpg"]


def test_a_folder_without_photos_is_reported(
    adder: QueueAdder, tmp_path: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(adder.failed, timeout=5000) as signal:
        adder.add([_folder(tmp_path / "empty", 0)], _CHOICE)

    assert signal.args is not None
    assert signal.args[0] == tmp_path / "empty"


def test_after_the_end_nothing_is_added(
    adder: QueueAdder, queue: Queue, tmp_path: Path, qtbot: QtBot
) -> None:
    adder.add([_folder(tmp_path / "many", 450)], _CHOICE)
    qtbot.waitUntil(lambda: len(queue.items) >= 200, timeout=10_000)
    count = len(queue.items)

    adder.shut_down()
    QCoreApplication.processEvents()

    assert len(queue.items) == count
