from __future__ import annotations

from pathlib import Path

import pytest

from app.queue.queue_texts import left_to_right, reason_text, state_text
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueItem


def _item(*, state: ItemState = ItemState.FAILED, message: str = "") -> QueueItem:
    return QueueItem(
        item_id=1,
        path=Path("/photos/a.png"),
        choice=ProcessingChoice(),
        state=state,
        message=message,
    )


def test_every_state_has_a_name_of_its_own() -> None:
    names = [state_text(_item(state=state)) for state in ItemState]

    assert len(set(names)) == len(ItemState)
    assert "" not in names


@pytest.mark.parametrize("name", ["/photos/a.png", "a.png"])
def test_the_name_of_the_file_is_left_out_of_the_reason(name: str) -> None:
    message = f"{name}: the disk is full; free some space"

    assert reason_text(_item(message=message)) == "the disk is full; free some space"


def test_a_message_of_an_edited_file_cannot_reverse_what_is_read() -> None:
    assert reason_text(_item(message="good\u202ebad")) == r"good\u202ebad"


def test_figures_are_isolated() -> None:
    assert left_to_right("40 %") == "\u206640 %\u2069"
