from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.queue.queue_runner import QueueRunner
from app.queue.queue_saver import QueueSaver
from app.services.engine_service import EngineService
from app.services.task_runner import TaskRunner
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueItem, QueueStore
from app.state.state_writer import StateWriter
from tests.unit.app.conftest import WritePhoto


@pytest.fixture
def store(qtbot: QtBot) -> QueueStore:
    return QueueStore()


@pytest.fixture
def queue(
    store: QueueStore, tiny_service: EngineService, runner: TaskRunner
) -> Iterator[QueueRunner]:
    saver = QueueSaver(store, StateWriter(), file=None)
    queue = QueueRunner(store, tiny_service, runner, saver)
    yield queue
    queue.shut_down()
    assert runner.wait_for_done()
    QCoreApplication.processEvents()


def _states(store: QueueStore) -> list[ItemState]:
    return [item.state for item in store.items]


def _run(queue: QueueRunner, bot: QtBot) -> None:
    with bot.waitSignal(queue.emptied, timeout=20_000):
        queue.start()


def test_photos_are_enlarged_in_their_order_and_what_came_of_them_is_kept(
    queue: QueueRunner,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    for name in ("a.png", "b.png"):
        store.add(write_photo(name), tiny_choice)
    finished: list[str] = []
    running: list[bool] = []
    queue.finished.connect(lambda item: finished.append(item.path.name))
    queue.running_changed.connect(running.append)

    _run(queue, qtbot)

    assert finished == ["a.png", "b.png"]
    assert running == [True, False]
    first = store.items[0]
    assert first.state is ItemState.DONE
    assert first.result is not None
    assert first.result.is_file()
    assert first.fraction == 1.0
    assert first.consistency_mean is not None
    assert first.device
    assert queue.progress.photo_count == 2


def test_a_failure_is_kept_with_its_reason_and_the_next_photo_runs(
    queue: QueueRunner,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    broken = write_photo("broken.png")
    broken.write_bytes(b"not a picture")
    store.add(broken, tiny_choice)
    store.add(write_photo("good.png"), tiny_choice)
    stopped: list[QueueItem] = []
    queue.stopped.connect(stopped.append)

    with qtbot.waitSignal(queue.emptied, timeout=20_000) as counts:
        queue.start()

    assert counts.args == [1, 1]
    assert _states(store) == [ItemState.FAILED, ItemState.DONE]
    failed = store.items[0]
    assert "broken.png" in failed.message
    assert failed.code == "unsupported-format"
    assert "ONNX Runtime" in failed.details
    assert stopped == [failed]


def test_a_result_that_exists_is_skipped_if_it_should_be(
    queue: QueueRunner,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    choice = replace(tiny_choice, collision="skip")
    photo = write_photo()
    for _ in range(2):
        store.add(photo, choice)

    _run(queue, qtbot)

    assert _states(store) == [ItemState.DONE, ItemState.SKIPPED]
    assert store.items[1].code == "exists"
    assert len(list(Path(choice.folder).iterdir())) == 1


def test_a_paused_photo_waits_and_runs_on(
    queue: QueueRunner,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    store.add(write_photo(width_px=200, height_px=200), tiny_choice)
    queue.start()

    queue.pause()
    assert _states(store) == [ItemState.PAUSED]
    assert queue.is_paused
    assert queue.is_running
    with qtbot.waitSignal(queue.emptied, timeout=20_000):
        queue.start()

    assert _states(store) == [ItemState.DONE]


def test_a_cancelled_photo_leaves_no_file_and_the_next_one_runs(
    queue: QueueRunner,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    store.add(write_photo("cancelled.png", width_px=200, height_px=200), tiny_choice)
    store.add(write_photo("next.png"), tiny_choice)
    queue.start()
    queue.pause()

    with qtbot.waitSignal(queue.emptied, timeout=20_000):
        queue.cancel_active()

    assert _states(store) == [ItemState.CANCELLED, ItemState.DONE]
    names = [path.name for path in Path(tiny_choice.folder).iterdir()]
    assert names == ["next_tiny_x2.png"]


def test_it_can_end_after_the_photo_that_runs(
    queue: QueueRunner,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    for name in ("a.png", "b.png"):
        store.add(write_photo(name), tiny_choice)
    queue.start()
    queue.pause()

    with qtbot.waitSignal(queue.emptied, timeout=20_000):
        queue.set_stops_after_photo(stops=True)

    assert _states(store) == [ItemState.DONE, ItemState.WAITING]
    assert queue.active_item is None
    _run(queue, qtbot)
    assert _states(store) == [ItemState.DONE, ItemState.DONE]


def test_parts_of_a_result_are_reported_while_it_runs(
    queue: QueueRunner,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    store.add(write_photo(width_px=120, height_px=80), tiny_choice)
    areas: list[int] = []
    queue.part_finished.connect(lambda _item, _picture, area: areas.append(area.pixel_count))

    _run(queue, qtbot)

    assert sum(areas) == 240 * 160


def test_an_empty_queue_ends_at_once(queue: QueueRunner, qtbot: QtBot) -> None:
    with qtbot.waitSignal(queue.emptied) as counts:
        queue.start()

    assert counts.args == [0, 0]
    assert not queue.is_running
