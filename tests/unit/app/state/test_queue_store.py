from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueItem, QueueStore

_CHOICE = ProcessingChoice()


def _fill(store: QueueStore, count: int) -> list[QueueItem]:
    return [store.add(Path(f"{number}.png"), _CHOICE) for number in range(count)]


def test_ids_and_keys_are_given_once_and_a_key_that_exists_stays() -> None:
    store = QueueStore()
    first, second = store.add_items(
        [QueueItem(item_id=0, path=Path("a.png"), choice=_CHOICE, key=key) for key in ("", "k")]
    )

    assert first.item_id != second.item_id
    assert first.key
    assert second.key == "k"


def test_changes_are_reported_by_position_and_no_change_is_not() -> None:
    store = QueueStore()
    changed: list[int] = []
    store.changed.connect(changed.append)
    items = _fill(store, 3)

    store.put(items[1])
    store.put(replace(items[2], state=ItemState.DONE))

    assert changed == [2]
    assert store.at(2).state is ItemState.DONE


def test_neighbors_are_removed_in_one_step_from_the_end() -> None:
    store = QueueStore()
    removed: list[tuple[int, int]] = []
    store.removed.connect(lambda first, last: removed.append((first, last)))
    ids = [item.item_id for item in _fill(store, 7)]

    store.remove([ids[1], ids[2], ids[5], 12_345])

    assert removed == [(5, 5), (1, 2)]
    assert [item.path.stem for item in store.items] == ["0", "3", "4", "6"]


def test_the_oldest_in_a_state_is_first() -> None:
    store = QueueStore()
    items = _fill(store, 3)
    assert store.first(ItemState.FAILED) is None

    for item in items[1:]:
        store.put(replace(item, state=ItemState.FAILED))

    first = store.first(ItemState.FAILED)
    assert first is not None
    assert first.path.stem == "1"


_steps = st.lists(
    st.one_of(
        st.just(("add", 0)),
        st.tuples(st.just("remove"), st.integers(0, 8)),
        st.tuples(st.sampled_from(list(ItemState)), st.integers(0, 8)),
    ),
    max_size=30,
)


@given(_steps)
def test_counts_and_positions_always_agree_with_the_items(steps: list[tuple[object, int]]) -> None:
    store = QueueStore()
    for step, place in steps:
        chosen = store.items[place : place + 1]
        if step == "add":
            store.add(Path("photo.png"), _CHOICE)
        elif step == "remove":
            store.remove([item.item_id for item in chosen])
        elif chosen and isinstance(step, ItemState):
            store.put(replace(chosen[0], state=step))

        states = [item.state for item in store.items]
        assert {state: store.count(state) for state in ItemState} == {
            state: states.count(state) for state in ItemState
        }
        assert [store.position(item.item_id) for item in store.items] == list(range(len(store)))


@pytest.mark.parametrize("state", list(ItemState))
def test_a_state_is_waiting_active_or_final(state: ItemState) -> None:
    assert [state is ItemState.WAITING, state.is_active, state.is_final].count(True) == 1
