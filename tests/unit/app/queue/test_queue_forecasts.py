from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from PySide6.QtCore import QCoreApplication
from pytestqt.qtbot import QtBot

from app.queue.queue_forecasts import QueueForecasts
from app.services.engine_service import EngineService
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.queue_store import ItemState, QueueStore
from tests.unit.app.conftest import WritePhoto


@pytest.fixture
def store(qtbot: QtBot) -> QueueStore:
    return QueueStore()


@pytest.fixture
def forecasts(store: QueueStore, tiny_service: EngineService) -> Iterator[QueueForecasts]:
    forecasts = QueueForecasts(store, tiny_service)
    yield forecasts
    forecasts.shut_down()
    QCoreApplication.processEvents()


def test_every_waiting_photo_gets_its_forecast(
    forecasts: QueueForecasts,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    for name in ("a.png", "b.png", "c.png"):
        forecasts.ask(store.add(write_photo(name), tiny_choice))

    qtbot.waitUntil(lambda: all(item.forecast for item in store.items), timeout=10_000)

    forecast = store.items[2].forecast
    assert forecast is not None
    assert (forecast.width_px, forecast.height_px) == (48, 32)
    assert forecast.time_s > 0
    assert forecast.disk_bytes >= forecast.file_bytes > 0


def test_a_photo_that_cannot_be_used_says_why_before_it_runs(
    forecasts: QueueForecasts,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    photo = write_photo()
    photo.write_bytes(b"not a picture")

    forecasts.ask(store.add(photo, tiny_choice))
    qtbot.waitUntil(lambda: bool(store.items[0].message), timeout=10_000)

    assert store.items[0].state is ItemState.WAITING
    assert "photo.png" in store.items[0].message


def test_a_forecast_of_an_earlier_choice_is_not_shown(
    forecasts: QueueForecasts,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
    qtbot: QtBot,
) -> None:
    item = store.add(write_photo(), tiny_choice)
    larger = replace(item, choice=replace(tiny_choice, target=TargetChoice(value=4)))

    forecasts.ask(item)
    store.put(larger)
    forecasts.ask(larger)
    qtbot.waitUntil(lambda: store.items[0].forecast is not None, timeout=10_000)

    forecast = store.items[0].forecast
    assert forecast is not None
    assert forecast.width_px == 96


def test_finished_photos_are_not_looked_at(
    forecasts: QueueForecasts,
    store: QueueStore,
    write_photo: WritePhoto,
    tiny_choice: ProcessingChoice,
) -> None:
    item = replace(store.add(write_photo(), tiny_choice), state=ItemState.DONE)
    store.put(item)

    forecasts.ask(item)
    forecasts.shut_down()
    QCoreApplication.processEvents()

    assert store.items[0].forecast is None
