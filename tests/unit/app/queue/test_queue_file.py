from __future__ import annotations

import json
import math
import os
from dataclasses import replace
from pathlib import Path

import pytest

from app.queue.queue_file import load_queue, queue_text
from app.state.processing import ProcessingChoice, TargetChoice
from app.state.queue_store import ItemState, QueueItem
from app.state.state_writer import write_text_atomic
from app.window.session_file import MAXIMUM_RECENT, Session, load_session, session_text

_CHOICE = ProcessingChoice(model_id="m", target=TargetChoice(kind="print", value=30, dpi=240))


def test_what_was_under_way_waits_again(tmp_path: Path) -> None:
    path = tmp_path / "queue.json"
    items = tuple(
        QueueItem(item_id=n, path=tmp_path / f"{n}.jpg", choice=_CHOICE, state=state)
        for n, state in enumerate((ItemState.RUNNING, ItemState.PAUSED, ItemState.FAILED))
    )

    _save(path, items)

    states = [item.state for item in load_queue(path)[0]]
    assert states == [ItemState.WAITING, ItemState.WAITING, ItemState.FAILED]


def test_a_finished_item_comes_back_with_its_choice_and_result(tmp_path: Path) -> None:
    item = QueueItem(item_id=0, path=tmp_path / "ä.jpg", choice=_CHOICE, state=ItemState.DONE)
    item = replace(item, result=tmp_path / "ä-x4.jpg", fraction=1.0, consistency_mean=0.5)
    item = replace(item, restoration=0.31, fidelity=0.15, reason="little noise")

    _save(tmp_path / "queue.json", (item,))

    (again,), problem = load_queue(tmp_path / "queue.json")
    assert replace(again, key="") == item
    assert problem is None


def test_the_last_photo_is_the_first_recent_one_and_old_ones_go(tmp_path: Path) -> None:
    session = Session()
    for number in range(MAXIMUM_RECENT + 3):
        session = session.with_recent(Path(f"/{number}.jpg"))
    session = session.with_recent(Path("/5.jpg"))

    path = tmp_path / "session.json"
    path.write_text(session_text(path, session))

    recent = load_session(path)[0].recent
    assert recent[0] == "/5.jpg"
    assert len(recent) == len(set(recent)) == MAXIMUM_RECENT


def test_an_item_that_is_not_understood_is_left_out_and_the_others_are_used(
    tmp_path: Path,
) -> None:
    path = tmp_path / "queue.json"
    items = tuple(
        QueueItem(item_id=0, key=str(n), path=tmp_path / f"{n}.jpg", choice=_CHOICE)
        for n in range(3)
    )
    _save(path, items)
    content = json.loads(path.read_text())
    content["items"][1]["choice"]["grain"] = 0.5
    path.write_text(json.dumps(content))
    old = path.read_bytes()

    loaded, problem = load_queue(path)

    assert loaded == (items[0], items[2])
    assert problem is not None
    assert problem.copy == tmp_path / "queue.json.broken-1"
    assert problem.copy.read_bytes() == old
    _save(path, loaded)
    assert problem.copy.read_bytes() == old
    assert load_queue(path) == (loaded, None)


_ODD_VALUES: dict[str, list[object]] = {
    "path": ["", "a\0b", 7, None, ["x"], "x" * 200_000],
    "state": ["flying", 1, None, []],
    "result": [5, "", "\0"],
    "message": [1, None, {}],
    "consistency_max": ["1", [], 10**400, True],
    "choice": [None, [], {}, {"target": 4}],
    "surprise": [1],
}


