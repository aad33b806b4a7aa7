from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.modeltest import ModelTester

from app.queue.queue_model import QueueModel
from app.queue.queue_texts import ITEM_ROLE
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueStore


def test_the_model_keeps_the_rules_of_item_models(qtmodeltester: ModelTester) -> None:
    store = QueueStore()
    model = QueueModel(store, None)
    items = [store.add(Path(f"{n}.jpg"), ProcessingChoice()) for n in range(3)]
    store.put(replace(items[1], state=ItemState.FAILED))
    store.remove([items[0].item_id])

    qtmodeltester.check(model)  # type: ignore[no-untyped-call]  # pytest-qt has no types here

    assert model.rowCount() == 2


def test_a_row_says_its_state_to_screen_readers() -> None:
    store = QueueStore()
    model = QueueModel(store, None)
    item = store.add(Path("photo.jpg"), ProcessingChoice())

    store.put(replace(item, state=ItemState.FAILED))

    index = model.index(0)
    assert index.data(Qt.ItemDataRole.AccessibleTextRole) == "photo.jpg, Failed"
    assert index.data(ITEM_ROLE).state is ItemState.FAILED


def test_a_row_tells_its_restoration_in_its_tooltip_and_to_screen_readers() -> None:
    store = QueueStore()
    model = QueueModel(store, None)
    item = store.add(Path("/photo.jpg"), ProcessingChoice())

    store.put(replace(item, state=ItemState.DONE, restoration=0.31, reason="<b>little</b> noise"))

    index = model.index(0)
    said = "Restoration 31\u00a0%, estimated: "
    assert f"{said}&lt;b&gt;little&lt;" in index.data(Qt.ItemDataRole.ToolTipRole)
    assert index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == f"{said}<b>little</b> noise"


def test_an_item_that_is_gone_cannot_come_back() -> None:
    store = QueueStore()
    item = store.add(Path("photo.jpg"), ProcessingChoice())
    store.remove([item.item_id])

    store.put(replace(item, state=ItemState.DONE))

    assert store.items == ()
