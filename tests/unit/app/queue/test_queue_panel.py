from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QItemSelectionModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.queue.queue_model import QueueModel
from app.queue.queue_panel import QueuePanel
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemForecast, ItemState, QueueItem, QueueStore
from app.widgets.theming import ThemeService

_FORECAST = ItemForecast(
    width_px=40,
    height_px=30,
    file_bytes=1_000_000,
    memory_bytes=200_000_000,
    disk_bytes=3_000_000,
    time_s=60.0,
)


@pytest.fixture
def store(qtbot: QtBot) -> QueueStore:
    return QueueStore()


@pytest.fixture
def panel(store: QueueStore, theming: ThemeService, qtbot: QtBot) -> Iterator[QueuePanel]:
    # In a window, which decides how wide it is.
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(1000, 200)
    panel = QueuePanel(QueueModel(store, None), theming, parent=window)
    panel.resize(1000, 160)
    window.show()
    yield panel
    window.close()


def _fill(store: QueueStore, panel: QueuePanel, states: Sequence[ItemState]) -> list[QueueItem]:
    items = [
        QueueItem(
            item_id=0,
            path=Path(f"/photos/{number}.png"),
            choice=ProcessingChoice(),
            state=state,
            forecast=_FORECAST,
            result=Path(f"/results/{number}.png") if state is ItemState.DONE else None,
        )
        for number, state in enumerate(states)
    ]
    added = store.add_items(items)
    panel.refresh()
    return list(added)


def _button(panel: QueuePanel, name: str) -> QToolButton:
    return next(b for b in panel.findChildren(QToolButton) if b.accessibleName() == name)


def _click(panel: QueuePanel, name: str) -> None:
    button = _button(panel, name)
    assert button.isVisible()
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def _select(panel: QueuePanel, *rows: int) -> None:
    selection = panel.list.selectionModel()
    selection.clear()
    for row in rows:
        index = panel.list.model().index(row, 0)
        selection.select(index, QItemSelectionModel.SelectionFlag.Select)


def test_an_empty_queue_says_what_it_is_for_and_takes_no_room(panel: QueuePanel) -> None:
    assert panel.header_text.startswith("Empty.")
    assert not panel.list.isVisible()
    assert not _button(panel, "Start the queue").isEnabled()


def test_before_the_start_the_header_says_what_it_will_take(
    panel: QueuePanel, store: QueueStore
) -> None:
    _fill(store, panel, [ItemState.WAITING, ItemState.WAITING, ItemState.DONE])

    assert panel.header_text.startswith("1 of 3 done")
    assert "200.0 MB memory, 6.0 MB disk" in panel.header_text
    assert panel.list.isVisible()


def test_while_it_runs_the_button_pauses_and_the_bar_is_seen(
    panel: QueuePanel, store: QueueStore, qtbot: QtBot
) -> None:
    items = _fill(store, panel, [ItemState.WAITING, ItemState.WAITING])
    with qtbot.waitSignal(panel.start_requested):
        _click(panel, "Start the queue")

    store.put(replace(items[0], state=ItemState.RUNNING, fraction=0.5))
    panel.refresh()
    assert panel.fraction == pytest.approx(0.25, abs=0.01)
    assert "left" in panel.header_text
    with qtbot.waitSignal(panel.pause_requested):
        _click(panel, "Pause")
    store.put(replace(items[0], state=ItemState.PAUSED, fraction=0.5))
    panel.refresh()

    assert panel.header_text.startswith("Paused")
    assert _button(panel, "Start the queue").isEnabled()


def test_without_a_selection_buttons_mean_everything_they_can(
    panel: QueuePanel, store: QueueStore, qtbot: QtBot
) -> None:
    states = (ItemState.WAITING, ItemState.FAILED, ItemState.CANCELLED, ItemState.DONE)
    ids = [item.item_id for item in _fill(store, panel, states)]

    with qtbot.waitSignal(panel.cancel_requested) as cancelled:
        _click(panel, "Cancel all")
    with qtbot.waitSignal(panel.retry_requested) as retried:
        _click(panel, "Retry failed")
    with qtbot.waitSignal(panel.reveal_requested) as revealed:
        _click(panel, "Show in folder")
    with qtbot.waitSignal(panel.clear_requested):
        _click(panel, "Remove finished")

    assert cancelled.args == [[ids[0]]]
    assert retried.args == [[ids[1], ids[2]]]
    assert revealed.args is not None
    assert revealed.args[0].item_id == ids[3]