@pytest.mark.parametrize(
    ("field", "value"), [(field, v) for field, values in _ODD_VALUES.items() for v in values]
)
def test_whatever_an_item_holds_costs_that_item_alone(
    tmp_path: Path, field: str, value: object
) -> None:
    path = tmp_path / "queue.json"
    good = QueueItem(item_id=0, key="good", path=tmp_path / "good.jpg", choice=_CHOICE)
    _save(path, (good, replace(good, key="odd")))
    content = json.loads(path.read_text())
    content["items"][1][field] = value
    path.write_text(json.dumps(content))

    loaded, problem = load_queue(path)

    assert loaded == (good,)
    assert problem is not None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("quality", 0),
        ("quality", 10**400),
        ("fidelity", math.nan),
        ("fidelity", math.inf),
        ("format", "bmp"),
        ("collision", "ask"),
        ("folder", "not/from/the/root"),
        ("folder", "/a\0b"),
        ("device", 3),
        ("target", {"kind": "light-years", "value": 1}),
        ("target", {"kind": "factor", "value": 10**400}),
        ("target", {"kind": "factor", "value": math.nan}),
        ("target", {"kind": "factor", "value": -4}),
        ("target", {"kind": "print", "value": 30, "dpi": 0}),
    ],
)
def test_a_choice_that_nobody_can_make_is_none(field: str, value: object) -> None:
    content = _CHOICE.to_json() | {field: value}

    with pytest.raises(ValueError, match=r".+"):
        ProcessingChoice.from_json(content)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe\0",
        b"[" * 100_000,
        b"null",
        b"[]",
        b'{"version": 1, "items": {}}',
        b'{"version": 1e999, "items": []}',
        b'{"version": true, "items": []}',
        b"\0" * 1000,
        b'{"version": ' + b"9" * 5000 + b', "items": []}',
    ],
)
def test_a_file_of_which_nothing_can_be_used_is_set_aside(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "queue.json"
    path.write_bytes(content)

    items, problem = load_queue(path)

    assert items == ()
    assert problem is not None
    assert problem.copy is not None
    assert problem.copy.read_bytes() == content
    assert load_queue(path) == ((), None)


def test_a_queue_of_a_newer_version_is_kept_before_it_is_written_anew(tmp_path: Path) -> None:
    path = tmp_path / "queue.json"
    item = QueueItem(item_id=0, key="a", path=tmp_path / "a.jpg", choice=_CHOICE)
    _save(path, (item,))
    path.write_text(path.read_text().replace('"version": 2', '"version": 7'))

    items, problem = load_queue(path)

    assert items == (item,)
    assert problem is not None
    assert problem.kind == "newer"
    assert problem.copy is not None


def test_a_queue_of_version_1_is_used_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "queue.json"
    choice = {
        "model_id": "mfa-s-x4-photo",
        "target": {"kind": "factor", "value": 4.0, "dpi": 300.0},
        "fidelity": 0.4,
    }
    entry = {"key": "a", "path": "/a.jpg", "choice": choice, "state": "waiting", "result": None}
    path.write_text(json.dumps({"version": 1, "items": [entry]}))

    (item,), problem = load_queue(path)

    assert problem is None
    assert item.choice == ProcessingChoice(model_id="mfa-s-x4-photo", fidelity=0.4)
    _save(path, (item,))
    assert load_queue(path) == ((item,), None)


def test_two_windows_that_write_one_queue_keep_the_photos_of_both(tmp_path: Path) -> None:
    path = tmp_path / "queue.json"
    a, b, shared = (
        QueueItem(item_id=0, key=key, path=tmp_path / f"{key}.jpg", choice=_CHOICE)
        for key in ("a", "b", "shared")
    )
    _save(path, (shared,))

    _save(path, (a,), known={"a", "shared"})
    _save(path, (b,), known={"b"})
    first = load_queue(path)[0]
    _save(path, (replace(a, state=ItemState.DONE),), known={"a", "shared"})

    assert {item.key for item in first} == {"a", "b"}
    assert {item.key: item.state for item in load_queue(path)[0]} == {
        "a": ItemState.DONE,
        "b": ItemState.WAITING,
    }


def test_a_name_that_is_no_text_comes_back(tmp_path: Path) -> None:
    item = QueueItem(item_id=0, key="k", path=tmp_path / "m\udcfcller.jpg", choice=_CHOICE)

    _save(tmp_path / "queue.json", (item,))

    assert load_queue(tmp_path / "queue.json")[0] == (item,)


def _save(path: Path, items: tuple[QueueItem, ...], known: set[str] | None = None) -> None:
    keys = {item.key for item in items} if known is None else known
    text = queue_text(path, items, keys)
    if text is not None:
        write_text_atomic(path, text)


def test_photos_whose_names_are_no_utf8_come_back(tmp_path: Path) -> None:
    photo = tmp_path / os.fsdecode(b"caf\xe9.jpg")
    item = QueueItem(item_id=0, path=photo, choice=_CHOICE, state=ItemState.DONE, result=photo)

    _save(tmp_path / "queue.json", (item,))
    session = tmp_path / "session.json"
    write_text_atomic(session, session_text(session, Session().with_recent(photo)))

    (again,), _ = load_queue(tmp_path / "queue.json")
    assert (again.path, again.result) == (photo, photo)
    assert load_session(session)[0].recent == (str(photo),)
