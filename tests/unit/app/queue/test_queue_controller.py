from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.queue.queue_controller import QueueController
from app.services.engine_service import EngineService
from app.services.task_runner import TaskRunner
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueStore
from app.state.state_writer import StateWriter
from tests.unit.app.conftest import WritePhoto

OpenQueue = Callable[[QueueStore], QueueController]


@pytest.fixture
def store(qtbot: QtBot) -> QueueStore:
    return QueueStore()


@pytest.fixture
def open_queue(
    tiny_service: EngineService, runner: TaskRunner, tmp_path: Path
) -> Iterator[OpenQueue]:
    """Open the queue of a window; all have the same file."""
    opened: list[QueueController] = []

    def open_it(store: QueueStore) -> QueueController:
        queue = QueueController(
            store,
            tiny_service,
            upscale_runner=runner,
            file=tmp_path / "queue.json",
            writer=StateWriter(),
        )
        opened.append(queue)
        return queue

    yield open_it
    for queue in opened:
        queue.shut_down()
    assert runner.wait_for_done()
    QCoreApplication.processEvents()


@pytest.fixture
def queue(open_queue: OpenQueue, store: QueueStore) -> QueueController:
    return open_queue(store)


def _states(store: QueueStore) -> list[ItemState]:
    return [item.state for item in store.items]


def test_an_added_photo_is_estimated(
    queue: QueueController,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    queue.add([write_photo()], tiny_choice)

    qtbot.waitUntil(lambda: store.items[0].forecast is not None, timeout=10_000)

    forecast = store.items[0].forecast
    assert forecast is not None
    assert (forecast.width_px, forecast.height_px) == (48, 32)


def test_waiting_photos_are_cancelled_and_finished_ones_are_not(
    queue: QueueController,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
) -> None:
    items = queue.add([write_photo("a.png"), write_photo("b.png")], tiny_choice)
    store.put(replace(items[1], state=ItemState.DONE))

    queue.cancel([item.item_id for item in items])

    assert _states(store) == [ItemState.CANCELLED, ItemState.DONE]


def test_failed_skipped_and_cancelled_photos_run_again_and_done_ones_do_not(
    queue: QueueController,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    ends = (ItemState.FAILED, ItemState.SKIPPED, ItemState.CANCELLED, ItemState.DONE)
    items = queue.add([write_photo(f"{end.value}.png") for end in ends], tiny_choice)
    for item, end in zip(items, ends, strict=True):
        store.put(replace(item, state=end, message="an old message"))

    with qtbot.waitSignal(queue.emptied, timeout=20_000):
        queue.retry([item.item_id for item in items])

    assert set(_states(store)) == {ItemState.DONE}
    made = [item.path.stem for item in store.items if item.result is not None]
    assert made == ["failed", "skipped", "cancelled"]
    assert all("old" not in item.message for item in store.items[:3])
    assert [item.key for item in store.items] == [item.key for item in items]


def test_removing_the_photo_that_runs_stops_it(
    queue: QueueController,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    big = write_photo("big.png", width_px=200, height_px=200)
    items = queue.add([big, write_photo("small.png")], tiny_choice)
    queue.start()
    queue.pause()

    with qtbot.waitSignal(queue.emptied, timeout=20_000):
        queue.remove([items[0].item_id])

    assert [item.path.name for item in store.items] == ["small.png"]
    assert _states(store) == [ItemState.DONE]
    assert len(list(Path(tiny_choice.folder).iterdir())) == 1


def test_finished_photos_are_cleared_and_waiting_ones_stay(
    queue: QueueController,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
) -> None:
    items = queue.add([write_photo("a.png"), write_photo("b.png")], tiny_choice)
    queue.cancel([items[0].item_id])

    queue.clear_finished()

    assert [item.path.name for item in store.items] == ["b.png"]


def test_a_queue_is_restored_and_starts_nothing_by_itself(
    queue: QueueController,
    open_queue: OpenQueue,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
) -> None:
    queue.add([write_photo()], tiny_choice)
    queue.save()
    queue.wait_for_saved()
    again = QueueStore()
    second = open_queue(again)

    second.restore()

    assert _states(again) == [ItemState.WAITING]
    assert again.items[0].choice == tiny_choice
    assert not second.is_running


def test_a_photo_that_runs_at_the_end_waits_at_the_next_start(
    queue: QueueController,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    tmp_path: Path,
) -> None:
    queue.add([write_photo(width_px=200, height_px=200)], tiny_choice)
    queue.start()
    queue.pause()

    queue.shut_down()

    text = (tmp_path / "queue.json").read_text()
    assert '"waiting"' in text
    assert not list(Path(tiny_choice.folder).glob("*.png"))
