from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.queue.queue_progress import QueueProgress, summarize
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemForecast, ItemState, QueueItem, QueueStore


def _forecast(time_s: float, *, memory: int = 100, disk: int = 10) -> ItemForecast:
    return ItemForecast(
        width_px=40,
        height_px=30,
        file_bytes=disk,
        memory_bytes=memory,
        disk_bytes=disk,
        time_s=time_s,
    )


def _item(state: ItemState, forecast: ItemForecast | None = None) -> QueueItem:
    return QueueItem(
        item_id=0,
        path=Path("photo.png"),
        choice=ProcessingChoice(),
        state=state,
        forecast=forecast,
    )


@pytest.fixture
def store() -> QueueStore:
    return QueueStore()


def test_an_empty_queue_needs_nothing(store: QueueStore) -> None:
    summary = summarize(store, QueueProgress())

    assert (summary.total, summary.fraction, summary.time_s) == (0, 0.0, None)
    assert (summary.memory_bytes, summary.disk_bytes) == (0, 0)


def test_memory_is_that_of_the_largest_and_disk_that_of_all(store: QueueStore) -> None:
    store.add_items(
        [
            _item(ItemState.WAITING, _forecast(10, memory=100, disk=5)),
            _item(ItemState.WAITING, _forecast(20, memory=300, disk=7)),
            _item(ItemState.DONE, _forecast(99, memory=999, disk=999)),
        ]
    )

    summary = summarize(store, QueueProgress())

    assert (summary.memory_bytes, summary.disk_bytes) == (300, 12)
    assert summary.time_s == pytest.approx(30)


def test_a_photo_without_a_forecast_counts_as_an_average_one(store: QueueStore) -> None:
    store.add_items([_item(ItemState.WAITING, _forecast(10)), _item(ItemState.WAITING)])

    assert summarize(store, QueueProgress()).time_s == pytest.approx(20)


def test_times_follow_how_far_off_the_forecasts_were(store: QueueStore) -> None:
    done = _item(ItemState.DONE, _forecast(10))
    store.add_items([done, _item(ItemState.WAITING, _forecast(10))])

    progress = QueueProgress(last_s=100.0).with_photo(done, now_s=125.0)

    assert progress.photo_count == 1
    assert summarize(store, progress).time_s == pytest.approx(25)


def test_a_failed_photo_counts_and_teaches_nothing(store: QueueStore) -> None:
    failed = _item(ItemState.FAILED, _forecast(10))

    progress = QueueProgress(last_s=100.0).with_photo(failed, now_s=101.0)

    assert (progress.photo_count, progress.forecast_s, progress.last_s) == (1, 0.0, 101.0)


@pytest.mark.parametrize(("eta_s", "left_s"), [(4.0, 14.0), (None, 15.0)])
def test_the_rest_of_the_running_photo_is_its_own_estimate_or_its_forecast(
    store: QueueStore, eta_s: float | None, left_s: float
) -> None:
    running = replace(_item(ItemState.RUNNING, _forecast(10)), fraction=0.5, eta_s=eta_s)
    store.add_items([running, _item(ItemState.WAITING, _forecast(10))])

    summary = summarize(store, QueueProgress())

    assert summary.time_s == pytest.approx(left_s)
    assert summary.fraction == pytest.approx(0.25)
    assert summary.is_running


def test_only_what_can_be_retried_is_counted_so(store: QueueStore) -> None:
    store.add_items([_item(state) for state in ItemState])

    summary = summarize(store, QueueProgress())

    assert summary.can_retry == 3
    assert (summary.total, summary.done, summary.failed, summary.waiting) == (7, 1, 1, 1)
