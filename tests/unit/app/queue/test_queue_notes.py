from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.queue.queue_notes import QueueNotes
from app.state.processing import ProcessingChoice
from app.state.queue_store import ItemState, QueueItem
from engine.api import note_naming

_KEY = "0123456789abcdef0123456789abcdef"


@pytest.fixture
def item(tmp_path: Path) -> QueueItem:
    photo = tmp_path / "photo.png"
    photo.write_bytes(b"a photo")
    return QueueItem(item_id=0, key=_KEY, path=photo, choice=ProcessingChoice())


def make_result(notes: QueueNotes, item: QueueItem, result: Path) -> Path:
    """Note that a result gets its name, and give it."""
    note = notes.path(item)
    assert note is not None
    part = result.with_suffix(".part")
    part.write_bytes(b"a result")
    note_naming(note, item.path, part, result)
    part.rename(result)
    return note


def test_a_result_that_got_its_name_and_no_record_is_done(tmp_path: Path, item: QueueItem) -> None:
    notes, result = QueueNotes(tmp_path / "queue.json"), tmp_path / "result.png"
    make_result(notes, item, result)
    (again,) = notes.completed([item])
    assert (again.state, again.result) == (ItemState.DONE, result)


@pytest.mark.parametrize("change", ["no name yet", "another file", "another photo", "cancelled"])
def test_what_the_note_does_not_prove_waits(tmp_path: Path, item: QueueItem, change: str) -> None:
    notes, result = QueueNotes(tmp_path / "queue.json"), tmp_path / "result.png"
    make_result(notes, item, result)
    if change == "no name yet":
        result.unlink()
    elif change == "another file":
        result.write_bytes(b"something that is longer")
    elif change == "another photo":
        item.path.write_bytes(b"another photo")
    else:
        item = replace(item, state=ItemState.CANCELLED)
    assert notes.completed([item]) == (item,)


def test_a_note_goes_when_the_queue_on_disk_says_that_it_is_over(
    tmp_path: Path, item: QueueItem
) -> None:
    notes = QueueNotes(tmp_path / "queue.json")
    note = make_result(notes, item, tmp_path / "result.png")
    notes.forget_recorded([item])
    assert note.is_file()
    notes.forget_recorded([replace(item, state=ItemState.DONE)])
    assert not note.exists()


def test_old_notes_of_items_that_are_gone_go_too(tmp_path: Path, item: QueueItem) -> None:
    notes = QueueNotes(tmp_path / "queue.json")
    note = make_result(notes, item, tmp_path / "result.png")
    notes.forget_unknown([])
    assert note.is_file()
    os.utime(note, (1, 1))
    notes.forget_unknown([item])
    assert note.is_file()
    notes.forget_unknown([])
    assert not note.exists()


@pytest.mark.parametrize("key", ["", "../../evil", "a/b", "x" * 300])
def test_a_key_that_is_no_name_has_no_note(tmp_path: Path, item: QueueItem, key: str) -> None:
    notes = QueueNotes(tmp_path / "queue.json")
    odd = replace(item, key=key)
    assert notes.path(odd) is None
    assert notes.completed([odd]) == (odd,)


def test_a_note_that_cannot_be_written_stops_no_result(tmp_path: Path, item: QueueItem) -> None:
    notes = QueueNotes(tmp_path / "queue.json")
    (tmp_path / "queue.notes").write_bytes(b"no folder")
    note = notes.path(item)
    assert note is not None
    note_naming(note, item.path, item.path, tmp_path / "result.png")
    assert notes.completed([item]) == (item,)
