from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.queue.queue_texts import (
    left_to_right,
    reason_text,
    restoration_text,
    short_restoration_text,
    state_text,
)
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemForecast, ItemState, QueueItem


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


_FORECAST = ItemForecast(
    width_px=4, height_px=4, file_bytes=1, memory_bytes=1, disk_bytes=1, time_s=1.0
)


@pytest.mark.parametrize(
    ("item", "text"),
    [
        (_item(state=ItemState.WAITING), ""),
        (
            replace(
                _item(state=ItemState.WAITING),
                forecast=replace(_FORECAST, estimates_restoration=True),
            ),
            "Restoration: estimated when the photo is enlarged",
        ),
        (
            replace(_item(state=ItemState.RUNNING), choice=ProcessingChoice(restoration=0.6)),
            "Restoration 60\u00a0%",
        ),
        (
            replace(_item(state=ItemState.DONE), restoration=0.31, reason="little noise"),
            "Restoration 31\u00a0%, estimated: little noise",
        ),
        (replace(_item(state=ItemState.DONE), restoration=0.6), "Restoration 60\u00a0%"),
        (replace(_item(), choice=ProcessingChoice(restoration=0.6)), ""),
    ],
)
def test_the_restoration_of_an_item_is_told_with_its_reason(item: QueueItem, text: str) -> None:
    assert restoration_text(item) == text


def test_only_an_estimated_restoration_is_on_the_card() -> None:
    done = replace(_item(state=ItemState.DONE), restoration=0.31)

    assert short_restoration_text(replace(done, reason="little noise")) == left_to_right(
        "Auto 31\u00a0%"
    )
    assert short_restoration_text(done) == ""
    assert short_restoration_text(_item()) == ""


def test_a_reason_of_an_edited_file_cannot_reverse_what_is_read() -> None:
    item = replace(_item(state=ItemState.DONE), restoration=0.31, reason="good\u202ebad")

    assert restoration_text(item).endswith(r"good\u202ebad")


def test_figures_are_isolated() -> None:
    assert left_to_right("40 %") == "\u206640 %\u2069"