def test_with_a_selection_they_mean_the_selected(
    panel: QueuePanel, store: QueueStore, qtbot: QtBot
) -> None:
    states = (ItemState.WAITING, ItemState.WAITING, ItemState.FAILED, ItemState.FAILED)
    ids = [item.item_id for item in _fill(store, panel, states)]
    _select(panel, 1, 3)

    with qtbot.waitSignal(panel.cancel_requested) as cancelled:
        _click(panel, "Cancel selected")
    with qtbot.waitSignal(panel.retry_requested) as retried:
        _click(panel, "Retry selected")
    panel.list.setFocus()
    with qtbot.waitSignal(panel.remove_requested) as removed:
        QTest.keyClick(panel.list, Qt.Key.Key_Delete)

    assert cancelled.args == [[ids[1]]]
    assert retried.args == [[ids[3]]]
    assert removed.args is not None
    assert sorted(removed.args[0]) == [ids[1], ids[3]]


def test_return_opens_a_card_and_shows_the_error_of_a_failed_one(
    panel: QueuePanel, store: QueueStore, qtbot: QtBot
) -> None:
    items = _fill(store, panel, [ItemState.DONE, ItemState.FAILED])

    with qtbot.waitSignal(panel.open_requested) as opened:
        panel.list.activated.emit(panel.list.model().index(0, 0))
    with qtbot.waitSignal(panel.details_requested) as shown:
        panel.list.activated.emit(panel.list.model().index(1, 0))

    assert opened.args == [items[0]]
    assert shown.args == [items[1]]


def test_the_menu_offers_what_the_buttons_do(panel: QueuePanel, store: QueueStore) -> None:
    _fill(store, panel, [ItemState.DONE, ItemState.FAILED])
    assert panel.build_menu() is None
    _select(panel, 1)

    menu = panel.build_menu()

    assert menu is not None
    offered = {action.text(): action.isEnabled() for action in menu.actions() if action.text()}
    assert offered["Open in the viewer"]
    assert offered["Show the error"]
    assert offered["Retry selected"]
    assert not offered["Cancel all"]


def test_a_low_window_keeps_its_room_for_the_photo(panel: QueuePanel, store: QueueStore) -> None:
    _fill(store, panel, [ItemState.WAITING])

    panel.fit_window(300)
    assert not panel.list.isVisible()
    panel.fit_window(900)

    assert panel.list.isVisible()


def test_many_changes_refresh_the_header_once(
    panel: QueuePanel, store: QueueStore, qtbot: QtBot
) -> None:
    items = _fill(store, panel, [ItemState.WAITING] * 40)

    for item in items:
        store.put(replace(item, state=ItemState.DONE))
    assert panel.header_text.startswith("0 of 40")

    qtbot.waitUntil(lambda: panel.header_text.startswith("40 of 40"), timeout=5000)


def test_in_a_narrow_strip_the_title_makes_room_for_what_the_queue_does(
    panel: QueuePanel, store: QueueStore
) -> None:
    states = (ItemState.PAUSED, ItemState.WAITING, ItemState.FAILED, ItemState.DONE)
    _fill(store, panel, states)
    labels = {label.text(): label for label in panel.findChildren(QLabel)}

    panel.resize(900, 160)
    assert labels["Queue"].isVisible()
    panel.resize(290, 160)
    QApplication.processEvents()

    assert not labels["Queue"].isVisible()
    assert labels["Paused"].isVisible()
    assert labels["Paused"].width() >= labels["Paused"].sizeHint().width()
    panel.resize(900, 160)
    assert labels["Queue"].isVisible()
